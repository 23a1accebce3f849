import { API_KEY } from '../world';

const uri = `${location.origin}/stigg`;

/** Where the page finds Stigg: the emulator, on its own server. */
export const STIGG = { apiKey: API_KEY, baseUri: uri, baseEdgeUri: uri };

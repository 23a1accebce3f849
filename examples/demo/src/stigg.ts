import { API_KEY } from '../world';

/** Where the page finds Stigg: the emulator, on its own server. */
function at(path: string) {
  const uri = `${location.origin}${path}`;
  return { apiKey: API_KEY, baseUri: uri, baseEdgeUri: uri };
}

export const STIGG = at('/stigg');
export const STIGG_BY_HAND = at('/by-hand/stigg');

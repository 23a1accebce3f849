// No publishable key of a real environment: server.ts has the emulator under /stigg.
const apiKey = import.meta.env.VITE_STIGG_API_KEY;
const emulator = `${location.origin}/stigg`;

/** The address of Stigg. The providers of both entries use it. */
export const stiggProps = apiKey
  ? { apiKey }
  : { apiKey: 'client-emulator', baseUri: emulator, baseEdgeUri: emulator };

/* The first import of each frame: the SDK takes hold of `fetch` as it is imported. */
import type { Measured } from '../src/compare/contenders';

/** Where the frame finds Stigg, and the app's backend: on the network that its own URL names. */
export const STIGG_URL = new URL('stigg', location.href).href;
export const IDENTITY_URL = new URL('api/identity', location.href).href;

let stiggRequests = 0;
const realFetch = globalThis.fetch;

globalThis.fetch = (input, init) => {
  const url = input instanceof Request ? input.url : `${input}`;
  if (url.startsWith(STIGG_URL)) stiggRequests++;
  return realFetch(input, init);
};

const scriptBytesUntil = (ms: number) =>
  (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
    .filter(({ name, responseEnd }) => name.endsWith('.js') && responseEnd <= ms)
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);

/** Tells the page around the frame that what the customer pays for has been rendered just now. */
export function tellEntitled() {
  const now = { ms: performance.now(), stiggRequests };
  // The browser may note a script a moment after it ran.
  setTimeout(() => {
    const measured: Measured = { ...now, scriptBytes: scriptBytesUntil(now.ms) };
    parent.postMessage(measured, location.origin);
  });
}

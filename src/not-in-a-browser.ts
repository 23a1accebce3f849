/*
 * A bundler for browsers finds this file instead of `hardened-stigg/server` and `hardened-stigg/edge`. A build that
 * imports a name from them fails, and says that this file does not have it. Any other import fails in the browser.
 */

/** esbuild fails only if the file exports something, and some bundlers list the exports in their message. */
export const useItInBackendCodeOnly = true;

throw new Error(
  'hardened-stigg/server and hardened-stigg/edge sign with the secret, which must never be in a browser. Import them in backend code only. If this is a backend, set the condition "node" or "worker" for the bundler or the test runner.',
);

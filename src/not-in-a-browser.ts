/*
 * What a bundler for browsers finds in place of `hardened-stigg/server` and `hardened-stigg/edge`. It exports
 * nothing, so that a build which imports a name from them fails, and names this file; what gets past the build
 * fails in the browser.
 */
throw new Error(
  'hardened-stigg/server and hardened-stigg/edge sign with the secret, which must never be in a browser: import them in backend code only. Where this is a backend, set the condition "node" or "worker" for the bundler or the test runner.',
);

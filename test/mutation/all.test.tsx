/// <reference types="vite/client" />
import { describe } from 'vitest';

/*
 * The jsdom tests as one file. `npm run test:mutation` runs them again for every mutant, and most of the time of a
 * file goes into loading Stigg's SDK.
 */
const FILES = import.meta.glob([
  '../*.test.tsx',
  '!../session-survives-any-interleaving.test.tsx', // brings a fetch of its own to the SDK, as that loads
  '!../mock-provider-shows-any-state.test.tsx', // of nothing that is mutated
  // They load modules again. Stryker would then run only these for what is decided as a module loads.
  '!../{a-nested-stigg-provider-causes-a-warning,errors-hold-nothing-secret,lazy-sdk-comes-when-it-is-needed}.test.tsx',
]);

/** What each run needs: the first test that fails ends a mutant, and the others cost time. */
const TESTS: Record<string, RegExp> = {
  browser:
    /tab|restored|blocked-channel|temporary-failures|sign-out-forgets|unmount-leaves|a-wrong-clock|automatic-loads/,
  identity:
    /answer|messages|identity|preloaded|retry|request|lifetime|token|clock|origin|endpoint|first-render|entitled-before|temporary-failures|sign-out-forgets|failures-slow|automatic-loads/,
  stigg:
    /stand-in|stigg|hooks|every-export|listener|calls-work|managed|imperative|resource|readers|entitled-before|login|sign-out-wins|rotation|key-starts|a-refusal|silenced/,
  core: /^(?!.*(every-settled-tab|fetch-identity|checkout|answered-as-the-sdk|emulator|readers-see))/,
};
const tests = TESTS[`${import.meta.env.MUTATION_RUN}`] ?? /^/;
/** They wait for time to pass. */
const isSlow = (path: string) => /every-settled-tab|other-tabs-request|checkout/.test(path);

for (const path of Object.keys(FILES)
  .filter((path) => tests.test(path))
  .sort((a, b) => +isSlow(a) - +isSlow(b))) {
  describe(path, async () => {
    await FILES[path]?.();
  });
}

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
]);

for (const [path, load] of Object.entries(FILES)) {
  describe(path, async () => {
    await load();
  });
}

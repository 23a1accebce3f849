import { defineConfig } from 'vitest/config';

/** The examples, as a user has them: installed from the packed package, outside this repository. */
export default defineConfig({
  test: {
    name: 'examples',
    silent: 'passed-only',
    include: ['test/examples/*.test.ts'],
    globalSetup: ['test/helpers/pack.ts'],
    maxWorkers: 3, // while one installs, another builds
    testTimeout: 30_000,
    hookTimeout: 600_000, // installs, and builds
  },
});

import { defineConfig } from 'vitest/config';

/** The packed package with the versions and tools that it has to work with, each in its own folder. */
export default defineConfig({
  test: {
    name: 'compat',
    include: ['test/compat/*.test.ts'],
    globalSetup: ['test/helpers/pack.ts'],
    reporters: ['verbose', './test/compat/table.ts'],
    fileParallelism: false,
    maxConcurrency: 2,
    teardownTimeout: 120_000,
    testTimeout: 1_800_000, // installs, and builds; a busy machine takes its time
    hookTimeout: 1_800_000,
  },
});

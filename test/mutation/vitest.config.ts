import { defineConfig, type ViteUserConfig } from 'vitest/config';
import config, { alias } from '../../vitest.config';

const shared = {
  restoreMocks: true,
  unstubGlobals: true,
  dangerouslyIgnoreUnhandledErrors: true, // what one file leaves behind ends in another, because they are one
};

/** What is run again for every mutant of a run: see stryker.config.mjs. */
const RUNS: Record<string, ViteUserConfig> = {
  server: {
    resolve: { alias },
    test: { include: ['test/server/*.test.ts'] },
  },
  pure: {
    // The entry that does not load Stigg's SDK, which takes longer than the tests.
    resolve: {
      alias: [
        {
          find: /^hardened-stigg$/,
          replacement: new URL('../../src/lazy.ts', import.meta.url).pathname,
        },
        ...alias,
      ],
    },
    test: {
      ...shared,
      environment: 'jsdom',
      include: [
        'test/{every-transition-of-the-held-state-is-right,the-table-in-the-docs-matches-the-code}.test.tsx',
        'test/identity-is-validated-where-it-enters.test.tsx',
        'test/entitlements/*.test.ts',
      ],
    },
  },
};

/** The other runs: see all.test.tsx. */
const withTheSdk: ViteUserConfig = {
  resolve: { alias },
  test: {
    ...shared,
    environment: 'jsdom',
    env: { MUTATION_RUN: process.env.MUTATION_RUN ?? '' },
    include: ['test/mutation/all.test.tsx', 'test/session-survives-any-interleaving.test.tsx'],
    setupFiles: ['test/helpers/setup-jsdom.ts'],
  },
};

export default defineConfig({
  plugins: config.plugins,
  ...(RUNS[process.env.MUTATION_RUN ?? ''] ?? withTheSdk),
});

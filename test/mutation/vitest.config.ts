import { defineConfig, type TestUserConfig } from 'vitest/config';
import config from '../../vitest.config';

/** What is run again for every mutant of a run: see stryker.config.mjs. */
const RUNS: Record<string, TestUserConfig> = {
  server: { include: ['test/server/{customer-token,identity-handler}.test.ts'] },
  browser: {
    environment: 'jsdom',
    include: ['test/mutation/all.test.tsx', 'test/session-survives-any-interleaving.test.tsx'],
    setupFiles: ['test/helpers/setup-jsdom.ts'],
    restoreMocks: true,
    unstubGlobals: true,
  },
};

const { plugins, resolve } = config;
export default defineConfig({
  plugins,
  resolve,
  test: RUNS[process.env.MUTATION_RUN ?? 'browser'],
});

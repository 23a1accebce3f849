/**
 * Two runs, because their tests need different things: `server` needs only Node, `browser` loads Stigg's SDK into jsdom for every mutant. `test/mutation/run.mjs` starts both.
 */
const RUNS = {
  server: ['src/backend/{identity-handler,node-signer}.ts'],
  browser: ['src/core/*.ts', 'src/identity/*.ts', 'src/stigg/*.ts', 'src/browser/*.ts'],
};
const run = process.env.MUTATION_RUN ?? 'browser';

export default {
  mutate: RUNS[run],
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  reporters: ['progress-append-only', 'json', 'html'],
  jsonReporter: { fileName: `.tmp/mutation/${run}.json` },
  htmlReporter: { fileName: `.tmp/mutation/${run}.html` },
  tempDirName: '.tmp/stryker',
  ignorePatterns: ['dist', 'api', 'bench', 'docs', 'examples', 'stories', 'storybook-static'],
};

/**
 * Several runs, by what it takes to test them: `server` and `pure` need no SDK, the others load Stigg's SDK into jsdom
 * for every mutant. `test/mutation/run.mjs` starts all of them.
 */
export const RUNS = {
  server: ['src/backend/{identity-handler,node-signer}.ts'],
  pure: ['src/core/held.ts', 'src/identity/parse.ts', 'src/entitlements/*.ts'],
  browser: ['src/browser/*.ts'],
  identity: ['src/identity/{fetch,lifetime,pace,preloaded,request,source}.ts'],
  stigg: ['src/stigg/*.ts'],
  core: ['src/core/{session,load,hardened-customer}.ts'],
};
const run = process.env.MUTATION_RUN ?? 'core';

export default {
  mutate: RUNS[run],
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  ignoreStatic: true, // a constant would run every test, most of them for nothing
  concurrency: 2,
  reporters: ['progress-append-only', 'json', 'html'],
  jsonReporter: { fileName: `.tmp/mutation/${run}.json` },
  htmlReporter: { fileName: `.tmp/mutation/${run}.html` },
  tempDirName: '.tmp/stryker',
  ignorePatterns: ['dist', 'api', 'bench', 'examples', 'stories', 'storybook-static'],
};

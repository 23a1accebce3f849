import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { install, pinned, SDK } from './install';

const REACT = ['18.3.1', '19.3.1'];
const CELLS = REACT.flatMap((react) =>
  Object.entries(SDK).map(([sdk, packages]) => [react, sdk, packages] as const),
);

/** The tests of this repository, without its sources: they see the installed package. */
const CONFIG = `
import { createRequire } from 'node:module';
import react from '@vitejs/plugin-react';

// The modules of version 10 of the SDK do not load in Node, where a bundler is what makes them work; its CommonJS does.
const sdk = createRequire(import.meta.url).resolve('@stigg/react-sdk');
const IS_NATIVE = await import('@stigg/react-sdk').then(() => true, () => false);

export default {
  plugins: [react()],
  resolve: { alias: IS_NATIVE ? [] : [{ find: '@stigg/react-sdk', replacement: sdk }] },
  test: {
    silent: true,
    // Each pair of versions runs on one core of a busy machine.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // The client that is installed here lacks methods that the widgets of version 10 call.
    ...(!IS_NATIVE && { testNamePattern: /^(?!.*<(Paywall|CustomerPortal(Provider)?|Checkout|AddonsList|CustomerUsageData|InvoicesSection|PaymentDetailsSection|Promotions|SubscriptionsOverview)>)/ }),
    exclude: [
      '**/node_modules/**',
      // These look inside the package, at what is not exported.
      '**/session-survives-any-interleaving.test.tsx',
      '**/every-transition-of-the-held-state-is-right.test.tsx',
      '**/the-table-in-the-docs-matches-the-code.test.tsx',
      '**/identity-is-validated-where-it-enters.test.tsx',
      '**/a-removed-listener-is-not-called.test.tsx',
      // These load the package again for each test, because each test is a separate page load.
      '**/a-nested-stigg-provider-causes-a-warning.test.tsx',
      '**/lazy-sdk-comes-when-it-is-needed.test.tsx',
    ],
    server: { deps: { inline: IS_NATIVE ? [] : [/\\/node_modules\\/hardened-stigg\\//] } },
    projects: [
      { extends: true, test: { name: 'jsdom', environment: 'jsdom', include: ['test/*.test.tsx'], setupFiles: ['patience.mjs', 'test/helpers/setup-jsdom.ts'] } },
      { extends: true, test: { name: 'lazy', environment: 'jsdom', include: ['test/compat/lazy-cell.tsx'], setupFiles: ['patience.mjs', 'test/helpers/setup-jsdom.ts'] } },
      { extends: true, test: { name: 'node', environment: 'node', include: ['test/ssr/*.test.tsx'] } },
    ],
  },
};
`;

/** As long as the tests wait for what is not there yet. */
const PATIENCE = `
import { configure } from '@testing-library/dom';
configure({ asyncUtilTimeout: 10_000 });
`;

const TESTED =
  'the tests of behaviour, and `/lazy` from the HTML to its first widget; version 10 with an older client than its own, and so not those of `<Paywall>`, `<CustomerPortal>` with its parts, and `<Checkout>`';

describe('React with `@stigg/react-sdk`', { meta: { tested: TESTED } }, () => {
  test.concurrent.for(CELLS)('%s with %s', async ([react, sdk, packages]) => {
    const { cwd, run } = await install({
      dependencies: {
        ...packages.dependencies,
        react,
        'react-dom': react,
        ...pinned('vitest', 'jsdom', '@vitejs/plugin-react', 'vite', '@hono/node-server', 'hono'),
        ...pinned('@testing-library/react', '@testing-library/dom', '@testing-library/jest-dom'),
      },
      overrides: { ...packages.overrides, react, 'react-dom': react },
      copied: { test: 'test' },
      files: { 'vitest.config.mjs': CONFIG, 'patience.mjs': PATIENCE },
    });
    const version = async (name: string) =>
      JSON.parse(await readFile(`${cwd}/node_modules/${name}/package.json`, 'utf8')).version;
    expect(await Promise.all(['react', 'react-dom', '@stigg/react-sdk'].map(version))).toEqual([
      react,
      react,
      sdk,
    ]);
    const output = await run('npx', 'vitest', 'run');
    expect(output).toMatch(/Tests +\d{3} passed/);
    expect(output).toMatch(/✓ +\|?lazy\|? /);
  });
});

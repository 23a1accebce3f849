import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { install } from './install';

const { devDependencies } = JSON.parse(await readFile('package.json', 'utf8'));
const pick = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, devDependencies[name]]));

const REACT = ['18.3.1', '19.3.1'];
const SDK: [version: string, overrides: Record<string, string>][] = [
  ['5.28.2', {}],
  // The newest client of which the registry that this is developed with has the whole tree.
  ['10.16.0', { '@stigg/js-client-sdk': '3.35.0' }],
];
const CELLS = REACT.flatMap((react) =>
  SDK.map(([sdk, overrides]) => [`${react} with ${sdk}`, { react, sdk, overrides }] as const),
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
    // What version 10's widgets call, the client that it is given here does not have.
    ...(!IS_NATIVE && { testNamePattern: /^(?!.*<(Paywall|CustomerPortal)>)/ }),
    // This one drives the session itself, which is not exported.
    exclude: ['**/node_modules/**', '**/session-survives-any-interleaving.test.tsx'],
    server: { deps: { inline: IS_NATIVE ? [] : [/hardened-stigg/] } },
    projects: [
      { extends: true, test: { name: 'jsdom', environment: 'jsdom', include: ['test/*.test.tsx'], setupFiles: ['test/helpers/setup-jsdom.ts'] } },
      { extends: true, test: { name: 'node', environment: 'node', include: ['test/ssr/*.test.tsx'] } },
    ],
  },
};
`;

describe('React with `@stigg/react-sdk`', () => {
  test.concurrent.each(CELLS)('%s', async (_, { react, sdk, overrides }) => {
    const { cwd, run } = await install({
      dependencies: {
        react,
        'react-dom': react,
        '@stigg/react-sdk': sdk,
        ...pick('vitest', 'jsdom', '@vitejs/plugin-react', 'vite', '@hono/node-server', 'hono'),
        ...pick('@testing-library/react', '@testing-library/dom', '@testing-library/jest-dom'),
      },
      overrides: { ...overrides, react, 'react-dom': react },
      copied: ['test'],
      files: { 'vitest.config.mjs': CONFIG },
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
  });
});

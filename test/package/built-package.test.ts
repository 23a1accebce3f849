import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const dist = (file: string) => readFileSync(`dist/${file}`, 'utf8');
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));

/** What a built file imports, in either format. */
const imports = (file: string) =>
  [...dist(file).matchAll(/(?:from|require\()\s*["']([^"']+)["']/g)].map(([, name]) => name);

/** Files of the lazy entry besides its own. Their names have a hash. */
const LAZY_CHUNKS = readdirSync('dist').filter((name) => /^lazy-.*\.js$/.test(name));
const WITH_SDK = LAZY_CHUNKS.filter((name) => name.startsWith('lazy-with-sdk-'));

const run = (code: string, type: 'module' | 'commonjs') =>
  execFileSync(process.execPath, [`--input-type=${type}`, '-e', code], { encoding: 'utf8' }).trim();

describe("'use client'", () => {
  test.each([
    ...['index.js', 'index.cjs', 'lazy.js', 'lazy.cjs', ...LAZY_CHUNKS],
    ...['testing/index.js', 'testing/index.cjs'],
  ])("'use client' is the first statement of %s", (file) => {
    expect(dist(file)).toMatch(/^["']use client["'];/);
  });

  test.each([
    ...['server.js', 'server.cjs', 'edge.js', 'edge.cjs'],
    ...['emulator/index.js', 'emulator/index.cjs', 'cli/index.js', 'preload.js', 'preload.cjs'],
  ])("'use client' is nowhere in %s", (file) => {
    expect(dist(file)).not.toContain('use client');
  });
});

describe('no runtime dependency', () => {
  test.each(['index.js', 'index.cjs'])('%s imports its peers and nothing else', (file) => {
    expect(new Set(imports(file))).toEqual(
      new Set(['@stigg/react-sdk', 'react', 'react/jsx-runtime']),
    );
  });

  test.each(['testing/index.js', 'testing/index.cjs'])(
    '%s imports only its peers, and shares one React context with the other files of the page',
    (file) => {
      expect(new Set(imports(file))).toEqual(
        new Set(['@stigg/react-sdk', 'react', 'react/jsx-runtime']),
      );
    },
  );

  test('lazy.js and its imports need only React, and load the SDK by import() of one file', () => {
    const [withSdk = ''] = WITH_SDK;
    expect(WITH_SDK).toEqual([withSdk]);
    const others = LAZY_CHUNKS.filter((name) => name !== withSdk);
    const peers = (files: string[]) =>
      new Set(files.flatMap(imports).filter((name) => !name?.startsWith('./')));
    expect(peers(['lazy.js', ...others])).toEqual(new Set(['react', 'react/jsx-runtime']));
    expect(peers([withSdk])).toEqual(new Set(['@stigg/react-sdk', 'react', 'react/jsx-runtime']));

    const dynamic = [...LAZY_CHUNKS, 'lazy.js'].flatMap((file) =>
      [...dist(file).matchAll(/import\(\s*["']([^"']+)["']\)/g)].map(([, name]) => name),
    );
    expect(dynamic).toEqual([`./${withSdk}`]);
    expect(['lazy.js', ...others].flatMap(imports)).not.toContain(`./${withSdk}`);
  });

  test('lazy.cjs imports its peers and nothing else', () => {
    expect(new Set(imports('lazy.cjs'))).toEqual(
      new Set(['@stigg/react-sdk', 'react', 'react/jsx-runtime']),
    );
  });

  test.each(['index.js', 'index.cjs', 'lazy.js', 'lazy.cjs'])(
    '%s holds no code of the mock provider',
    (file) => {
      expect(dist(file)).not.toMatch(/mock/i);
    },
  );

  test.each(['server.js', 'server.cjs'])('%s imports node:crypto and node:buffer', (file) => {
    expect(new Set(imports(file))).toEqual(new Set(['node:crypto', 'node:buffer']));
  });

  test.each([
    ...['edge.js', 'edge.cjs', 'emulator/index.js', 'emulator/index.cjs'],
    ...['preload.js', 'preload.cjs'],
  ])('%s imports nothing', (file) => {
    expect(imports(file)).toEqual([]);
  });

  test('package.json has no runtime dependency, and both peers are optional', () => {
    expect(manifest.dependencies).toBeUndefined();
    expect(manifest.peerDependencies).toEqual({ '@stigg/react-sdk': '>=5', react: '>=18' });
    expect(manifest.peerDependenciesMeta).toEqual({
      '@stigg/react-sdk': { optional: true },
      react: { optional: true },
    });
  });
});

describe('the command', () => {
  test('the command needs only Node, and names the packages that are bundled into it', () => {
    const code = dist('cli/index.js');
    expect(code).toMatch(/^#!\/usr\/bin\/env node\n/);
    const imported = [...code.matchAll(/^(?:import|} from) .*?"([^"]+)";$/gm)].map(
      ([, name]) => name,
    );
    expect(imported.length).toBeGreaterThan(3);
    expect(imported.filter((name) => !name?.startsWith('node:'))).toEqual([]);
    const bundled = new Set(
      [...code.matchAll(/^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(([, name]) => name),
    );
    const named = [...readFileSync('THIRD_PARTY_NOTICES.md', 'utf8').matchAll(/^## (.+)$/gm)];
    expect(bundled).toEqual(new Set(named.map(([, name]) => name)));
  });
});

describe('loads in Node itself, under either format', () => {
  const entries: [entry: string, names: string[]][] = [
    [
      'hardened-stigg',
      [
        'HardenedCustomerGate',
        'HardenedStiggError',
        'HardenedStiggProvider',
        'fetchIdentity',
        'useHardenedCustomer',
      ],
    ],
    [
      'hardened-stigg/lazy',
      [
        ...['BooleanEntitlementGuard', 'Checkout', 'CustomerPortal', 'HardenedCustomerGate'],
        ...['HardenedStiggError', 'HardenedStiggProvider', 'MeteredEntitlementGuard'],
        ...['NumericEntitlementGuard', 'Paywall', 'fetchIdentity', 'lazyWidget', 'preloadStigg'],
        ...['useBooleanEntitlement', 'useHardenedCustomer', 'useMeteredEntitlement'],
        'useNumericEntitlement',
      ],
    ],
    [
      'hardened-stigg/server',
      ['createCustomerToken', 'createIdentityHandler', 'toEntitlements', 'verifyCustomerToken'],
    ],
    [
      'hardened-stigg/edge',
      ['createCustomerToken', 'createIdentityHandler', 'toEntitlements', 'verifyCustomerToken'],
    ],
    ['hardened-stigg/emulator', ['createStiggEmulator']],
    ['hardened-stigg/testing', ['MockHardenedStiggProvider']],
    ['hardened-stigg/testing/setup', []],
  ];

  test.each(entries)('Node can import %s', (entry, names) => {
    const code = `console.log(Object.keys(await import('${entry}')).filter((n) => !/default|module/.test(n)).sort().join())`;
    expect(run(code, 'module')).toBe(names.join());
  });

  test.each(entries)('Node can require %s', (entry, names) => {
    expect(run(`console.log(Object.keys(require('${entry}')).sort().join())`, 'commonjs')).toBe(
      names.join(),
    );
  });

  test.each([
    ['module', (name: string) => `await import('${name}')`],
    ['commonjs', (name: string) => `require('${name}')`],
  ] as const)('with %s, the hook sees the mock provider', (type, load) => {
    const code = `
      const { useHardenedCustomer } = ${load('hardened-stigg')};
      const { MockHardenedStiggProvider } = ${load('hardened-stigg/testing')};
      const { createElement } = ${load('react')};
      const { renderToString } = ${load('react-dom/server')};
      const Reader = () => useHardenedCustomer().customerId;
      console.log(renderToString(createElement(MockHardenedStiggProvider, null, createElement(Reader))));
    `;
    expect(run(code, type)).toBe('mock-customer');
  });
});

test.each(['./server', './edge'])(
  'a bundler for browsers gets a file that only throws in place of %s',
  async (entry) => {
    const { import: esm, require: commonjs } = manifest.exports[entry].browser;
    const message = 'must never be in a browser';
    await expect(import(resolve(esm))).rejects.toThrow(message);
    expect(() => createRequire(import.meta.url)(resolve(commonjs))).toThrow(message);
  },
);

test.each(['index', 'lazy', 'preload', 'server', 'edge', 'emulator/index', 'testing/index'])(
  'test/compat/consumer.tsx uses every export of %s',
  (entry) => {
    const consumer = readFileSync('test/compat/consumer.tsx', 'utf8');
    const [, list = ''] = /^export \{(.*)\};$/m.exec(dist(`${entry}.d.ts`)) ?? [];
    const names = list.split(',').map((name) => name.replace(/^.* /, ''));
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(consumer))).toEqual([]);
  },
);

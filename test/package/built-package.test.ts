import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const dist = (file: string) => readFileSync(`dist/${file}`, 'utf8');
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));

/** What a built file imports, in either format. */
const imports = (file: string) =>
  [...dist(file).matchAll(/(?:from|require\()\s*["']([^"']+)["']/g)].map(([, name]) => name);

const run = (code: string, type: 'module' | 'commonjs') =>
  execFileSync(process.execPath, [`--input-type=${type}`, '-e', code], { encoding: 'utf8' }).trim();

describe("'use client'", () => {
  test.each(['index.js', 'index.cjs'])('is the first statement of %s', (file) => {
    expect(dist(file)).toMatch(/^["']use client["'];/);
  });

  test.each(['server/index.js', 'server/index.cjs', 'emulator/index.js', 'emulator/index.cjs'])(
    'is nowhere in %s',
    (file) => {
      expect(dist(file)).not.toContain('use client');
    },
  );
});

describe('no runtime dependency', () => {
  test.each(['index.js', 'index.cjs'])('%s imports its peers and nothing else', (file) => {
    expect(new Set(imports(file))).toEqual(
      new Set(['@stigg/react-sdk', 'react', 'react/jsx-runtime']),
    );
  });

  test.each(['server/index.js', 'server/index.cjs'])(
    '%s imports node:crypto and node:buffer',
    (file) => {
      expect(new Set(imports(file))).toEqual(new Set(['node:crypto', 'node:buffer']));
    },
  );

  test.each(['emulator/index.js', 'emulator/index.cjs'])(
    '%s imports nothing, for service workers',
    (file) => {
      expect(imports(file)).toEqual([]);
    },
  );

  test('the manifest has none, and both peers are optional', () => {
    expect(manifest.dependencies).toBeUndefined();
    expect(manifest.peerDependencies).toEqual({ '@stigg/react-sdk': '>=5', react: '>=18' });
    expect(manifest.peerDependenciesMeta).toEqual({
      '@stigg/react-sdk': { optional: true },
      react: { optional: true },
    });
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
      'hardened-stigg/server',
      ['createCustomerToken', 'createIdentityHandler', 'verifyCustomerToken'],
    ],
    ['hardened-stigg/emulator', ['createStiggEmulator']],
  ];

  test.each(entries)('import %s', (entry, names) => {
    const code = `console.log(Object.keys(await import('${entry}')).filter((n) => !/default|module/.test(n)).sort().join())`;
    expect(run(code, 'module')).toBe(names.join());
  });

  test.each(entries)('require %s', (entry, names) => {
    expect(run(`console.log(Object.keys(require('${entry}')).sort().join())`, 'commonjs')).toBe(
      names.join(),
    );
  });
});

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

// A server that has this package and React, and nothing of Stigg.
const folder = mkdtempSync(join(tmpdir(), 'hardened-stigg-no-sdk-'));
const installed = join(folder, 'node_modules/hardened-stigg');
mkdirSync(installed, { recursive: true });
cpSync('dist', join(installed, 'dist'), { recursive: true });
cpSync('package.json', join(installed, 'package.json'));
for (const name of ['react', 'react-dom']) {
  symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name));
}
afterAll(() => rmSync(folder, { recursive: true }));

/** Prints what either kind of module looks for of Stigg's SDK, found or not. */
const NAMED = '/@stigg|with-sdk/.test(name)';
const watchImports = `
  export const resolve = (name, context, next) => {
    if (${NAMED}) process._rawDebug('looked for', name);
    return next(name, context);
  };
`;
const WATCH = `
  import Module, { register } from 'node:module';
  register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(watchImports)}));
  const resolveFilename = Module._resolveFilename;
  Module._resolveFilename = (name, ...rest) => {
    if (${NAMED}) process._rawDebug('looked for', name);
    return resolveFilename(name, ...rest);
  };
`;

/** Runs in that folder until nothing is left to do, including a pending import(). Returns both outputs. */
const run = (code: string, type: 'module' | 'commonjs') =>
  execFileSync(
    'sh',
    [
      '-c',
      '"$0" "$@" 2>&1',
      process.execPath,
      `--import=data:text/javascript,${encodeURIComponent(WATCH)}`,
      `--input-type=${type}`,
      '-e',
      code,
    ],
    { cwd: folder, encoding: 'utf8' },
  ).trim();

const app = (load: (name: string) => string) => `
  const lazy = ${load('hardened-stigg/lazy')};
  const { createElement: h } = ${load('react')};
  const { renderToString } = ${load('react-dom/server')};

  const initialIdentity = {
    customerId: 'acme',
    customerToken: 'signed',
    entitlements: { sso: true, seats: 5, reports: { limit: 10, usage: 3 } },
  };
  function App() {
    const { status, customerId } = lazy.useHardenedCustomer();
    const seats = lazy.useNumericEntitlement({ featureId: 'seats' }).value;
    const reports = lazy.useMeteredEntitlement({ featureId: 'reports' }).currentUsage;
    return [status, customerId, seats, reports].join(' ');
  }
  const page = h(
    lazy.HardenedStiggProvider,
    { apiKey: 'client-key', identityEndpoint: '/api/identity', initialIdentity },
    h('p', null, h(App)),
    h(lazy.BooleanEntitlementGuard, { featureId: 'sso', noAccessComponent: 'denied' }, h('b', null, 'SSO')),
    h(lazy.BooleanEntitlementGuard, { featureId: 'unlisted', noAccessComponent: 'denied' }, h('b')),
    h(lazy.Paywall, { fallback: h('i', null, 'plans') }),
  );
  void lazy.preloadStigg();
  console.log(renderToString(page));
`;
const HTML = '<p>ready acme 5 3</p><b>SSO</b>denied<i>plans</i>';

describe("without Stigg's SDK installed, hardened-stigg/lazy renders entitled HTML and does not look for the SDK", () => {
  test.each([
    ['module', (name: string) => `await import('${name}')`],
    ['commonjs', (name: string) => `require('${name}')`],
  ] as const)('hardened-stigg/lazy renders without the SDK with %s', (type, load) => {
    expect(run(app(load), type)).toBe(HTML);
  });

  test.each([
    ['module', "await import('hardened-stigg').catch(() => {})"],
    ['commonjs', "try { require('hardened-stigg') } catch {}"],
  ] as const)(
    'the watch of this test works: with %s, the main entry looks for the SDK',
    (type, code) => {
      expect(run(code, type)).toContain('looked for @stigg/react-sdk');
    },
  );
});

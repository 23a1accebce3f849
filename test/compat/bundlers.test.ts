import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { install, pinned, SDK } from './install';

const { vite, esbuild } = pinned('vite', 'esbuild') as { vite: string; esbuild: string };
const BUNDLERS = [
  ['Vite', vite],
  ['webpack', '5.112.2'],
  ['esbuild', esbuild],
  ['Rollup', '4.68.7'],
] as const;
type Bundler = (typeof BUNDLERS)[number][0];

const APPS = {
  'app.js': `
    import { HardenedStiggProvider, useHardenedCustomer } from 'hardened-stigg';
    import { createElement } from 'react';
    import { createRoot } from 'react-dom/client';
    const Account = () => useHardenedCustomer().status;
    const props = { apiKey: 'client-key', identityEndpoint: '/api/identity' };
    createRoot(document.body).render(createElement(HardenedStiggProvider, props, createElement(Account)));
  `,
  'lazy.js': `
    import { BooleanEntitlementGuard, HardenedStiggProvider, Paywall, useHardenedCustomer } from 'hardened-stigg/lazy';
    import { createElement } from 'react';
    import { createRoot } from 'react-dom/client';
    const Account = () => useHardenedCustomer().status;
    const props = { apiKey: 'client-key', identityEndpoint: '/api/identity' };
    createRoot(document.body).render(
      createElement(
        HardenedStiggProvider,
        props,
        createElement(BooleanEntitlementGuard, { featureId: 'sso' }, createElement(Account)),
        createElement(Paywall),
      ),
    );
  `,
  'types.ts': `
    import { HardenedCustomer, type Identity, useHardenedCustomer } from 'hardened-stigg';
    type Hook = ReturnType<typeof useHardenedCustomer>;
    const isReady = (customer: HardenedCustomer | Hook) => customer.status === 'ready';
    console.log('the app', isReady({ status: 'loading' } as Hook), {} as Identity);
  `,
  'unused.js': `
    import 'hardened-stigg';
    import * as all from 'hardened-stigg';
    import { HardenedStiggProvider } from 'hardened-stigg';
    import { MockHardenedStiggProvider } from 'hardened-stigg/testing';
    console.log('the app');
  `,
  'named.js': `
    import { createCustomerToken } from 'hardened-stigg/server';
    console.log(createCustomerToken('acme', 'secret'));
  `,
  'named-edge.js': `
    import { createCustomerToken } from 'hardened-stigg/edge';
    console.log(createCustomerToken('acme', 'secret'));
  `,
  'namespace.js': `
    import * as server from 'hardened-stigg/server';
    console.log(Object.keys(server));
  `,
  'dynamic.js': `
    const { createCustomerToken } = await import('hardened-stigg/server');
    console.log(createCustomerToken('acme', 'secret'));
  `,
  'require.cjs': `
    const { createCustomerToken } = require('hardened-stigg/server');
    console.log(createCustomerToken('acme', 'secret'));
  `,
  'server.js': `
    import { createIdentityHandler } from 'hardened-stigg/server';
    const identity = createIdentityHandler({ signingSecret: 'secret', getCustomerId: () => 'acme' });
    console.log(await (await identity(new Request('http://localhost/'))).text());
  `,
  'edge.js': `
    import { createIdentityHandler } from 'hardened-stigg/edge';
    const identity = createIdentityHandler({ signingSecret: 'secret', getCustomerId: () => 'acme' });
    console.log(await (await identity(new Request('http://localhost/'))).text());
  `,
};
type App = keyof typeof APPS;

/** Bundles one app, for browsers unless told otherwise, and leaves it unminified, to be read. */
const BUNDLE = `
const [bundler, app, target] = process.argv.slice(2);
const outdir = ['out', bundler, app, target].join('/');
const define = { 'process.env.NODE_ENV': '"production"' };

async function esbuildTransform(code, id) {
  const { transform } = await import('esbuild');
  return (await transform(code, { loader: id.endsWith('.ts') ? 'ts' : 'js' })).code;
}

const bundle = {
  async esbuild() {
    const { build } = await import('esbuild');
    const conditions = { browser: undefined, node: undefined, worker: ['workerd', 'worker', 'browser'] }[target];
    const platform = target === 'worker' ? 'browser' : target;
    await build({ entryPoints: { main: app }, outdir, bundle: true, splitting: true, format: 'esm', define, platform, conditions, external: ['node:*'] });
  },
  async Rollup() {
    const { rollup } = await import('rollup');
    const [resolve, commonjs, json] = await Promise.all(
      ['node-resolve', 'commonjs', 'json'].map(async (name) => (await import('@rollup/plugin-' + name)).default),
    );
    const built = await rollup({
      input: app,
      plugins: [
        resolve({ browser: target === 'browser', exportConditions: [target], extensions: ['.js', '.ts'] }),
        { name: 'types', transform: (code, id) => (id.endsWith('.ts') ? esbuildTransform(code, id) : null) },
        commonjs(),
        json(),
      ],
      onLog: (level, { message }) => console.log(message),
    });
    await built.write({ dir: outdir, entryFileNames: 'main.js' });
  },
  async Vite() {
    const { build } = await import('vite');
    await build({
      configFile: false,
      logLevel: 'warn',
      define,
      build: {
        outDir: outdir,
        minify: false,
        modulePreload: false,
        target: 'es2022',
        ssr: target !== 'browser',
        rolldownOptions: { input: app, output: { entryFileNames: 'main.js' } },
      },
      ssr: {
        noExternal: true,
        // Vite's own conditions for a worker are those of a page; these are what docs/compatibility.md says.
        ...(target === 'worker' && { target: 'webworker', resolve: { conditions: ['worker', 'module', 'browser'] } }),
      },
    });
  },
  async webpack() {
    const { default: webpack } = await import('webpack');
    const { promisify } = await import('node:util');
    const stats = await promisify(webpack)({
      mode: 'production',
      entry: './' + app,
      target: { browser: 'web', node: 'node', worker: 'webworker' }[target],
      output: { path: process.cwd() + '/' + outdir, filename: 'main.js', module: true },
      experiments: { outputModule: true },
      optimization: { minimize: false },
      performance: false,
      module: { rules: [{ test: /\\.ts$/, loader: process.cwd() + '/loader.cjs' }] },
    });
    if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
  },
};
await bundle[bundler]();
`;

/** For webpack, which knows no TypeScript. */
const LOADER = `
module.exports = function (code) {
  return require('esbuild').transformSync(code, { loader: 'ts' }).code;
};
`;

const MESSAGE = 'sign with the secret, which must never be in a browser';

let folder: Awaited<ReturnType<typeof install>>;
beforeAll(async () => {
  folder = await install({
    ...SDK['5.28.2'],
    dependencies: {
      ...SDK['5.28.2'].dependencies,
      ...{ react: '19.3.1', 'react-dom': '19.3.1' },
      ...Object.fromEntries(BUNDLERS.map(([name, version]) => [name.toLowerCase(), version])),
      '@rollup/plugin-commonjs': '29.0.3',
      '@rollup/plugin-json': '6.1.0',
      '@rollup/plugin-node-resolve': '16.0.3',
    },
    overrides: { react: '19.3.1', 'react-dom': '19.3.1' },
    files: { ...APPS, 'bundle.mjs': BUNDLE, 'loader.cjs': LOADER },
  });
});

type Target = 'browser' | 'node' | 'worker';

/** Each is built once: Rollup takes a minute for Stigg's SDK. */
const builds = new Map<string, Promise<string>>();

/** The text of the bundled app. Rejects with what the bundler says where it fails. */
async function bundle(bundler: Bundler, app: App, target: Target = 'browser') {
  const args = [bundler, app, target];
  const build = builds.get(`${args}`) ?? folder.run('node', 'bundle.mjs', ...args);
  builds.set(`${args}`, build);
  await build;
  return readFile(`${folder.cwd}/out/${bundler}/${app}/${target}/main.js`, 'utf8');
}

/** What the bundled app prints. */
async function runs(bundler: Bundler, app: App, target?: Target) {
  await bundle(bundler, app, target);
  // Vite tells the window of a module that does not load.
  const page = '--import=data:text/javascript,globalThis.window=new EventTarget()';
  return folder.run('node', page, `out/${bundler}/${app}/${target ?? 'browser'}/main.js`);
}

const TESTED =
  'builds; nothing of this package is in an app that imports only its types, or uses nothing of it; `/server` and `/edge` fail';
describe('Bundlers, for browsers', { meta: { tested: TESTED } }, () => {
  test.for(BUNDLERS)('%s %s', async ([bundler]) => {
    const app = await bundle(bundler, 'app.js');
    expect(app).toContain('needs <HardenedStiggProvider> above it');
    expect(app).not.toContain('createIdentityHandler');

    for (const none of ['types.ts', 'unused.js'] as const) {
      const text = await bundle(bundler, none);
      expect(text).toContain('the app');
      expect(text).not.toMatch(/stigg/i);
    }

    for (const named of ['named.js', 'named-edge.js'] as const) {
      await expect(bundle(bundler, named)).rejects.toThrow(
        /createCustomerToken.*(not-in-a-browser|useItInBackendCodeOnly)|not-in-a-browser.*createCustomerToken/s,
      );
    }
    // The build cannot know what these use, so the browser reports it.
    for (const late of ['namespace.js', 'dynamic.js', 'require.cjs'] as const) {
      await expect(runs(bundler, late)).rejects.toThrow(MESSAGE);
    }
  });
});

/** What only Stigg's SDK has: the header of its requests, and what its widgets animate with. */
const OF_THE_SDK = ['X-CUSTOMER-KEY', 'lottie'];

/** The files of a bundled app: those that the entry loads at once, and those that come later. */
async function readFiles(bundler: Bundler, app: App) {
  await bundle(bundler, app);
  const outdir = join(folder.cwd, 'out', bundler, app, 'browser');
  const names = await readdir(outdir, { recursive: true });
  const texts = new Map<string, string>();
  for (const name of names.filter((name) => name.endsWith('.js'))) {
    texts.set(name, await readFile(join(outdir, name), 'utf8'));
  }
  const first = new Set<string>();
  const load = (name: string) => {
    if (first.has(name)) return;
    first.add(name);
    // A static import, over several lines perhaps, and no import().
    const imports = /^\s*(?:import|export)\b[^"';()]*["'](\.[^"']+)["']/gm;
    for (const [, path] of `${texts.get(name)}`.matchAll(imports)) {
      load(join(dirname(name), `${path}`));
    }
  };
  load('main.js');
  const textOf = (isFirst: boolean) =>
    [...texts].flatMap(([name, text]) => (first.has(name) === isFirst ? text : [])).join('\n');
  return { first: textOf(true), later: textOf(false) };
}

describe('Bundlers, `/lazy`', {
  meta: {
    tested:
      "Stigg's SDK is in a file of its own, which the first file does not import; nothing of it is in the first one",
  },
}, () => {
  test.for(BUNDLERS)('%s %s', async ([bundler]) => {
    const lazy = await readFiles(bundler, 'lazy.js');
    expect(lazy.first).toContain('needs <HardenedStiggProvider> above it');
    const eager = await readFiles(bundler, 'app.js');
    for (const word of OF_THE_SDK) {
      expect(lazy.first.includes(word)).toBe(false);
      expect(lazy.later.includes(word)).toBe(true);
      expect(eager.first.includes(word)).toBe(true);
    }
  });
});

const ANSWER = '{"customerId":"acme","customerToken":"HMAC-SHA256 acme:';
describe('Bundlers, for backends', {
  meta: { tested: '`/server` for Node, and `/edge` for workers: the bundle answers with a token' },
}, () => {
  test.for(BUNDLERS)('%s %s', async ([bundler]) => {
    expect(await runs(bundler, 'server.js', 'node')).toContain(ANSWER);
    expect(await runs(bundler, 'edge.js', 'worker')).toContain(ANSWER);
  });
});

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { createStiggEmulator } from 'hardened-stigg/emulator';
import { identityPreloadScript } from 'hardened-stigg/preload';
import { createCustomerToken, createIdentityHandler } from 'hardened-stigg/server';
import { type CDPSession, chromium } from 'playwright';
import { build } from 'vite';
import { findChromium } from '../test/helpers/find-chromium';
import { serve } from '../test/helpers/serve';
import { renderEager, renderLazy, renderRecipe } from './app/on-the-server';
import type { OursProps } from './app/ours-app';

const SECRET = 'bench-secret';
const APP = new URL('./app/', import.meta.url);
const DIST = new URL('./app/dist/', import.meta.url);

const PAGES = [
  'ours',
  'ours-hydrated',
  'lazy',
  'lazy-hydrated',
  'recipe',
  'props',
  'limit',
  'without-stigg',
] as const;

/** The pages, each from a separate build. One build of all pages would share chunks that a real app does not have. */
export async function buildPages(): Promise<void> {
  for (const page of PAGES) await buildPage(page);
}

/** A page, and the package as it is built. */
async function buildPage(page: (typeof PAGES)[number]): Promise<void> {
  await build({
    root: fileURLToPath(APP),
    base: `/${page}/`,
    configFile: false,
    logLevel: 'error',
    plugins: [react()],
    resolve: {
      alias: [
        {
          find: /^hardened-stigg$/,
          replacement: fileURLToPath(new URL('../dist/index.js', import.meta.url)),
        },
        {
          find: /^hardened-stigg\/lazy$/,
          replacement: fileURLToPath(new URL('../dist/lazy.js', import.meta.url)),
        },
        { find: /^@stripe\/stripe-js$/, replacement: '@stripe/stripe-js/pure' },
      ],
    },
    build: {
      target: 'es2022',
      outDir: fileURLToPath(new URL(page, DIST)),
      emptyOutDir: true,
      chunkSizeWarningLimit: 4000,
      rolldownOptions: { input: fileURLToPath(new URL(`${page}.html`, APP)) },
    },
  });
}

const TYPES: Record<string, string> = { js: 'text/javascript', css: 'text/css', html: 'text/html' };

const ENDPOINT = '/api/identity';
/** The same, with the entitlements of the customer. */
const VOUCHING_ENDPOINT = '/api/vouching/identity';

const ENTITLEMENTS = { sso: true };
const IDENTITY = { customerId: 'acme', customerToken: createCustomerToken('acme', SECRET) };
const VOUCHED_IDENTITY = { ...IDENTITY, entitlements: ENTITLEMENTS };

interface Page {
  page: (typeof PAGES)[number];
  /** Makes its HTML on the server. */
  render?: typeof renderEager;
  /** What the server tells it. */
  props?: OursProps;
  /** What the server adds to its head. */
  head?: string;
}

const CONTENDERS = {
  ours: { page: 'ours' },
  'ours, preload': { page: 'ours', head: identityPreloadScript(ENDPOINT) },
  'ours, initialIdentity': { page: 'ours', props: { initialIdentity: IDENTITY } },
  'ours, entitlements': { page: 'ours', props: { identityEndpoint: VOUCHING_ENDPOINT } },
  'ours, entitlements, preload': {
    page: 'ours',
    props: { identityEndpoint: VOUCHING_ENDPOINT },
    head: identityPreloadScript(VOUCHING_ENDPOINT),
  },
  'ours, server-rendered': {
    page: 'ours-hydrated',
    render: renderEager,
    props: { initialIdentity: IDENTITY },
  },
  'ours, server-rendered, entitlements': {
    page: 'ours-hydrated',
    render: renderEager,
    props: { initialIdentity: VOUCHED_IDENTITY },
  },
  'ours, lazy': { page: 'lazy', props: { identityEndpoint: VOUCHING_ENDPOINT } },
  'ours, lazy, preload': {
    page: 'lazy',
    props: { identityEndpoint: VOUCHING_ENDPOINT },
    head: identityPreloadScript(VOUCHING_ENDPOINT),
  },
  'ours, lazy, server-rendered': {
    page: 'lazy-hydrated',
    render: renderLazy,
    props: { initialIdentity: VOUCHED_IDENTITY },
  },
  recipe: { page: 'recipe' },
  'recipe, again': { page: 'recipe' },
  'StiggProvider props': { page: 'props' },
  limit: { page: 'limit', head: identityPreloadScript(ENDPOINT) },
  'without Stigg': { page: 'without-stigg' },
} as const satisfies Record<string, Page>;

export type Contender = keyof typeof CONTENDERS;

interface VisitOptions {
  latencyMs?: number;
  /** Default: as fast as it gets. */
  mbits?: number;
  /** How many times slower. */
  cpu?: number;
  query?: string;
  /** Where the page finds Stigg. Default: an emulator that answers. */
  stiggUrl?: string;
}

/** The first entitled render of a page. */
export interface Entitled {
  /** Milliseconds after the start of the navigation. */
  ms: number;
  /** The same in epoch milliseconds. */
  at: number;
  /** When the page showed anything at all. */
  paintMs: number;
  /** Of the script files that had arrived, compressed. */
  scriptBytes: number;
}

/** Serves the pages, the identity endpoint and Stigg, the latter on an origin of its own. */
export async function startWorld() {
  const emulator = createStiggEmulator({
    signingSecret: SECRET,
    customers: { acme: { entitlements: { sso: true } } },
  });
  let identityRequests = 0;
  const signedIn = {
    signingSecret: SECRET,
    getCustomerId: () => ({
      customerId: 'acme',
      customerToken: emulator.issueToken('acme', 3_600_000), // another one each time
      expiresIn: 3600,
    }),
  };
  const identity: Record<string, (request: Request) => Promise<Response>> = {
    [ENDPOINT]: createIdentityHandler(signedIn),
    [VOUCHING_ENDPOINT]: createIdentityHandler({
      ...signedIn,
      getEntitlements: () => ENTITLEMENTS,
    }),
  };
  const stigg = await serve(emulator.fetch);
  const app = await serve(async (request) => {
    const { pathname } = new URL(request.url);
    const answer = identity[pathname];
    if (answer) {
      identityRequests++;
      return answer(request);
    }
    const contender = decodeURIComponent(pathname.slice(1)) as Contender;
    const type = CONTENDERS[contender] ? TYPES.html : TYPES[pathname.split('.').at(-1) ?? ''];
    if (!type || pathname.includes('..')) return new Response('', { status: 404 });
    const body = CONTENDERS[contender] ? await htmlOf(contender) : await compressedFile(pathname);
    return new Response(body, { headers: { 'Content-Type': type, 'Content-Encoding': 'gzip' } });
  });
  const compressed = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
  /** Compressed once, as a host does, so that the time of the compression does not count. */
  const compressedFile = (pathname: string) => {
    const file =
      compressed.get(pathname) ??
      readFile(new URL(`.${pathname}`, DIST)).then((it) => gzipSync(it));
    compressed.set(pathname, file);
    return file;
  };
  /** A contender's HTML, compressed. */
  const htmlOf = async (contender: Contender) => {
    const { page } = CONTENDERS[contender];
    const body = await readFile(new URL(`${page}/${page}.html`, DIST), 'utf8');
    return gzipSync(filled(body, CONTENDERS[contender]));
  };
  const stiggProps = { apiKey: 'client-bench', baseUri: stigg.url, baseEdgeUri: stigg.url };
  const filled = (body: string, { props, head = '', render }: Page) =>
    body
      .replace('<head>', `<head><script>oursProps=${JSON.stringify(props ?? {})}</script>${head}`)
      .replace(
        '<div id="root"></div>',
        `<div id="root">${render?.({ ...props, stigg: stiggProps }) ?? ''}</div>`,
      );
  const browser = await chromium.launch({ executablePath: findChromium() });
  /** Opens a contender in a profile of its own: nothing is cached. */
  async function visit(contender: Contender, options: VisitOptions = {}) {
    const { latencyMs = 0, mbits, cpu = 1, query = '', stiggUrl = stigg.url } = options;
    const throughput = mbits ? (mbits * 1e6) / 8 : -1;
    const context = await browser.newContext();
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: latencyMs,
      downloadThroughput: throughput,
      uploadThroughput: throughput,
    });
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: cpu });
    const sentToStigg: number[] = [];
    devtools.on('Network.requestWillBeSent', ({ request, wallTime, type }) => {
      if (request.url.startsWith(stiggUrl) && type !== 'Preflight')
        sentToStigg.push(wallTime * 1000);
    });
    identityRequests = 0;
    const before = emulator.requests.length;
    await page.goto(`${app.url}/${encodeURIComponent(contender)}?stigg=${stiggUrl}${query}`, {
      waitUntil: 'commit',
    });
    return {
      page,
      devtools,
      /** When it began each request to Stigg, in epoch milliseconds. */
      sentToStigg,
      requests: () => ({
        identity: identityRequests,
        stigg: emulator.requests.slice(before).filter(({ customerId }) => customerId).length,
      }),
      close: () => context.close(),
    };
  }

  /** The first entitled render. */
  async function whenEntitled(devtools: CDPSession): Promise<Entitled> {
    // Not Playwright's own evaluate(), because it counts as a touch by the user, and after a touch no preloaded answer
    // is used.
    const { result } = await devtools.send('Runtime.evaluate', {
      expression: `new Promise((resolve, reject) => {
        setTimeout(reject, 60_000);
        const look = () => {
          const [entitled] = performance.getEntriesByName('entitled');
          const [paint] = performance.getEntriesByName('first-contentful-paint');
          if (!entitled || !paint) return;
          const scripts = performance
            .getEntriesByType('resource')
            .filter(({ name, responseEnd }) => name.endsWith('.js') && responseEnd <= entitled.startTime);
          resolve({
            ms: entitled.startTime,
            at: performance.timeOrigin + entitled.startTime,
            paintMs: paint.startTime,
            scriptBytes: scripts.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
          });
        };
        for (const type of ['mark', 'paint'])
          new PerformanceObserver(look).observe({ type, buffered: true });
      })`,
      awaitPromise: true,
      returnByValue: true,
    });
    if (!result.value) throw new Error('The page never was entitled.');
    return result.value;
  }

  return {
    visit,
    whenEntitled,
    /** The same, and waits until the customer is entitled. */
    open: async (contender: Contender, options?: VisitOptions) => {
      const run = await visit(contender, options);
      return { ...run, entitled: await whenEntitled(run.devtools) };
    },
    /** The bytes of its HTML, compressed. */
    htmlBytes: async (contender: Contender) => (await htmlOf(contender)).length,
    /** The HTML that the server sends. */
    fetchHtml: async (contender: Contender) =>
      (await fetch(`${app.url}/${encodeURIComponent(contender)}`)).text(),
    /** Renders on a server that can reach both the identity endpoint and Stigg. */
    renderOnServer: {
      'ours, server-rendered': () =>
        renderEager({
          stigg: stiggProps,
          identityEndpoint: app.url + ENDPOINT,
          initialIdentity: IDENTITY,
        }),
      'ours, server-rendered, entitlements': () =>
        renderEager({
          stigg: stiggProps,
          identityEndpoint: app.url + VOUCHING_ENDPOINT,
          initialIdentity: VOUCHED_IDENTITY,
        }),
      'ours, nothing known': () =>
        renderEager({ stigg: stiggProps, identityEndpoint: app.url + ENDPOINT }),
      recipe: () => renderRecipe(stiggProps),
    },
    close: async () => {
      await browser.close();
      await Promise.all([app.close(), stigg.close()]);
    },
  };
}

export type World = Awaited<ReturnType<typeof startWorld>>;

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { createStiggEmulator } from 'hardened-stigg/emulator';
import { identityPreloadScript } from 'hardened-stigg/preload';
import { createCustomerToken, createIdentityHandler } from 'hardened-stigg/server';
import { type CDPSession, chromium } from 'playwright';
import { build } from 'vite';
import { findChromium } from '../test/helpers/find-chromium';
import { serve } from '../test/helpers/serve';
import { renderOurs, renderRecipe } from './app/on-the-server';
import type { OursProps } from './app/ours-app';

const SECRET = 'bench-secret';
const APP = new URL('./app/', import.meta.url);
const DIST = new URL('./app/dist/', import.meta.url);

/** The pages; the package as it is built. */
export async function buildPages(): Promise<void> {
  const path = (file: string) => fileURLToPath(new URL(file, APP));
  await build({
    root: fileURLToPath(APP),
    configFile: false,
    logLevel: 'error',
    plugins: [react()],
    resolve: {
      alias: [
        {
          find: /^hardened-stigg$/,
          replacement: fileURLToPath(new URL('../dist/index.js', import.meta.url)),
        },
        { find: /^@stripe\/stripe-js$/, replacement: '@stripe/stripe-js/pure' },
      ],
    },
    build: {
      target: 'es2022',
      chunkSizeWarningLimit: 4000,
      rolldownOptions: {
        input: Object.fromEntries(
          ['ours', 'ours-hydrated', 'recipe', 'props', 'limit'].map((name) => [
            name,
            path(`${name}.html`),
          ]),
        ),
      },
    },
  });
}

const TYPES: Record<string, string> = { js: 'text/javascript', css: 'text/css', html: 'text/html' };

const ENDPOINT = '/api/identity';
/** The same, and it says what the customer may use. */
const VOUCHING_ENDPOINT = '/api/vouching/identity';

const ENTITLEMENTS = { sso: true };
const IDENTITY = { customerId: 'acme', customerToken: createCustomerToken('acme', SECRET) };
const VOUCHED_IDENTITY = { ...IDENTITY, entitlements: ENTITLEMENTS };

interface Page {
  /** Its file. `ours-hydrated` is rendered on the server. */
  page: 'ours' | 'ours-hydrated' | 'recipe' | 'props' | 'limit';
  /** What the server tells it. */
  props?: OursProps;
  /** What the server adds to its head. */
  head?: string;
}

export const CONTENDERS = {
  ours: { page: 'ours' },
  'ours, preload': { page: 'ours', head: identityPreloadScript(ENDPOINT) },
  'ours, initialIdentity': { page: 'ours', props: { initialIdentity: IDENTITY } },
  'ours, entitlements': { page: 'ours', props: { identityEndpoint: VOUCHING_ENDPOINT } },
  'ours, entitlements, preload': {
    page: 'ours',
    props: { identityEndpoint: VOUCHING_ENDPOINT },
    head: identityPreloadScript(VOUCHING_ENDPOINT),
  },
  'ours, server-rendered': { page: 'ours-hydrated', props: { initialIdentity: IDENTITY } },
  'ours, server-rendered, entitlements': {
    page: 'ours-hydrated',
    props: { initialIdentity: VOUCHED_IDENTITY },
  },
  recipe: { page: 'recipe' },
  'recipe, again': { page: 'recipe' },
  'StiggProvider props': { page: 'props' },
  limit: { page: 'limit', head: identityPreloadScript(ENDPOINT) },
} as const satisfies Record<string, Page>;

export type Contender = keyof typeof CONTENDERS;

interface VisitOptions {
  latencyMs?: number;
  cpu?: number;
  query?: string;
  /** Where the page finds Stigg. Default: an emulator that answers. */
  stiggUrl?: string;
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
    const contender: Page | undefined =
      CONTENDERS[decodeURIComponent(pathname.slice(1)) as Contender];
    const file = contender ? `${contender.page}.html` : pathname.slice(1);
    const type = TYPES[file.split('.').at(-1) ?? ''];
    if (!type || file.includes('..')) return new Response('', { status: 404 });
    const body = await readFile(new URL(file, DIST), 'utf8');
    return new Response(contender ? filled(body, contender) : body, {
      headers: { 'Content-Type': type },
    });
  });
  const stiggProps = { apiKey: 'client-bench', baseUri: stigg.url, baseEdgeUri: stigg.url };
  const filled = (body: string, { page, props, head = '' }: Page) =>
    body
      .replace('<head>', `<head><script>oursProps=${JSON.stringify(props ?? {})}</script>${head}`)
      .replace(
        '<div id="root"></div>',
        `<div id="root">${page === 'ours-hydrated' ? renderOurs({ ...props, stigg: stiggProps }) : ''}</div>`,
      );
  const browser = await chromium.launch({ executablePath: findChromium() });
  /** Opens a contender in a profile of its own: nothing is cached. */
  async function visit(contender: Contender, options: VisitOptions = {}) {
    const { latencyMs = 0, cpu = 1, query = '', stiggUrl = stigg.url } = options;
    const context = await browser.newContext();
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: latencyMs,
      downloadThroughput: -1,
      uploadThroughput: -1,
    });
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: cpu });
    identityRequests = 0;
    const before = emulator.requests.length;
    await page.goto(`${app.url}/${encodeURIComponent(contender)}?stigg=${stiggUrl}${query}`, {
      waitUntil: 'commit',
    });
    return {
      page,
      devtools,
      requests: () => ({
        identity: identityRequests,
        stigg: emulator.requests.slice(before).filter(({ customerId }) => customerId).length,
      }),
      close: () => context.close(),
    };
  }

  /** Milliseconds from the start of the navigation to the first entitled render. */
  async function whenEntitled(devtools: CDPSession): Promise<number> {
    // Not Playwright's own evaluate(), which counts as a user's touch: after one, no preloaded answer is believed.
    const { result } = await devtools.send('Runtime.evaluate', {
      expression: `new Promise((resolve, reject) => {
        setTimeout(reject, 60_000);
        new PerformanceObserver((marks) => {
          const [entitled] = marks.getEntriesByName('entitled');
          if (entitled) resolve(entitled.startTime);
        }).observe({ type: 'mark', buffered: true });
      })`,
      awaitPromise: true,
    });
    if (typeof result.value !== 'number') throw new Error('The page never was entitled.');
    return result.value;
  }

  return {
    visit,
    whenEntitled,
    /** The same, and waits until the customer is entitled. */
    open: async (contender: Contender, options?: VisitOptions) => {
      const run = await visit(contender, options);
      return { ...run, entitledMs: await whenEntitled(run.devtools) };
    },
    /** The HTML that the server sends. */
    fetchHtml: async (contender: Contender) =>
      (await fetch(`${app.url}/${encodeURIComponent(contender)}`)).text(),
    /** Renders on a server that can reach both the identity endpoint and Stigg. */
    renderOnServer: {
      'ours, server-rendered': () =>
        renderOurs({
          stigg: stiggProps,
          identityEndpoint: app.url + ENDPOINT,
          initialIdentity: IDENTITY,
        }),
      'ours, server-rendered, entitlements': () =>
        renderOurs({
          stigg: stiggProps,
          identityEndpoint: app.url + VOUCHING_ENDPOINT,
          initialIdentity: VOUCHED_IDENTITY,
        }),
      'ours, nothing known': () =>
        renderOurs({ stigg: stiggProps, identityEndpoint: app.url + ENDPOINT }),
      recipe: () => renderRecipe(stiggProps),
    },
    close: async () => {
      await browser.close();
      await Promise.all([app.close(), stigg.close()]);
    },
  };
}

export type World = Awaited<ReturnType<typeof startWorld>>;

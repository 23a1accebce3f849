import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { createStiggEmulator } from 'hardened-stigg/emulator';
import { identityPreloadScript } from 'hardened-stigg/preload';
import { createCustomerToken, createIdentityHandler } from 'hardened-stigg/server';
import { chromium } from 'playwright';
import { build } from 'vite';
import { findChromium } from '../test/helpers/find-chromium';
import { serve } from '../test/helpers/serve';

const SECRET = 'bench-secret';
const APP = new URL('./app/', import.meta.url);
const DIST = new URL('./app/dist/', import.meta.url);

/** The four pages; the package as it is built. */
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
          ['ours', 'recipe', 'props', 'limit'].map((name) => [name, path(`${name}.html`)]),
        ),
      },
    },
  });
}

const TYPES: Record<string, string> = { js: 'text/javascript', css: 'text/css', html: 'text/html' };

/** A page of the bench: its file, and what a server adds to its head. */
export const CONTENDERS = {
  ours: { page: 'ours', head: '' },
  'ours, preload': { page: 'ours', head: identityPreloadScript('/api/identity') },
  'ours, initialIdentity': {
    page: 'ours',
    head: `<script>initialIdentity=${JSON.stringify({
      customerId: 'acme',
      customerToken: createCustomerToken('acme', SECRET),
    })}</script>`,
  },
  recipe: { page: 'recipe', head: '' },
  'recipe, again': { page: 'recipe', head: '' },
  'StiggProvider props': { page: 'props', head: '' },
  limit: { page: 'limit', head: identityPreloadScript('/api/identity') },
} as const;

export type Contender = keyof typeof CONTENDERS;

/** Serves the pages, the identity endpoint and Stigg, the latter on an origin of its own. */
export async function startWorld() {
  const emulator = createStiggEmulator({
    signingSecret: SECRET,
    customers: { acme: { entitlements: { sso: true } } },
  });
  let identityRequests = 0;
  const identity = createIdentityHandler({
    signingSecret: SECRET,
    getCustomerId: () => ({
      customerId: 'acme',
      customerToken: emulator.issueToken('acme', 3_600_000), // another one each time
      expiresIn: 3600,
    }),
  });
  const stigg = await serve(emulator.fetch);
  const app = await serve(async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/api/identity') {
      identityRequests++;
      return identity(request);
    }
    const contender = CONTENDERS[decodeURIComponent(pathname.slice(1)) as Contender];
    const file = contender ? `${contender.page}.html` : pathname.slice(1);
    const type = TYPES[file.split('.').at(-1) ?? ''];
    if (!type || file.includes('..')) return new Response('', { status: 404 });
    const body = await readFile(new URL(file, DIST), 'utf8');
    return new Response(contender ? body.replace('<head>', `<head>${contender.head}`) : body, {
      headers: { 'Content-Type': type },
    });
  });
  const browser = await chromium.launch({ executablePath: findChromium() });
  return {
    /** Opens a contender in a profile of its own: nothing is cached. */
    open: async (
      contender: Contender,
      {
        latencyMs = 0,
        cpu = 1,
        query = '',
      }: { latencyMs?: number; cpu?: number; query?: string } = {},
    ) => {
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
      await page.goto(`${app.url}/${encodeURIComponent(contender)}?stigg=${stigg.url}${query}`, {
        waitUntil: 'commit',
      });
      const entitled = await page.waitForFunction(
        () => performance.getEntriesByName('entitled')[0]?.startTime,
        null,
        { timeout: 60_000, polling: 20 },
      );
      return {
        page,
        devtools,
        /** Milliseconds from the start of the navigation to the first entitled render. */
        entitledMs: (await entitled.jsonValue()) as number,
        requests: () => ({
          identity: identityRequests,
          stigg: emulator.requests.slice(before).filter(({ customerId }) => customerId).length,
        }),
        close: () => context.close(),
      };
    },
    close: async () => {
      await browser.close();
      await Promise.all([app.close(), stigg.close()]);
    },
  };
}

export type World = Awaited<ReturnType<typeof startWorld>>;

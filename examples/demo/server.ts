import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { LogLevel, Stigg } from '@stigg/node-server-sdk';
import { createStiggEmulator } from 'hardened-stigg/emulator';
import {
  createCustomerToken,
  createIdentityHandler,
  type Entitlements,
  toEntitlements,
} from 'hardened-stigg/server';
import { Hono } from 'hono';
import { deleteCookie, setCookie } from 'hono/cookie';
import { streamSSE } from 'hono/streaming';
import { buildFiles } from './build-files';
import { createComparison } from './comparison';
import { CUSTOMERS, PLANS, SERVER_KEY, SIGNING_SECRET } from './world';

const emulator = createStiggEmulator({
  signingSecret: SIGNING_SECRET,
  customers: CUSTOMERS,
  plans: PLANS,
  latencyMs: 200, // as over the internet
  onRequest: () => tellWatchers(),
});

// The app's own sessions: a random id in a cookie, and who it belongs to.
const sessions = new Map<string, string>();
const app = new Hono();

// The page loads nothing from another host; the styles of Stigg's widgets are inline.
app.use(async (c, next) => {
  await next();
  c.header('Content-Security-Policy', "default-src 'self' data:; style-src 'self' 'unsafe-inline'");
});

app.post('/api/session/:customerId', (c) => {
  const customerId = c.req.param('customerId');
  if (!Object.hasOwn(CUSTOMERS, customerId)) return c.text('No such customer', 404);
  const id = randomUUID();
  sessions.set(id, customerId);
  setCookie(c, 'session', id, { httpOnly: true, sameSite: 'Lax' });
  return c.body(null, 204);
});

/** Who this request is from, by the app's own session. */
const signedIn = (request: Request) =>
  sessions.get(/(?:^|; )session=([^;]+)/.exec(request.headers.get('Cookie') ?? '')?.[1] ?? '');

// Stigg's own server SDK, as in any backend: it decides here, and changes plans.
let stigg: Stigg;

/** What each customer may use, from Stigg's last answer. It is available even while Stigg is down. */
const known = new Map<string, Entitlements>();

/** Reads it anew. The list is empty if Stigg does not answer: then the last one stays. */
async function readEntitlements(customerId: string) {
  const list = await stigg.getEntitlements(customerId);
  if (list.length > 0) known.set(customerId, toEntitlements(list));
}

const STIGG_IS_DOWN = 'Stigg does not answer the backend.';
app.onError((error, c) => {
  console.error(error.message);
  return c.text(isUp ? 'Internal Server Error' : STIGG_IS_DOWN, isUp ? 500 : 503);
});

app.post('/api/plan/:planId', async (c) => {
  const customerId = signedIn(c.req.raw);
  if (!customerId) return c.text('Sign in first', 401);
  await stigg.provisionSubscription({ customerId, planId: c.req.param('planId') });
  await readEntitlements(customerId);
  return c.body(null, 204);
});

app.post('/api/report', async (c) => {
  const customerId = signedIn(c.req.raw);
  if (!customerId) return c.text('Sign in first', 401);
  const usage = { customerId, featureId: 'monthly-reports' };
  const options = { requestedUsage: 1 };
  const { hasAccess, isFallback } = await stigg.getMeteredEntitlement({ ...usage, options });
  if (isFallback) return c.text(STIGG_IS_DOWN, 503);
  if (!hasAccess) return c.text('The limit is reached', 402);
  await stigg.reportUsage({ ...usage, value: 1 });
  await readEntitlements(customerId);
  return c.body(null, 204);
});

app.delete('/api/session', (c) => {
  sessions.delete(deleteCookie(c, 'session') ?? '');
  return c.body(null, 204);
});

/** Short, so that a rotation becomes visible. */
const TOKEN_LIFETIME_S = 20;

// The one route that a backend adds. The emulator has expiring tokens, as Stigg has. If you return only the customer
// id, the handler signs a token that does not expire.
const identity = createIdentityHandler({
  signingSecret: SIGNING_SECRET,
  getCustomerId: (request) => {
    const customerId = signedIn(request);
    return (
      customerId && {
        customerId,
        customerToken: emulator.issueToken(customerId, TOKEN_LIFETIME_S * 1000),
        expiresIn: TOKEN_LIFETIME_S,
      }
    );
  },
  // Neither the browser nor this answer waits for Stigg: the answer holds the last entitlements that Stigg sent.
  getEntitlements: async (customerId) => {
    const isRead = readEntitlements(customerId);
    if (!known.has(customerId)) await isRead;
    return known.get(customerId);
  },
});
app.all('/api/identity', (c) => identity(c.req.raw));

// Emulates Stigg. Each watcher gets a message after each request.
const watchers = new Set<() => void>();
const tellWatchers = () => {
  for (const tell of watchers) tell();
};
/** Whether Stigg answers at all. */
let isUp = true;
const askStigg = (request: Request) =>
  isUp ? emulator.fetch(request) : new Response('Service Unavailable', { status: 503 });
app.mount('/stigg', askStigg);
// For the integration by hand: of two requests for one URL, Chromium would let the second wait for the first.
app.mount('/by-hand/stigg', askStigg);

app.put('/demo/stigg/:state', (c) => {
  isUp = c.req.param('state') === 'up';
  tellWatchers();
  return c.body(null, 204);
});

app.put('/demo/enforcement/:state', (c) => {
  emulator.enforced = c.req.param('state') === 'on';
  tellWatchers();
  return c.body(null, 204);
});

// Mallory is a customer, too: this backend signs a token for Mallory, as for everybody else.
app.get('/demo/attackers-own-token', (c) =>
  c.text(createCustomerToken('mallory', SIGNING_SECRET), 200, { 'Cache-Control': 'no-store' }),
);

app.get('/demo/events', (c) =>
  streamSSE(c, async (stream) => {
    const tell = () => {
      const { enforced, requests } = emulator;
      const latest = requests
        .map((request, index) => ({ number: index + 1, ...request }))
        .slice(-40)
        .reverse();
      void stream.writeSSE({ data: JSON.stringify({ enforced, isUp, requests: latest }) });
    };
    watchers.add(tell);
    tell();
    await new Promise<void>((resolve) => stream.onAbort(resolve));
    watchers.delete(tell);
  }),
);

// The second page, and its frames.
app.route('/compare/frames', createComparison());

console.log('Building the page …');
const file = await buildFiles(new URL('.', import.meta.url), ['index.html', 'compare.html'], '/');
app.get('/', () => file('index.html'));
app.get('/compare', () => file('compare.html'));
app.get('*', (c) => file(c.req.path.slice(1)));

const server = createAdaptorServer({ fetch: app.fetch });
server.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EADDRINUSE') throw error;
  server.listen(0, '127.0.0.1'); // our port is in use: any other port will do
});
server.on('listening', async () => {
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/stigg`;
  stigg = Stigg.initialize({
    apiKey: SERVER_KEY,
    baseUri: url,
    baseEdgeUri: url,
    realtimeUpdatesEnabled: false, // the emulator has none
    // While Stigg is down, the SDK would print long logs. The page shows it in one word.
    logConfiguration: { logger: console, logLevel: LogLevel.NONE },
  });
  // Like a backend that has run for a while, it knows the entitlements of every customer.
  await Promise.all(Object.keys(CUSTOMERS).map(readEntitlements));
  console.log(`\n  hardened-stigg demo:  http://localhost:${port}/\n\n  Ctrl+C stops it.`);
});
server.listen(Number(process.env.PORT ?? 4400), '127.0.0.1');

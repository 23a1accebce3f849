import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAdaptorServer } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Stigg } from '@stigg/node-server-sdk';
import { createStiggEmulator } from 'hardened-stigg/emulator';
import { createCustomerToken, createIdentityHandler } from 'hardened-stigg/server';
import { Hono } from 'hono';
import { deleteCookie, setCookie } from 'hono/cookie';
import { streamSSE } from 'hono/streaming';
import { build } from 'vite';
import { CUSTOMERS, PLANS, SERVER_KEY, SIGNING_SECRET } from './world';

const folder = fileURLToPath(new URL('.', import.meta.url));
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

app.post('/api/plan/:planId', async (c) => {
  const customerId = signedIn(c.req.raw);
  if (!customerId) return c.text('Sign in first', 401);
  await stigg.provisionSubscription({ customerId, planId: c.req.param('planId') });
  return c.body(null, 204);
});

app.post('/api/report', async (c) => {
  const customerId = signedIn(c.req.raw);
  if (!customerId) return c.text('Sign in first', 401);
  const usage = { customerId, featureId: 'monthly-reports' };
  const options = { requestedUsage: 1 };
  const { hasAccess } = await stigg.getMeteredEntitlement({ ...usage, options });
  if (!hasAccess) return c.text('The limit is reached', 402);
  await stigg.reportUsage({ ...usage, value: 1 });
  return c.body(null, 204);
});

app.delete('/api/session', (c) => {
  sessions.delete(deleteCookie(c, 'session') ?? '');
  return c.body(null, 204);
});

/** Short, so that a rotation is there to see. */
const TOKEN_LIFETIME_S = 20;

// The one route that a backend adds. The emulator has expiring tokens, as Stigg has; leave out all but the
// customer id, and the handler signs one that does not expire.
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
});
app.all('/api/identity', (c) => identity(c.req.raw));

// What Stigg would be. Everyone who watches is told after each request.
const watchers = new Set<() => void>();
const tellWatchers = () => {
  for (const tell of watchers) tell();
};
app.mount('/stigg', emulator.fetch);
// For the integration by hand: of two requests for one URL, Chromium would let the second wait for the first.
app.mount('/by-hand/stigg', emulator.fetch);

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
      void stream.writeSSE({ data: JSON.stringify({ enforced, requests: latest }) });
    };
    watchers.add(tell);
    tell();
    await new Promise<void>((resolve) => stream.onAbort(resolve));
    watchers.delete(tell);
  }),
);

console.log('Building the page …');
await build({ root: folder, logLevel: 'error' });
app.use(serveStatic({ root: relative(process.cwd(), `${folder}dist`) }));

const server = createAdaptorServer({ fetch: app.fetch });
server.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EADDRINUSE') throw error;
  server.listen(0, '127.0.0.1'); // somebody else has our port: any other will do
});
server.on('listening', () => {
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/stigg`;
  stigg = Stigg.initialize({
    apiKey: SERVER_KEY,
    baseUri: url,
    baseEdgeUri: url,
    realtimeUpdatesEnabled: false, // the emulator has none
  });
  console.log(`\n  hardened-stigg demo:  http://localhost:${port}/\n\n  Ctrl+C stops it.`);
});
server.listen(Number(process.env.PORT ?? 4400), '127.0.0.1');

import { randomUUID } from 'node:crypto';
import { createIdentityHandler } from 'hardened-stigg/server';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { CUSTOMERS } from './customers';
import { startEmulator } from './emulator';

/** The API for a page on another origin. */
export function createApi(pageOrigin: string) {
  const api = new Hono();

  // No publishable key of a real environment, because the emulator emulates Stigg.
  if (!process.env.VITE_STIGG_API_KEY) api.mount('/stigg', startEmulator().fetch);

  // Which customer an access token belongs to. A real app has JWTs, or an identity provider.
  const sessions = new Map<string, string>();
  const accessToken = (request: Request) =>
    /^Bearer (\S+)$/.exec(request.headers.get('Authorization') ?? '')?.[1] ?? '';

  api.use('/session', cors({ origin: pageOrigin }));

  api.post('/session', async (c) => {
    const { customerId } = await c.req.json();
    if (typeof customerId !== 'string' || !Object.hasOwn(CUSTOMERS, customerId)) {
      return c.body(null, 400);
    }
    const token = randomUUID();
    sessions.set(token, customerId);
    return c.json({ accessToken: token }, 200, { 'Cache-Control': 'no-store' });
  });

  api.delete('/session', (c) => {
    sessions.delete(accessToken(c.req.raw));
    return c.body(null, 204);
  });

  // The one route that hardening adds. It answers CORS itself.
  const identity = createIdentityHandler({
    signingSecret: process.env.STIGG_SIGNING_SECRET ?? '', // empty throws, here and now
    getCustomerId: (request) => sessions.get(accessToken(request)),
    allowedOrigins: [pageOrigin],
  });
  api.all('/identity', (c) => identity(c.req.raw));

  return api;
}

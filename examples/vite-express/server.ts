import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { parseCookie } from 'cookie';
import express, { type Request } from 'express';
import { createIdentityHandler } from 'hardened-stigg/server';
import { CUSTOMERS } from './customers';
import { startEmulator } from './emulator';
import { choosePlan, makeReport, startStigg } from './stigg';

const app = express();

// Without a publishable key of a real environment, Stigg is emulated here.
const isEmulated = !process.env.VITE_STIGG_API_KEY;
if (isEmulated) {
  app.use('/stigg', getRequestListener(startEmulator().fetch));
}

// The app's own sessions: a random id in a cookie, and which customer it belongs to.
const sessions = new Map<string, string>();
const sessionId = (cookies = '') => parseCookie(cookies).session ?? '';

// A real app checks a password here. JSON only: a form on another site cannot send that.
app.post('/api/session', express.json(), (request: Request, response) => {
  const customerId = request.body?.customerId;
  if (typeof customerId !== 'string' || !Object.hasOwn(CUSTOMERS, customerId)) {
    response.status(400).end();
    return;
  }
  sessions.delete(sessionId(request.headers.cookie));
  const id = randomUUID();
  sessions.set(id, customerId);
  // Behind HTTPS, add `secure: true`.
  response.cookie('session', id, { httpOnly: true, sameSite: 'lax' }).status(204).end();
});

app.delete('/api/session', (request, response) => {
  sessions.delete(sessionId(request.headers.cookie));
  response.clearCookie('session').status(204).end();
});

// The one route that hardening adds. It speaks Fetch's Request and Response, Express Node's own.
const identity = createIdentityHandler({
  signingSecret: process.env.STIGG_SIGNING_SECRET ?? '', // empty throws, here and now
  getCustomerId: (request) => sessions.get(sessionId(request.headers.get('Cookie') ?? '')),
  // What the customer may use is known here, so the browser need not wait for Stigg.
  getEntitlements: (customerId) => stigg.getEntitlements(customerId),
});
app.all('/api/identity', getRequestListener(identity));

// JSON only, as above: a form on another site may not choose a plan.
app.post('/api/plan', express.json(), async (request: Request, response) => {
  const customerId = sessions.get(sessionId(request.headers.cookie));
  const planId = request.body?.planId;
  if (!customerId) response.status(401).send('Sign in first.');
  else if (typeof planId !== 'string') response.status(400).end();
  else response.send(await choosePlan(stigg, customerId, planId));
});

app.post('/api/reports', express.json(), async (request: Request, response) => {
  const customerId = sessions.get(sessionId(request.headers.cookie));
  if (!customerId || !request.body) response.status(401).send('Sign in first.');
  else response.send(await makeReport(stigg, customerId));
});

app.use(express.static('dist'));

let stigg: ReturnType<typeof startStigg>;

const server = app.listen(Number(process.env.PORT ?? 4401), 'localhost', (error) => {
  if (error) throw error;
  const { port } = server.address() as AddressInfo;
  stigg = startStigg(isEmulated ? `http://localhost:${port}/stigg` : undefined);
  console.log(`\n  Vite and Express:  http://localhost:${port}/\n\n  Ctrl+C stops it.`);
});

import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { build } from 'vite';
import { createApi } from './api';

/** Puts an app on a port of its own, and so on an origin of its own. */
async function listen(app: Hono, port: string): Promise<string> {
  const server = createAdaptorServer({ fetch: app.fetch });
  server.listen(Number(port), 'localhost');
  await once(server, 'listening');
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

const { PORT = '4403', API_PORT = '0' } = process.env;

// In this order, for any port may be a free one: the API allows the page's origin, and the page is
// built with the URL of the API.
await mkdir('dist', { recursive: true });
const page = await listen(new Hono().use(serveStatic({ root: 'dist' })), PORT);
process.env.VITE_API_URL = await listen(createApi(page), API_PORT);
await build({ logLevel: 'error' });

console.log(`\n  Bearer token:  ${page}/\n\n  Ctrl+C stops it.`);

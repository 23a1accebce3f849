import { readFile } from 'node:fs/promises';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import { onTestFinished } from 'vitest';
import { findChromium } from './find-chromium';
import { expectNoLeak } from './leaks';
import type { RunningServer } from './serve';
import { serve } from './serve';

/** Chromium's own background traffic would look like ours. */
const ARGS = ['--disable-background-networking', '--disable-component-update', '--no-first-run'];

let browser: Promise<Browser> | undefined;

/** A context of its own, as a browser profile is, in the browser that a test file shares. */
export async function openContext(options: Parameters<Browser['newContext']>[0] = {}) {
  browser ??= chromium.launch({ executablePath: findChromium(), args: ARGS });
  const context = await (await browser).newContext(options);
  context.setDefaultTimeout(10_000);
  onTestFinished(() => context.close());
  return context;
}

/** A page that watches for leaks, and what it printed. */
export async function openPage(
  options: Parameters<Browser['newContext']>[0] = {},
  existing?: BrowserContext,
): Promise<Page & { printed: string[] }> {
  const context = existing ?? (await openContext(options));
  const page = await context.newPage();
  const printed: string[] = [];
  const urls: string[] = [];
  page.on('console', (message) => printed.push(message.text()));
  page.on('pageerror', (error) => printed.push(`${error.stack}`));
  page.on('request', (request) => urls.push(request.url()));
  onTestFinished(async () => {
    expectNoLeak('the DOM', await page.content());
    expectNoLeak('the console', printed);
    expectNoLeak('a URL', urls.map(decodeURIComponent));
    expectNoLeak('storage', await context.storageState());
  });
  return Object.assign(page, { printed });
}

/** To call from `afterAll`. */
export async function closeBrowser() {
  await (await browser)?.close();
  browser = undefined;
}

const TYPES: Record<string, string> = {
  js: 'text/javascript',
  css: 'text/css',
};

/** A sandboxed frame has no origin, and needs the page's own files as another site does. */
const READABLE = { 'Access-Control-Allow-Origin': '*' };

const FOLDER = new URL(`../browser/app/dist/${process.env.ENTRY ?? 'eager'}/`, import.meta.url);

/** What a server would add to the page. */
interface ServerWritten {
  /** Into the root. */
  rendered?: string | undefined;
  /** First in the head. */
  head?: string;
  headers?: Record<string, string>;
}

async function html({ rendered = '', head = '', headers }: ServerWritten): Promise<Response> {
  const page = await readFile(new URL('index.html', FOLDER), 'utf8');
  const filled = page
    .replace('<head>', `<head>${head}`)
    .replace('<div id="root"></div>', `<div id="root">${rendered}</div>`);
  return new Response(filled, { headers: { 'Content-Type': 'text/html', ...headers } });
}

async function file(pathname: string): Promise<Response> {
  const name = pathname.slice(1);
  const type = TYPES[name.split('.').at(-1) ?? ''];
  if (!type || name.includes('..')) return new Response('', { status: 404 });
  return new Response(await readFile(new URL(name, FOLDER)), {
    headers: { 'Content-Type': type, ...READABLE },
  });
}

/** Serves the test app, with these props for the provider, beside whatever `routes` answers. */
export async function serveApp(
  props: object,
  routes: Record<string, (request: Request) => Response | Promise<Response>> = {},
  written: ServerWritten = {},
): Promise<RunningServer> {
  const server = await serve((request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/props.json') return Response.json(props, { headers: READABLE });
    if (pathname === '/') return html(written);
    return routes[pathname]?.(request) ?? file(pathname);
  });
  onTestFinished(server.close);
  return server;
}

/** What the test app shows, as soon as it shows `status`. */
export async function pageShows(page: Page, status: string) {
  const text = (id: string) => page.getByTestId(id).textContent();
  await page.getByTestId('status').getByText(status, { exact: true }).waitFor();
  return {
    customer: await text('customer'),
    error: await text('error'),
    sso: await text('sso'),
    seats: await text('seats'),
    reports: await text('reports'),
  };
}

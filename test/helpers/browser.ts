import { readFile } from 'node:fs/promises';
import { type Browser, chromium, type Page } from 'playwright';
import { onTestFinished } from 'vitest';
import { findChromium } from './find-chromium';
import { expectNoLeak } from './leaks';
import type { RunningServer } from './serve';
import { serve } from './serve';

/** Chromium's own background traffic would look like ours. */
const ARGS = ['--disable-background-networking', '--disable-component-update', '--no-first-run'];

let browser: Promise<Browser> | undefined;

/** A page of its own context that watches for leaks, in the browser that a test file shares. */
export async function openPage(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  browser ??= chromium.launch({ executablePath: findChromium(), args: ARGS });
  const context = await (await browser).newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
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
    await context.close();
  });
  return page;
}

/** To call from `afterAll`. */
export async function closeBrowser() {
  await (await browser)?.close();
  browser = undefined;
}

const TYPES: Record<string, string> = {
  html: 'text/html',
  js: 'text/javascript',
  css: 'text/css',
};

const FOLDER = new URL('../browser/app/dist/', import.meta.url);

async function file(pathname: string): Promise<Response> {
  const name = pathname === '/' ? 'index.html' : pathname.slice(1);
  const type = TYPES[name.split('.').at(-1) ?? ''];
  if (!type || name.includes('..')) return new Response('', { status: 404 });
  return new Response(await readFile(new URL(name, FOLDER)), { headers: { 'Content-Type': type } });
}

/** Serves the test app, with these props for the provider, beside whatever `routes` answers. */
export async function serveApp(
  props: object,
  routes: Record<string, (request: Request) => Response | Promise<Response>> = {},
): Promise<RunningServer> {
  const server = await serve((request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/props.json') return Response.json(props);
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

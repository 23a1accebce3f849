import { readFileSync } from 'node:fs';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium } from '../helpers/find-chromium';
import type { RunningServer } from '../helpers/serve';
import { PAGES } from './pages';
import { BASE, FOLDER, serveSite } from './serve-site';

const VIEWS = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [375, 1280].map((width) => ({ colorScheme, width })),
);

let server: RunningServer;
let browser: Browser;
beforeAll(async () => {
  server = await serveSite();
  browser = await chromium.launch({
    executablePath: findChromium(),
    args: ['--disable-background-networking', '--disable-component-update', '--no-first-run'],
  });
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

/** A page of the site, and the requests that would have left the machine. */
async function open(view: (typeof VIEWS)[number]) {
  const { colorScheme, width } = view;
  const context = await browser.newContext({
    colorScheme,
    viewport: { width, height: 900 },
    reducedMotion: 'reduce', // or axe measures the contrast of a colour that is still changing
  });
  const page = await context.newPage();
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(server.url))
      elsewhere.push(request.url());
  });
  await context.route(
    (url) => url.origin !== server.url,
    (route) => route.abort(),
  );
  return { context, page, elsewhere, go: (path: string) => page.goto(server.url + BASE + path) };
}

/** What axe finds, in words. */
async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(),
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`),
  );
}

describe.each(VIEWS)('$colorScheme, $width px wide', (view) => {
  test('every page is accessible, fits into the window, and requests nothing from elsewhere', {
    timeout: 600_000,
  }, async () => {
    const { context, page, elsewhere, go } = await open(view);
    const found: Record<string, unknown> = {};
    for (const path of PAGES) {
      await go(path);
      const violations = await violationsOf(page);
      const tooWide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (violations.length > 0 || tooWide > 0) found[path] = { violations, tooWide };
    }
    await context.close();
    expect(found).toEqual({});
    expect(elsewhere).toEqual([]);
  });

  test('the search finds a page, and is accessible', async () => {
    const { context, page, elsewhere, go } = await open(view);
    await go('');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('searchbox').fill('server rendering');
    const result = page
      .getByRole('dialog')
      .getByRole('link')
      .filter({ hasText: 'Server rendering' })
      .first();
    await result.waitFor();
    const violations = await violationsOf(page);
    await result.click();
    await page.waitForURL(/\/docs\/server-rendering/);
    await context.close();
    expect(violations).toEqual([]);
    expect(elsewhere).toEqual([]);
  });
});

test('no story requests anything from elsewhere', { timeout: 300_000 }, async () => {
  const { entries } = JSON.parse(readFileSync(`${FOLDER}/storybook/index.json`, 'utf8'));
  const { context, page, elsewhere, go } = await open({ colorScheme: 'light', width: 1280 });
  await go('storybook/index.html');
  await page.frameLocator('iframe').getByRole('heading').first().waitFor();
  for (const { id, type } of Object.values<{ id: string; type: string }>(entries)) {
    await go(`storybook/iframe.html?viewMode=${type}&id=${id}`);
    await page.waitForLoadState('networkidle');
  }
  await context.close();
  expect(elsewhere).toEqual([]);
});

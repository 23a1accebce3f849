import axe from 'axe-core';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeBrowser, openPage } from '../helpers/browser';
import { startDemo } from '../helpers/start-demo';

let demo: Awaited<ReturnType<typeof startDemo>>;
beforeAll(async () => {
  demo = await startDemo();
});
afterAll(async () => {
  await closeBrowser();
  demo.stop();
});

const NAMES = ['By hand', 'hardened-stigg', 'hardened-stigg/lazy'];

/** The page, once it has measured all three; it builds their frames when it is opened for the first time. */
async function openCompare(options: Parameters<typeof openPage>[0] = {}) {
  const page = await openPage({ viewport: { width: 1280, height: 900 }, ...options });
  const requested: string[] = [];
  page.on('request', (request) => requested.push(request.url()));
  await page.goto(`${demo.url}compare`);
  await untilMeasured(page);
  return { page, requested };
}

const untilMeasured = (page: Page) => page.getByText(/^Measured\./).waitFor({ timeout: 60_000 });

const cardOf = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

/** What the page shows of each: milliseconds, kB of script, requests to Stigg. */
const resultsOf = (page: Page) =>
  Promise.all(
    NAMES.map(async (name) => {
      const shown = await cardOf(page, name).getByRole('definition').allTextContents();
      const [ms, scriptKb, stiggRequests] = shown.map((text) => Number.parseFloat(text));
      return { ms, scriptKb, stiggRequests };
    }),
  );

/** The frames that have been loaded: the network of each, and which it is. */
const loaded = (requested: readonly string[]) =>
  requested.flatMap((url) => {
    const [, network, contender] = /frames\/(\w+)\/\d+\/([\w-]+)\/$/.exec(url) ?? [];
    return contender ? [`${network} ${contender}`] : [];
  });

test('three builds say when they were entitled; lazy loads the least, and requests nothing from Stigg', {
  timeout: 90_000,
}, async () => {
  const { page, requested } = await openCompare();

  const [byHand, eager, lazy] = await resultsOf(page);
  for (const result of [byHand, eager, lazy]) expect(result?.ms).toBeGreaterThan(0);
  expect(lazy?.scriptKb).toBeGreaterThan(0);
  expect(lazy?.scriptKb).toBeLessThan(Number(byHand?.scriptKb) / 2);
  expect(lazy?.scriptKb).toBeLessThan(Number(eager?.scriptKb) / 2);
  expect(lazy?.stiggRequests).toBe(0);
  expect(byHand?.stiggRequests).toBe(
    requested.filter((url) => /\/by-hand\/stigg\//.test(url)).length,
  );

  for (const name of NAMES) {
    const frame = cardOf(page, name).frameLocator('iframe');
    await frame.getByText('Single sign-on Included').waitFor();
    await frame.getByText('Seats 25').waitFor();
  }
  expect(requested.filter((url) => !url.startsWith(demo.url))).toEqual([]);
  expect(requested.filter((url) => /\/lazy\/stigg\//.test(url))).toEqual([]);
  expect(loaded(requested)).toEqual(['none by-hand', 'none eager', 'none lazy']);
  expect(page.printed).toEqual([]);
});

test('another network measures all three anew; "Reload" measures one', async () => {
  const { page, requested } = await openCompare();
  requested.length = 0;

  await page.getByRole('radio', { name: '9 Mbit/s, 80 ms' }).check();
  await page.getByText('Measuring: By hand').waitFor();
  await untilMeasured(page);
  expect(loaded(requested)).toEqual(['fast by-hand', 'fast eager', 'fast lazy']);

  await page.getByRole('button', { name: 'Reload hardened-stigg/lazy' }).click();
  await page.getByText('Measuring: hardened-stigg/lazy').waitFor();
  await untilMeasured(page);
  expect(loaded(requested).slice(3)).toEqual(['fast lazy']);

  await page.getByRole('button', { name: 'Reload all three' }).click();
  await page.getByText('Measuring: By hand').waitFor();
  await untilMeasured(page);
  expect(loaded(requested).slice(4)).toEqual(['fast by-hand', 'fast eager', 'fast lazy']);
});

test('works from the keyboard, and tells screen readers the results', async () => {
  const { page } = await openCompare();
  const focused = () => page.evaluate(() => document.activeElement?.parentElement?.textContent);

  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('No limit');
  await page.keyboard.press('ArrowDown');
  expect(await focused()).toBe('9 Mbit/s, 80 ms');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Reload all three');
  await page.keyboard.press('Enter');
  await untilMeasured(page);

  const status = await page.getByRole('status').textContent();
  for (const name of NAMES) expect(status).toMatch(new RegExp(`${name}: [\\d,]+ ms and \\d+ kB`));
});

test('the first page leads to this one, and this one back', async () => {
  const page = await openPage();
  await page.goto(demo.url);
  await page.getByRole('link', { name: 'See how soon a customer is entitled' }).click();
  await page.getByRole('heading', { name: 'How soon is a customer entitled?' }).waitFor();
  await page.getByRole('link', { name: 'Back to the demo' }).click();
  await page.getByText('anonymous', { exact: true }).waitFor();
});

test.each(
  (['light', 'dark'] as const).flatMap((colorScheme) =>
    [375, 1280].map((width) => ({ colorScheme, width })),
  ),
)(
  '$colorScheme, at $width px: nothing overflows, and axe finds nothing',
  async ({ colorScheme, width }) => {
    const { page } = await openCompare({ colorScheme, viewport: { width, height: 800 } });
    const overflows = () => {
      const { scrollWidth, scrollHeight } = document.documentElement;
      return scrollWidth > innerWidth || (self !== top && scrollHeight > innerHeight);
    };
    for (const frame of page.frames()) {
      expect(await frame.evaluate(overflows)).toBe(false);
      await frame.evaluate(axe.source);
      const { violations } = await frame.evaluate(() =>
        (globalThis as unknown as { axe: typeof axe }).axe.run({ exclude: 'iframe' }),
      );
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target}`)).toEqual([]);
    }
  },
);

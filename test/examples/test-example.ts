import { readFileSync } from 'node:fs';
import type { BrowserContextOptions, ConsoleMessage, Page } from 'playwright';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { closeBrowser, openContext, openPage } from '../helpers/browser';
import { startExample } from './start-example';

/** Stigg's SDK requests these hosts itself. They are blocked, so that every machine gets the same result. */
const SDK_HOSTS = /(^|\.)(stripe\.com|gstatic\.com|googleapis\.com)$/;

/** Chromium's own line for a visitor's 401, and what the SDK prints when its hosts are out of reach. */
function isExpected(message: ConsoleMessage): boolean {
  const { url } = message.location();
  return (
    (/\/identity$/.test(url) && message.text().includes('401')) ||
    (URL.canParse(url) && SDK_HOSTS.test(new URL(url).hostname)) ||
    message.text().includes('Failed to load Stripe.js') ||
    // Of a paywall that still loads while somebody signs out.
    /Failed to load paywall .*signed out or changed/.test(message.text())
  );
}

interface OpenOptions extends Pick<BrowserContextOptions, 'javaScriptEnabled' | 'storageState'> {
  path?: string;
  width?: number;
  /** Whether the console may have errors. */
  mayFail?: boolean;
}

/** Starts an example, and tests what all of them have in common. */
export function testExample(name: string) {
  let example: Awaited<ReturnType<typeof startExample>> | undefined;
  let url: string;
  beforeAll(async () => {
    example = await startExample(name);
    url = await example.url;
  });
  afterAll(async () => {
    await closeBrowser();
    await example?.stop();
  });

  /** A page that fails its test if its console has an error, unless `mayFail` allows it. */
  async function open({ path = '/', width = 1280, mayFail = false, ...options }: OpenOptions = {}) {
    const context = await openContext({ viewport: { width, height: 800 }, ...options });
    await context.route(
      ({ hostname }) => SDK_HOSTS.test(hostname),
      (route) => route.abort(),
    );
    const page = await openPage({}, context);
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(`${error.stack}`));
    page.on('console', (message) => {
      if (/error|warning/.test(message.type()) && !isExpected(message)) {
        problems.push(message.text());
      }
    });
    onTestFinished(() => {
      if (!mayFail) expect(problems).toEqual([]);
    });
    await page.goto(new URL(path, url).href);
    return page;
  }

  test('a visitor, the paying customer, the other one, and nobody again', async () => {
    const page = await open();
    await page.getByText('You are not signed in.').waitFor();
    await expectFeatures(page, 'Not included', 'Not included');

    await button(page, 'Sign in as Acme').click();
    await page.getByText('Signed in as Acme').waitFor();
    await expectFeatures(page, 'Included', '25');

    await button(page, 'Sign out').click();
    await page.getByText('You are not signed in.').waitFor();
    await expectFeatures(page, 'Not included', 'Not included');

    await button(page, 'Sign in as Globex').click();
    await page.getByText('Signed in as Globex').waitFor();
    await expectFeatures(page, 'Not included', '2');

    await button(page, 'Sign out').click();
    await page.getByText('You are not signed in.').waitFor();
    await page.reload();
    await page.getByText('You are not signed in.').waitFor();
    await expectFeatures(page, 'Not included', 'Not included');
  });

  test('shows that it loads, and an error with another try', async () => {
    const page = await open({ mayFail: true });
    let fail = () => {};
    const isFailing = new Promise<void>((resolve) => {
      fail = resolve;
    });
    await button(page, 'Sign in as Acme').waitFor();
    await page.route(/\/identity$/, async (route) => {
      await isFailing;
      await route.abort();
    });

    await button(page, 'Sign in as Acme').click();
    await page.getByRole('status').getByText('Loading').waitFor();
    fail();
    await page.getByRole('alert').getByText('cannot be reached').waitFor();
    await expectFeatures(page, 'Not included', 'Not included');

    await page.unroute(/\/identity$/);
    await button(page, 'Try again').click();
    await page.getByText('Signed in as Acme').waitFor();
    await expectFeatures(page, 'Included', '25');
    await button(page, 'Sign out').click();
    await page.getByText('You are not signed in.').waitFor();
  });

  test('works from the keyboard alone, at 375 px', async () => {
    const page = await open({ width: 375 });
    await button(page, 'Sign in as Acme').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Signed in as Acme').waitFor();
    await expectFeatures(page, 'Included', '25');
    // Right after the sign-in, it was 19 px once. The settled page has none.
    const overflow = () => document.documentElement.scrollWidth - innerWidth;
    await expect.poll(() => page.evaluate(overflow)).toBe(0);

    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('You are not signed in.').waitFor();
  });

  test('asks the registry for the version of this repository', () => {
    const manifest = (folder: string) => JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const { dependencies } = manifest(`examples/${name}`);
    expect(dependencies['hardened-stigg']).toBe(`^${manifest('.').version}`);
  });

  return { open };
}

/** For the examples whose backend runs Stigg's server SDK. */
export function testTheLoop({ open }: ReturnType<typeof testExample>) {
  test('sign in, use, hit a limit, upgrade in the paywall, go on', async () => {
    const page = await open();
    await button(page, 'Sign in as Globex').click();
    await page.getByText('4 of 5 reports').waitFor();
    await expectFeatures(page, 'Not included', '2');

    await button(page, 'Make a report').click();
    await page.getByText('Here is your report.').waitFor();
    await page.getByText('5 of 5 reports').waitFor();
    await button(page, 'Make a report').click();
    await page.getByText('The limit is reached').waitFor();
    await page.getByText('5 of 5 reports').waitFor();

    await button(page, 'Upgrade').click();
    await page.getByText('Your plan has changed.').waitFor();
    await page.getByText('5 of 500 reports').waitFor();
    await expectFeatures(page, 'Included', '25');
    await button(page, 'Make a report').click();
    await page.getByText('6 of 500 reports').waitFor();

    await button(page, 'Downgrade').click();
    await page.getByText('6 of 5 reports').waitFor();
    await expectFeatures(page, 'Not included', '2');
    await button(page, 'Sign out').click();
    await page.getByText('You are not signed in.').waitFor();
  });

  test('the identity says what the customer may use', async () => {
    const page = await open();
    await button(page, 'Sign in as Acme').click();
    await page.getByText('Signed in as Acme').waitFor();
    const identity = await page.evaluate(() => fetch('/api/identity').then((r) => r.json()));
    expect(identity.entitlements).toMatchObject({
      'single-sign-on': { hasAccess: true },
      seats: { hasAccess: true, value: 25 },
      reports: { hasAccess: true, usageLimit: 500 },
    });
    await button(page, 'Sign out').click();
    await page.getByText('You are not signed in.').waitFor();
  });
}

export const button = (page: Page, name: string) => page.getByRole('button', { name });

export async function expectFeatures(page: Page, sso: string, seats: string) {
  const values = page.getByRole('region', { name: 'Features' }).getByRole('definition');
  await expect.poll(() => values.allTextContents()).toEqual([sso, seats]);
}

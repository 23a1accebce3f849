import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeBrowser, openContext, openPage } from '../helpers/browser';

let demo: ChildProcess;
let url: string;

beforeAll(async () => {
  demo = spawn('npx', ['tsx', 'examples/demo/server.ts'], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  url = await new Promise<string>((resolve, reject) => {
    demo.stdout?.on('data', (chunk) => {
      const found = /http:\/\/localhost:\d+\//.exec(String(chunk))?.[0];
      if (found) resolve(found);
    });
    demo.once('exit', (code) => reject(new Error(`the demo stopped with code ${code}`)));
  });
});

afterAll(async () => {
  await closeBrowser();
  if (demo.pid) process.kill(-demo.pid);
});

async function openDemo(viewport = { width: 1280, height: 900 }) {
  const page = await openPage({ viewport });
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) elsewhere.push(new URL(request.url()).hostname);
  });
  await page.goto(url);
  const status = (name: string) => page.getByText(name, { exact: true });
  await status('anonymous').waitFor();
  return { page, status, elsewhere };
}

test('two customers with different plans, and nobody', async () => {
  const { page, status } = await openDemo();
  const feature = (name: string) => page.getByRole('listitem').filter({ hasText: name });
  await expect.poll(() => feature('Seats').textContent()).toContain('Not included');

  await page.getByRole('button', { name: 'Acme' }).click();
  await status('"acme"').waitFor();
  await expect.poll(() => feature('Single sign-on').textContent()).toContain('Included');
  await expect.poll(() => feature('Priority support').textContent()).toContain('Included');
  await expect.poll(() => feature('Monthly reports').textContent()).toContain('137 of 500');
  await page.getByRole('button', { name: 'Downgrade' }).waitFor(); // Stigg's paywall knows the plan

  await page.getByRole('button', { name: 'Globex' }).click();
  await status('"globex"').waitFor();
  await expect.poll(() => feature('Single sign-on').textContent()).toContain('Not included');
  await expect.poll(() => feature('Seats').textContent()).toContain('2');
  await page.getByRole('button', { name: 'Upgrade' }).waitFor();

  await page.getByRole('button', { name: 'Nobody' }).click();
  await status('anonymous').waitFor();
  await expect.poll(() => feature('Seats').textContent()).toContain('Not included');

  // The cookie is gone as well.
  await page.reload();
  await status('anonymous').waitFor();
});

test('the attacker reads a customer while Stigg does not enforce, and nothing once it does', async () => {
  const { page, status } = await openDemo();
  await page.getByRole('button', { name: 'Globex' }).click();
  await status('ready').waitFor();
  const enforcement = page.getByRole('switch');
  const attack = page.getByRole('button', { name: 'Read their entitlements' });
  const newest = page.getByRole('row').nth(1);

  await enforcement.uncheck();
  await page.getByText('hardening: off').waitFor();
  await attack.click();
  await page.getByText('The attacker reads what acme pays for').waitFor();
  await expect.poll(() => newest.textContent()).toMatch(/GetEntitlementsacmenone200$/);

  await enforcement.check();
  await page.getByText('hardening: on').waitFor();
  await attack.click();
  await page.getByText('401 Unauthenticated').waitFor();
  await expect.poll(() => newest.textContent()).toMatch(/GetEntitlementsacmenone401$/);

  await page.getByRole('button', { name: 'Nobody' }).click();
});

test('a token rotates, and a component that renders every frame sees no flicker', async () => {
  const { page, status } = await openDemo();
  await page.clock.install();
  await page.getByRole('button', { name: 'Acme' }).click();
  await status('ready').waitFor();
  const rotation = page.getByRole('region', { name: 'Token rotation' });
  await rotation.getByText('no. 1', { exact: true }).waitFor();

  const renders = async () =>
    Number((await rotation.locator('dd').nth(2).textContent())?.replace(',', ''));
  await expect.poll(renders).toBeGreaterThan(10);

  await page.clock.fastForward(16_000);
  await rotation.getByText('no. 2', { exact: true }).waitFor();
  const before = await renders();
  await expect.poll(renders).toBeGreaterThan(before + 10);

  expect(await rotation.locator('dd').last().textContent()).toBe('0');
  await page.getByRole('button', { name: 'Nobody' }).click();
});

test('a second tab sees that the first has signed out', async () => {
  const context = await openContext();
  const [one, two] = [await openPage({}, context), await openPage({}, context)];
  await one.goto(url);
  await one.getByRole('button', { name: 'Acme' }).click();
  await one.getByText('ready', { exact: true }).waitFor();
  await two.goto(url);
  await two.getByText('ready', { exact: true }).waitFor();

  await one.getByRole('button', { name: 'Nobody' }).click();

  await two.getByText('anonymous', { exact: true }).waitFor();
  await expect
    .poll(() => two.getByRole('listitem').filter({ hasText: 'Seats' }).textContent())
    .toContain('Not included');
});

test('use up to the limit, an upgrade in the paywall, and both tabs show it', async () => {
  const context = await openContext();
  const [one, two] = [await openPage({}, context), await openPage({}, context)];
  for (const page of [one, two]) await page.goto(url);
  await one.getByRole('button', { name: 'Globex' }).click();
  const feature = (page: typeof one, name: string) =>
    page.getByRole('listitem').filter({ hasText: name });
  for (const page of [one, two]) {
    await page.getByText('"globex"', { exact: true }).waitFor();
    await expect.poll(() => feature(page, 'Monthly reports').textContent()).toContain('4 of 5');
    await expect
      .poll(() => feature(page, 'Single sign-on').textContent())
      .toContain('Not included');
  }

  const report = one.getByRole('button', { name: 'Make a report' });
  await report.click();
  for (const page of [one, two]) {
    await expect.poll(() => feature(page, 'Monthly reports').textContent()).toContain('5 of 5');
  }
  await report.click();
  await one.getByText('The limit is reached').waitFor();

  await one.getByRole('button', { name: 'Upgrade' }).click();
  await one.getByText('You are on Pro now.').waitFor();
  for (const page of [one, two]) {
    await expect.poll(() => feature(page, 'Single sign-on').textContent()).toContain('Included');
  }
  await report.click();
  await one.getByText('The backend counted one report.').waitFor();

  const rows = await one.getByRole('row').allTextContents();
  expect(rows.some((row) => /backendProvisionSubscriptionglobexnot needed200/.test(row))).toBe(
    true,
  );
  expect(rows.some((row) => /browserGetEntitlementsglobexverified200/.test(row))).toBe(true);
  await one.getByRole('button', { name: 'Nobody' }).click();
});

test('works from the keyboard alone', async () => {
  const { page, status } = await openDemo();
  const focused = () => page.evaluate(() => document.activeElement?.textContent);

  await page.keyboard.press('Tab');
  expect(await focused()).toContain('Acme');
  await page.keyboard.press('Enter');
  await status('ready').waitFor();

  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  expect(await focused()).toContain('Nobody');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.getByText('hardening: off').waitFor();
  await page.keyboard.press('Space');
  await page.getByText('hardening: on').waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('tells nothing about globex').waitFor();

  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  expect(await focused()).toContain('Nobody');
  await page.keyboard.press('Enter');
  await status('anonymous').waitFor();
  expect(await focused()).toContain('Nobody');
});

test.each([375, 1280])('fits into %s px', async (width) => {
  const { page, status } = await openDemo({ width, height: 800 });
  await page.getByRole('button', { name: 'Acme' }).click();
  await status('ready').waitFor();
  await page.getByText('$49').waitFor();

  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBe(0);
  await page.getByRole('button', { name: 'Nobody' }).click();
});

test('asks nobody off this machine, but for the fonts that the SDK itself wants', async () => {
  const { page, elsewhere } = await openDemo();
  await page.getByText('$49').waitFor();
  expect(new Set(elsewhere)).toEqual(new Set(['fonts.gstatic.com']));
});

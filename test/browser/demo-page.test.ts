import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeBrowser, openContext, openPage } from '../helpers/browser';
import { startDemo } from '../helpers/start-demo';

let demo: Awaited<ReturnType<typeof startDemo>>;
let url: string;

beforeAll(async () => {
  demo = await startDemo();
  url = demo.url;
});

afterAll(async () => {
  await closeBrowser();
  demo.stop();
});

async function openDemo(options: Parameters<typeof openPage>[0] = {}) {
  const page = await openPage({ viewport: { width: 1280, height: 900 }, ...options });
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) elsewhere.push(request.url());
  });
  await page.goto(url);
  const status = (name: string) => page.getByText(name, { exact: true });
  await status('anonymous').waitFor();
  return { page, status, elsewhere };
}

test('the demo shows two customers with different plans, and a visitor', async () => {
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
  const { page } = await openDemo();
  const enforcement = page.getByRole('switch', { name: 'Stigg enforces' });
  const verdicts = page.locator('.attacks .badge');
  const attack = () => page.getByRole('button', { name: 'Try three attacks' }).click();
  const signatures = async () => {
    const rows = await page.getByRole('row').allTextContents();
    return rows.slice(1, 4).map((row) => row.replace(/^\d+/, ''));
  };

  await page.getByText('$49').waitFor(); // no other request comes in between
  await enforcement.uncheck();
  await page.getByText('hardening: off').waitFor();
  await attack();
  await page.getByText('The attacker reads what acme pays for: ').waitFor();
  expect(await verdicts.allTextContents()).toEqual(Array(3).fill('leaked: 200 OK'));
  await expect
    .poll(signatures)
    .toEqual([
      'browserGetEntitlementsacmewrong200',
      'browserGetEntitlementsacmewrong200',
      'browserGetEntitlementsacmenone200',
    ]);

  await enforcement.check();
  await page.getByText('hardening: on').waitFor();
  expect(await verdicts.count()).toBe(0); // they were about something else
  await attack();
  await page.getByText('Stigg tells nobody else anything about acme.').waitFor();
  expect(await verdicts.allTextContents()).toEqual([
    'refused: 401 Unauthenticated',
    'refused: 401 Unauthenticated',
    'refused: 403 AuthCustomerMismatch',
  ]);
  await expect
    .poll(signatures)
    .toEqual([
      'browserGetEntitlementsacmewrong403',
      'browserGetEntitlementsacmewrong401',
      'browserGetEntitlementsacmenone401',
    ]);
});

test('a click that fails shows an error, and the next click works', async () => {
  const { page, status } = await openDemo();
  const problem = page.getByRole('alert');
  await page.route(/\/(api|demo)\//, (route) => route.abort());

  await page.getByRole('button', { name: 'Acme' }).click();
  await problem.getByText('That did not work. The server did not answer.').waitFor();
  await page.getByRole('switch', { name: 'Stigg enforces' }).click();
  await page.getByRole('switch', { name: 'Stigg answers' }).click();
  await expect.poll(() => problem.count()).toBe(3);
  await page.getByText('Stigg answers: yes').waitFor();
  await page.getByText('hardening: on').waitFor(); // the switch has moved back
  await page.getByRole('button', { name: 'Try three attacks' }).click();
  await page.getByRole('button', { name: 'Make a report' }).click();
  await page.getByRole('status').getByText('The server did not answer.').waitFor();

  await page.unroute(/\/(api|demo)\//);
  await page.getByRole('button', { name: 'Acme' }).click();
  await status('ready').waitFor();
  await page.getByRole('button', { name: 'Try three attacks' }).click();
  await page.getByText('Stigg tells nobody else').waitFor();
  await page.getByRole('switch', { name: 'Stigg answers' }).focus();
  await page.keyboard.press('Space');
  await page.getByText('Stigg answers: no').waitFor();
  await page.keyboard.press('Space');
  await page.getByText('Stigg answers: yes').waitFor();
  await expect.poll(() => problem.count()).toBe(0);

  await page.getByRole('button', { name: 'Nobody' }).click();
  await status('anonymous').waitFor();
});

/** The two sides of the rotation, which render with every frame. */
function lanes(page: Awaited<ReturnType<typeof openDemo>>['page']) {
  const lane = (name: string) => {
    const fact = (index: number) =>
      page.getByRole('region', { name }).locator('dd').nth(index).textContent();
    return {
      token: () => fact(0),
      renders: async () => Number((await fact(2))?.replaceAll(',', '')),
      denied: () => fact(3),
    };
  };
  return { ours: lane('With hardened-stigg'), byHand: lane('By hand') };
}

test('"Rotate now" rotates both sides: only by hand, the feature is denied meanwhile', async () => {
  const { page, status } = await openDemo();
  await page.getByRole('button', { name: 'Acme' }).click();
  await status('ready').waitFor();
  const { ours, byHand } = lanes(page);
  for (const { token, denied } of [ours, byHand]) {
    await expect.poll(token).toBe('no. 1');
    expect(await denied()).toBe('never');
  }

  await page.getByRole('button', { name: 'Rotate now' }).click();

  await page.getByText('There is a new token.').waitFor();
  for (const { token } of [ours, byHand]) await expect.poll(token).toBe('no. 2');
  await expect.poll(byHand.denied).toMatch(/^\d+ ms$/);
  const before = await ours.renders();
  await expect.poll(ours.renders).toBeGreaterThan(before + 10);
  expect(await ours.denied()).toBe('never');
  await page.getByRole('button', { name: 'Nobody' }).click();
});

test('a token rotates before it ends without a click, and the feature stays granted', async () => {
  const { page, status } = await openDemo();
  await page.clock.install();
  await page.getByRole('button', { name: 'Acme' }).click();
  await status('ready').waitFor();
  const { ours } = lanes(page);
  await expect.poll(ours.renders).toBeGreaterThan(10);
  expect(await ours.token()).toBe('no. 1');
  // Earlier, the jump of the clock would end the wait for Stigg.
  await page.getByText('Stigg itself had answered').waitFor();

  await page.clock.fastForward(16_000);
  await expect.poll(ours.token).toBe('no. 2');
  const before = await ours.renders();
  await expect.poll(ours.renders).toBeGreaterThan(before + 10);

  expect(await ours.denied()).toBe('never');
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

test('a customer uses a feature up to the limit and upgrades in the paywall, and both tabs show it', async () => {
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

const FEATURES = ['Single sign-on', 'Seats', 'Monthly reports', 'Priority support'];

/** What the page says of each first grant: its feature, its time and who granted it. */
const firstGrants = (page: Awaited<ReturnType<typeof openDemo>>['page']) =>
  page.locator('.grants tbody tr').allTextContents();

const grantedByBackend = FEATURES.map((name) =>
  expect.stringMatching(new RegExp(`^${name}[\\d,]+ msbackend$`)),
);

test('the backend grants each feature first, and then Stigg answers', async () => {
  const { page, status } = await openDemo();
  await page.getByText('Nothing is granted. Sign in to see it.').waitFor();
  await page.getByRole('button', { name: 'Acme' }).click();
  await status('ready').waitFor();
  expect(await firstGrants(page)).toEqual(grantedByBackend);
  const toMs = (text = '') => Number(/([\d,]+) ms/.exec(text)?.[1]?.replace(',', ''));
  const firstGrantMs = async () => toMs((await firstGrants(page))[0]);
  const stiggMs = toMs(
    (await page.getByText('Stigg itself had answered after').textContent()) ?? '',
  );
  expect(await firstGrantMs()).toBeLessThan(stiggMs);

  // Another customer starts over.
  await page.getByRole('button', { name: 'Globex' }).click();
  await status('"globex"').waitFor();
  await expect.poll(firstGrantMs).toBeGreaterThan(stiggMs);
  await page.getByText('onError was told nothing.').waitFor();
  await page.getByRole('button', { name: 'Nobody' }).click();
});

test('while Stigg is down, each page load shows the entitlements from the backend, and onError is called once per attempt', {
  timeout: 90_000, // each load waits until the provider gives Stigg up
}, async () => {
  const { page, status, elsewhere } = await openDemo();
  await page.getByRole('button', { name: 'Acme' }).click();
  await page.getByText('Stigg itself had answered').waitFor();
  const stigg = page.getByRole('switch', { name: 'Stigg answers' });
  await stigg.uncheck();
  await page.getByText('Stigg answers: no, it is down').waitFor();
  const features = page.locator('.features li .value');

  for (let load = 1; load <= 5; load++) {
    await page.evaluate(() => Object.assign(globalThis, { isOldPage: true }));
    await page.getByRole('button', { name: 'Reload the page' }).click();
    await page.waitForFunction(() => !('isOldPage' in globalThis));
    await status('ready').waitFor();
    expect(await firstGrants(page)).toEqual(grantedByBackend);
    await page.getByText('onError was told once: stigg_unreachable').waitFor();
    expect(await features.allTextContents()).toEqual([
      'Included',
      '25',
      '137 of 500 used',
      'Included',
    ]);
    expect(await status('ready').count()).toBe(1);
  }

  // The background retries bring a new token for each attempt, and each attempt calls onError.
  await page.getByText('onError was told 2 times: stigg_unreachable').waitFor();
  expect(await lanes(page).ours.token()).toBe('no. 2');
  expect(await lanes(page).ours.denied()).toBe('never');
  await page.getByText('Stigg itself has not answered yet.').waitFor();
  await page.getByRole('button', { name: 'Make a report' }).click();
  await page.getByText('Stigg does not answer the backend.').waitFor();

  await stigg.check();
  await page.getByText('Stigg answers: yes').waitFor();
  await page.getByRole('button', { name: 'Rotate now' }).click();
  await page.getByText('Stigg itself had answered after').waitFor();
  expect(await firstGrants(page)).toEqual(grantedByBackend);
  expect(await lanes(page).ours.denied()).toBe('never');
  expect(elsewhere).toEqual([]);
  await page.getByRole('button', { name: 'Nobody' }).click();
});

test('the demo works with the keyboard alone', async () => {
  const { page, status } = await openDemo();
  const focused = () => page.evaluate(() => document.activeElement?.textContent);

  await page.keyboard.press('Tab'); // the link to the other page
  await page.keyboard.press('Tab');
  expect(await focused()).toContain('Acme');
  await page.keyboard.press('Enter');
  await status('ready').waitFor();

  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  expect(await focused()).toContain('Nobody');
  await page.keyboard.press('Tab');
  expect(await focused()).toContain('Make a report');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.getByText('hardening: off').waitFor();
  await page.keyboard.press('Space');
  await page.getByText('hardening: on').waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('Stigg tells nobody else anything about globex.').waitFor();
  for (let i = 0; i < 2; i++) await page.keyboard.press('Tab'); // whether Stigg answers, and a reload
  expect(await focused()).toBe('Reload the page');
  await page.keyboard.press('Tab'); // the log, which scrolls
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Rotate now');
  await page.keyboard.press('Enter');
  await page.getByText('There is a new token.').waitFor();
  expect(await focused()).toBe('Rotate now');

  for (let i = 0; i < 8; i++) await page.keyboard.press('Shift+Tab');
  expect(await focused()).toContain('Nobody');
  await page.keyboard.press('Enter');
  await status('anonymous').waitFor();
  expect(await focused()).toContain('Nobody');
});

/** Words that the page breaks, and rows of the log that it cuts off. */
function findFaults(): string[] {
  const faults: string[] = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    for (const word of `${node.nodeValue}`.matchAll(/[^\s-]+/g)) {
      const range = new Range();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      if (range.getClientRects().length > 1) faults.push(`broken: ${word[0]}`);
    }
  }
  const log = document.querySelector('.log') as HTMLElement;
  const end = log.getBoundingClientRect().bottom;
  for (const row of log.querySelectorAll('tr')) {
    const { top, bottom } = row.getBoundingClientRect();
    if (top < end - 1 && bottom > end + 1) faults.push(`cut: ${row.textContent}`);
  }
  return faults;
}

test.each([375, 1280])(
  'at %s px nothing in the demo overflows, no word is broken and no row is cut',
  async (width) => {
    const { page, status } = await openDemo({ viewport: { width, height: 800 } });
    await page.getByRole('button', { name: 'Acme' }).click();
    await status('ready').waitFor();
    await page.getByText('$49').waitFor();
    await page.getByRole('button', { name: 'Try three attacks' }).click();
    await page.getByText('Stigg tells nobody else').waitFor();
    await page.getByRole('button', { name: 'Rotate now' }).click();
    await page.getByText('There is a new token.').waitFor();
    await expect.poll(() => page.locator('.log').getByRole('row').count()).toBeGreaterThan(9);
    expect(await page.locator('.grants').getByRole('row').count()).toBe(5);

    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    expect(await page.evaluate(findFaults)).toEqual([]);
    await page.getByRole('button', { name: 'Nobody' }).click();
  },
);

test('the demo and its paywall are dark at once if the system is dark', async () => {
  const { page } = await openDemo({ colorScheme: 'light' });
  const plan = page.getByText('$49');
  await plan.waitFor();
  const colours = async () => [
    await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor),
    await plan.evaluate((element) => getComputedStyle(element).color),
  ];
  expect(await colours()).toEqual(['rgb(243, 246, 248)', 'rgb(0, 30, 108)']);

  await page.emulateMedia({ colorScheme: 'dark' });

  await expect.poll(colours).toEqual(['rgb(16, 23, 29)', 'rgb(230, 237, 243)']);
});

test('the demo requests nothing from another host, and its policy forbids it', async () => {
  const { page, status, elsewhere } = await openDemo();
  await page.getByRole('button', { name: 'Acme' }).click();
  await status('ready').waitFor();
  await page.getByRole('button', { name: 'Rotate now' }).click();
  await page.getByText('There is a new token.').waitFor();
  await page.getByText('$49').waitFor();
  await page.waitForLoadState('load');
  expect(elsewhere).toEqual([]);
  expect(page.printed.filter((line) => line.includes('Content Security Policy'))).toEqual([]);

  const refused = await page.evaluate(() =>
    fetch('https://example.com/').catch((error: Error) => error.message),
  );
  expect(refused).toBe('Failed to fetch');
  expect(page.printed.some((line) => line.includes('Content Security Policy'))).toBe(true);
  await page.getByRole('button', { name: 'Nobody' }).click();
});

import { HardenedStiggProvider } from 'hardened-stigg';
import { createCustomerToken } from 'hardened-stigg/server';
import type { Page } from 'playwright';
import { renderToString } from 'react-dom/server';
import { afterAll, describe, expect, test } from 'vitest';
import { expiring, signedIn, startStigg } from '../helpers/backend';
import { closeBrowser, openContext, openPage, pageShows, serveApp } from '../helpers/browser';
import { ACME, DENIED } from '../helpers/expected';
import { SIGNING_SECRET } from '../helpers/secret';
import { TestApp } from './app/test-app';

afterAll(closeBrowser);

type Answer = (request: Request) => Response | Promise<Response>;

async function start({
  answer,
  props = {},
  rendered,
}: {
  answer?: Answer;
  props?: object;
  rendered?: string;
} = {}) {
  const backend = await startStigg({ latencyMs: 20 });
  const identity = { answer: answer ?? expiring(backend.emulator, 'acme'), asked: 0 };
  const app = await serveApp(
    { ...backend.stigg, identityEndpoint: '/api/identity', ...props },
    {
      '/api/identity': (request) => {
        identity.asked++;
        return identity.answer(request);
      },
    },
    { rendered },
  );
  return { ...backend, identity, url: app.url };
}

const refresh = (page: Page) => page.getByRole('button', { name: 'refresh' }).click();

/** Resolves when a refresh is done: one that is begun before the last is done shares its requests. */
const refreshed = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as { refresh: () => Promise<void> }).refresh());

/** What components read since the last call. */
const readings = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as { readings: boolean[] }).readings.splice(0));

test('in ten rotations no render reads a granted feature as denied', async () => {
  const { url, identity, customerRequests } = await start();
  const page = await openPage();
  await page.goto(url);
  await pageShows(page, 'ready');
  await readings(page);

  for (let i = 2; i <= 11; i++) {
    await refreshed(page);
    expect(customerRequests()).toHaveLength(i);
  }

  const read = await readings(page);
  expect(read.length).toBeGreaterThan(20);
  expect(new Set(read)).toEqual(new Set([true]));
  expect(await pageShows(page, 'ready')).toEqual(ACME);
  expect(identity.asked).toBe(11);
  expect(customerRequests().every(({ isVerified }) => isVerified)).toBe(true);
});

describe('two tabs', () => {
  async function openTwoTabs(url: string) {
    const context = await openContext();
    const tabs = [await openPage({}, context), await openPage({}, context)] as const;
    for (const page of tabs) {
      await page.goto(url);
      await pageShows(page, 'ready');
    }
    return tabs;
  }

  test('a sign-out in one tab is seen in the other', async () => {
    const { url, identity } = await start();
    const [one, two] = await openTwoTabs(url);

    identity.answer = signedIn(null);
    await one.getByRole('button', { name: 'sign out' }).click();

    expect(await pageShows(two, 'anonymous')).toMatchObject(DENIED);
    expect(await pageShows(one, 'anonymous')).toMatchObject(DENIED);
    expect(identity.asked).toBe(3);
  });

  test('a change of customer in one tab is seen in the other', async () => {
    const { url, identity } = await start();
    const [one, two] = await openTwoTabs(url);

    identity.answer = signedIn('globex');
    await refresh(one);

    for (const page of [one, two]) {
      await page.getByText('globex').waitFor();
      expect(await pageShows(page, 'ready')).toMatchObject({ customer: 'globex', ...DENIED });
    }
    expect(identity.asked).toBe(4);
  });
});

describe('a machine that sleeps', () => {
  /** Otherwise the SDK reloads entitlements older than 30 s when they are read, and these requests would count here. */
  const props = { cacheTtlMs: 48 * 3_600_000 };

  test('after sleep past the end of its token, nothing is granted until there is a new one', async () => {
    const { url, identity, emulator } = await start({ props });
    identity.answer = expiring(emulator, 'acme', 600_000);
    const page = await openPage();
    await page.clock.install();
    await page.goto(url);
    await page.clock.runFor(100);
    await pageShows(page, 'ready');
    expect(identity.asked).toBe(1);

    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const fresh = expiring(emulator, 'acme', 600_000);
    identity.answer = async (request) => {
      await held;
      return fresh(request);
    };
    await page.clock.fastForward(24 * 3_600_000);
    expect(await pageShows(page, 'loading')).toMatchObject(DENIED);

    answer();
    await expect.poll(() => emulator.requests.filter((r) => r.customerId).length).toBe(2);
    await page.clock.runFor(100);
    expect(await pageShows(page, 'ready')).toEqual(ACME);
    expect(identity.asked).toBe(2);
  });

  test('after sleep until a token is due, it is rotated on waking up, and nothing flickers', async () => {
    const { url, identity, customerRequests } = await start({ props });
    const page = await openPage();
    await page.clock.install();
    await page.goto(url);
    await page.clock.runFor(100);
    await pageShows(page, 'ready');
    await readings(page);

    await page.clock.fastForward(9.5 * 60_000);
    await expect.poll(() => customerRequests().length).toBe(2);
    await page.clock.runFor(100);

    expect(new Set(await readings(page))).toEqual(new Set([true]));
    expect(await pageShows(page, 'ready')).toEqual(ACME);
    expect(identity.asked).toBe(2);
  });
});

test('hydration with initialIdentity gives the same markup, no warning and no identity request', async () => {
  const initialIdentity = {
    customerId: 'acme',
    customerToken: createCustomerToken('acme', SIGNING_SECRET),
  };
  const { stigg } = await startStigg();
  const rendered = renderToString(
    <HardenedStiggProvider
      {...stigg}
      identityEndpoint="/api/identity"
      initialIdentity={initialIdentity}
    >
      <TestApp />
    </HardenedStiggProvider>,
  );
  expect(rendered).toContain('loading');
  const { url, identity } = await start({ props: { initialIdentity }, rendered });
  const page = await openPage();
  await page.goto(url);

  expect(await pageShows(page, 'ready')).toEqual(ACME);
  expect(identity.asked).toBe(0);
  expect(page.printed.filter((line) => /hydrat|React error/i.test(line))).toEqual([]);
});

import { act } from '@testing-library/react';
import { useHardenedCustomer } from 'hardened-stigg';
import { createCustomerToken } from 'hardened-stigg/server';
import { useEffect, useInsertionEffect, useLayoutEffect } from 'react';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { AppProps } from './helpers/app';
import { expiring, signedIn, startIdentity, startStigg } from './helpers/backend';
import { fakeClocks, quiet, SECOND } from './helpers/clocks';
import { DENIED } from './helpers/expected';
import { expectNoLeak } from './helpers/leaks';
import { SIGNING_SECRET } from './helpers/secret';
import { openTab, recordMessages } from './helpers/tabs';
import { until } from './helpers/until';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

type Answer = ReturnType<typeof signedIn>;

/** A browser with one tab, which has settled on what `answer` says. */
async function start(answer: Answer, props: Partial<AppProps> = {}) {
  const { stigg, emulator } = await startStigg();
  const identity = await startIdentity(answer);
  const all = {
    ...stigg,
    apiKey: `client-${crypto.randomUUID()}`,
    identityEndpoint: identity.url,
    ...props,
  };
  const tab = openTab(all);
  await until(() => tab.text('status') !== 'loading');
  return { props: all, tab, identity, emulator };
}

/** Longer than any tab waits after a message. A request that has not happened by now never happens. */
const longEnough = () => act(() => new Promise((resolve) => setTimeout(resolve, 1600)));

const acmeIdentity = {
  customerId: 'acme',
  customerToken: createCustomerToken('acme', SIGNING_SECRET),
};

const refused: Answer = async () => new Response('', { status: 403 });

describe('a page that loads tells the older tabs who is signed in', {
  timeout: 10_000,
}, () => {
  test.each<[string, Answer, Answer, string]>([
    ['another customer', signedIn('acme'), signedIn('globex'), 'globex'],
    ['nobody', signedIn('acme'), signedIn(null), 'anonymous'],
    ['somebody, to a visitor', signedIn(null), signedIn('acme'), 'acme'],
    ['somebody, to a tab that shows an error', refused, signedIn('acme'), 'acme'],
  ])('%s', async (_, before, after, shown) => {
    const { props, tab, identity } = await start(before);

    identity.answer = after;
    const page = openTab(props);
    await page.becomes(shown);

    await tab.becomes(shown);
    if (shown !== 'acme') expect(tab.text('sso')).toBe('denied');
    await longEnough();
    // One by each at first, and one by the older tab when it heard.
    expect(identity.requests).toHaveLength(3);
  });

  test('a page with an initialIdentity tells the other tabs, and requests nothing itself', async () => {
    const { props, tab, identity } = await start(signedIn('globex'));

    identity.answer = signedIn('acme');
    const page = openTab({ ...props, initialIdentity: acmeIdentity });
    await page.becomes('acme');

    await tab.becomes('acme');
    expect(identity.requests).toHaveLength(2);
  });

  test('a page with a sessionKey of null tells the other tabs', async () => {
    const { props, tab, identity } = await start(signedIn('acme'));

    identity.answer = signedIn(null);
    openTab({ ...props, sessionKey: null });

    await tab.becomes('anonymous');
    expect(identity.requests).toHaveLength(2);
  });

  test('a page that loads tells every tab, and they do not tell each other again', async () => {
    const { props, tab, identity } = await start(signedIn('acme'));
    const second = openTab(props);
    await second.becomes('ready');
    await act(() => quiet());
    expect(identity.requests).toHaveLength(2);

    identity.answer = signedIn('globex');
    const page = openTab(props);
    await page.becomes('globex');
    await tab.becomes('globex');
    await second.becomes('globex');

    await longEnough();
    expect(identity.requests).toHaveLength(5);
  });
});

test('a tab with the same customer requests nothing', async () => {
  const messages = recordMessages();
  const { props, tab, identity, emulator } = await start(signedIn('acme'));
  identity.answer = expiring(emulator, 'acme'); // another token of the same customer
  const page = openTab(props);
  await page.becomes('ready');
  await act(() => tab.customer().refresh());
  await longEnough();

  expect(identity.requests).toHaveLength(3);
  expect(messages().length).toBeGreaterThanOrEqual(1);
});

describe('a tab that hears of another customer', () => {
  test.each<[string, Answer, Answer]>([
    ['ready', signedIn('acme'), signedIn('globex')],
    ['anonymous', signedIn(null), signedIn('acme')],
    ['error', refused, signedIn('acme')],
  ])('an older tab stays %s until there is an answer', async (status, before, after) => {
    const { props, tab, identity } = await start(before);
    expect(tab.text('status')).toBe(status);
    const { length } = tab.seen;

    let respond = (_: Response) => {};
    identity.answer = after;
    const page = openTab(props);
    await until(() => identity.requests.length === 2);
    identity.answer = () =>
      new Promise((resolve) => {
        respond = resolve;
      });
    await page.becomes('ready');
    await until(() => identity.requests.length === 3);
    await act(() => quiet());

    expect(tab.text('status')).toBe(status);
    expect(tab.seen.slice(length).map((customer) => customer.status)).not.toContain('loading');
    respond(await before(identity.requests[2] as Request));
    await act(() => quiet());
    expect(tab.text('status')).toBe(status);
    expect(tab.seen.slice(length).map((customer) => customer.status)).not.toContain('loading');
  });
});

test('a message between tabs names the customer, and holds no token', async () => {
  const messages = recordMessages();
  const { props, tab, identity, emulator } = await start(signedIn('acme'));
  identity.answer = expiring(emulator, 'globex');
  await act(() => tab.customer().refresh());
  await tab.becomes('globex');
  identity.answer = expiring(emulator, 'acme');
  const page = openTab(props);
  await page.becomes('acme');
  await tab.becomes('acme');
  act(() => page.customer().signOut());
  await act(() => quiet());

  expect(messages().length).toBeGreaterThanOrEqual(4);
  for (const message of messages()) expectNoLeak('a message between tabs', message);
  const said = JSON.stringify(messages());
  expect(said).toContain('acme');
  expect(said).toContain('globex');
});

test('two tabs of different users do not make each other request without end', async () => {
  const { props, tab, identity } = await start(signedIn('acme')); // a session per tab, in its own storage
  const other = await startIdentity(signedIn('globex'));
  const { pass } = fakeClocks();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const page = openTab({ ...props, identityEndpoint: other.url });
  await page.becomes('globex');
  for (let second = 0; second < 60; second++) {
    await pass(SECOND);
    await act(() => quiet(20));
  }

  expect(identity.requests.length + other.requests.length).toBeLessThan(24);
  expect(tab.text('customer')).toBe('acme');
  expect(page.text('customer')).toBe('globex');
});

function SignOutIn({ useHook }: { useHook: typeof useEffect }) {
  const { signOut } = useHardenedCustomer();
  useHook(() => signOut(), [signOut]);
  return null;
}

describe('a component that signs out in the commit of a new sessionKey', () => {
  test.each([
    ['an insertion effect', useInsertionEffect],
    ['a layout effect', useLayoutEffect],
    ['an effect', useEffect],
  ])(
    'a component that signs out in %s of a new sessionKey tells the other tabs',
    async (_, useHook) => {
      const { props, tab, identity } = await start(signedIn('acme'), { sessionKey: 'a' });
      const second = openTab(props);
      await second.becomes('ready');

      identity.answer = signedIn(null);
      second.rerender({ ...props, sessionKey: 'b' }, <SignOutIn useHook={useHook} />);

      await second.becomes('anonymous');
      await tab.becomes('anonymous');
      expect(tab.text('sso')).toBe(DENIED.sso);
      expect(second.text('status')).toBe('anonymous');
    },
  );

  test('a component that signs out in the commit of the first sessionKey tells the other tabs', async () => {
    const { props, tab, identity } = await start(signedIn('acme'), { sessionKey: 'a' });

    identity.answer = signedIn(null);
    const page = openTab(props, <SignOutIn useHook={useLayoutEffect} />);

    await page.becomes('anonymous');
    await tab.becomes('anonymous');
  });
});

describe('syncTabs', { timeout: 10_000 }, () => {
  const changed = async (from: boolean, to: boolean) => {
    const close = vi.spyOn(BroadcastChannel.prototype, 'close');
    const { props, tab, identity } = await start(signedIn('acme'), { syncTabs: from });
    tab.rerender({ ...props, syncTabs: to });
    await act(() => quiet());
    const listening = openTab({ ...props, syncTabs: true });
    await listening.becomes('ready');
    await act(() => quiet()); // what it says of that has arrived
    return { props, tab, listening, identity, close };
  };

  test('a tab whose syncTabs becomes true hears the others', async () => {
    const { tab, listening, identity } = await changed(false, true);

    identity.answer = signedIn(null);
    act(() => listening.customer().signOut());

    await tab.becomes('anonymous');
    expect(identity.requests).toHaveLength(3);
  });

  test('a tab whose syncTabs becomes true is heard by the others', async () => {
    const { tab, listening, identity } = await changed(false, true);

    identity.answer = signedIn(null);
    act(() => tab.customer().signOut());

    await listening.becomes('anonymous');
    expect(identity.requests).toHaveLength(3);
  });

  test('a tab whose syncTabs becomes false closes its channel, and neither hears nor is heard', async () => {
    const { tab, listening, identity, close } = await changed(true, false);
    expect(close).toHaveBeenCalledOnce();

    identity.answer = signedIn(null);
    act(() => listening.customer().signOut());
    await longEnough();
    expect(tab.text('status')).toBe('ready');
    expect(identity.requests).toHaveLength(2);

    identity.answer = signedIn('acme');
    await act(() => listening.customer().refresh());
    expect(identity.requests).toHaveLength(3);
    act(() => tab.customer().signOut());
    await longEnough();
    expect(listening.text('status')).toBe('ready');
    expect(identity.requests).toHaveLength(3);
  });

  test('syncTabs that changes back and forth leaves one working channel', async () => {
    const opened = vi.fn();
    const Real = BroadcastChannel;
    vi.stubGlobal(
      'BroadcastChannel',
      class extends Real {
        constructor(name: string) {
          super(name);
          opened();
        }
        override close() {
          super.close();
          closed();
        }
      },
    );
    const closed = vi.fn();
    onTestFinished(() => void vi.unstubAllGlobals());
    const { props, tab, identity } = await start(signedIn('acme'), { syncTabs: false });
    for (const syncTabs of [true, false, true, true, false, true]) {
      tab.rerender({ ...props, syncTabs });
    }
    await act(() => quiet());
    expect(opened.mock.calls.length - closed.mock.calls.length).toBe(1);

    identity.answer = signedIn('globex');
    const page = openTab({ ...props, syncTabs: true });
    await page.becomes('globex');
    await tab.becomes('globex');
  });
});

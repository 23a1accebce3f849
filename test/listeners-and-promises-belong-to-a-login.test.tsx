import { inspect } from 'node:util';
import type { StiggClient } from '@stigg/react-sdk';
import { act } from '@testing-library/react';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { CUSTOMERS, expiring, signedIn, startIdentity, startStigg } from './helpers/backend';
import { quiet } from './helpers/clocks';
import { ACME, DENIED } from './helpers/expected';
import { expectNoLeak } from './helpers/leaks';
import { serve } from './helpers/serve';
import { until } from './helpers/until';

type App = Awaited<ReturnType<typeof start>>;

/** Acme's app. Requests to Stigg after `hold()` wait until `release()`; their answers are those of before. */
async function start({ isHeld = false, cacheTtlMs = 30_000 } = {}) {
  let waiting: (() => void)[] = [];
  const { emulator, stigg } = await startStigg({
    customers: { ...CUSTOMERS, acme: { ...CUSTOMERS.acme, planId: 'pro' } },
    plans: [{ id: 'pro', name: 'Professional', monthlyPrice: 49 }],
  });
  const server = await serve(async (request) => {
    const response = await emulator.fetch(request);
    const isAboutCustomer = !request.url.includes('configuration');
    if (isHeld && isAboutCustomer) await new Promise<void>((resolve) => waiting.push(resolve));
    return response;
  });
  onTestFinished(server.close);
  const identity = await startIdentity(signedIn('acme'));
  const props = {
    ...stigg,
    baseUri: server.url,
    baseEdgeUri: server.url,
    identityEndpoint: identity.url,
    cacheTtlMs,
    sessionKey: 'a',
  };
  const app = renderApp(props);
  return {
    app,
    props,
    identity,
    emulator,
    client: () => app.context().stigg,
    hold: () => {
      isHeld = true;
    },
    hasWaiting: () => waiting.length > 0,
    isWaiting: () => until(() => waiting.length > 0),
    /** Lets later requests through; waiting requests keep waiting. */
    pass: () => {
      isHeld = false;
    },
    release: async () => {
      isHeld = false;
      for (const answer of waiting) answer();
      waiting = [];
      await act(() => quiet(300));
    },
  };
}

/** Listens as long as the test runs, and returns the calls. */
function listen(client: StiggClient) {
  const features: string[] = [];
  let calls = 0;
  client.addListener('entitlementsUpdated', (entitlements) => {
    calls++;
    features.push(...entitlements.keys());
  });
  return { calls: () => calls, features };
}

const READS: [string, (client: StiggClient) => Promise<unknown>][] = [
  ['refresh()', (client) => client.refresh()],
  ['getCustomer()', (client) => client.getCustomer()],
];

/** These may answer as the SDK's own hooks do without a customer. */
const HOOK_READS: [string, (client: StiggClient) => Promise<unknown>][] = [
  ['getActiveSubscriptions()', (client) => client.getActiveSubscriptions()],
  ['getCustomerPortal()', (client) => client.getCustomerPortal()],
];

const ENDS: [string, (app: App) => unknown][] = [
  ['signOut()', ({ app }) => act(() => app.customer().signOut())],
  ['clearCustomer()', ({ client }) => act(() => client().clearCustomer())],
  [
    'a sessionKey of null',
    ({ app, props }) => app.rerender({ ...props, sessionKey: null as unknown as string }),
  ],
  [
    'another sessionKey',
    async ({ app, props, identity }) => {
      identity.answer = signedIn('globex');
      app.rerender({ ...props, sessionKey: 'b' });
      await until(() => app.customer().customerId === 'globex');
    },
  ],
  [
    'a refresh that settles on another customer',
    async ({ app, identity }) => {
      identity.answer = signedIn('globex');
      await act(() => app.customer().refresh());
    },
  ],
  ['the end of the provider', ({ app }) => app.unmount()],
];

describe.each(ENDS)('%s', (_, end) => {
  test.each(READS)(
    'a running %s rejects when its login ends, and no listener is called',
    async (_, read) => {
      const started = await start();
      await shows('ready');
      const old = listen(started.client());
      started.hold();
      const settled = vi.fn();
      void read(started.client()).then(
        () => settled('resolved'),
        () => settled('rejected'),
      );
      await started.isWaiting();

      started.pass();
      await end(started);
      const next = listen(started.client());
      await started.release();

      await until(() => settled.mock.calls.length > 0);
      expect(settled.mock.calls).toEqual([['rejected']]);
      expect(old.calls()).toBe(0);
      expect(next.calls()).toBe(0);
    },
  );

  test.each(HOOK_READS)(
    'a running %s returns nothing of the customer whose login has ended',
    async (_, read) => {
      const started = await start();
      await shows('ready');
      expect(inspect(await read(started.client()))).toMatch(/acme/i);
      started.hold();
      const settled = vi.fn();
      void read(started.client()).then(settled, settled);
      await started.isWaiting();

      started.pass();
      await end(started);
      await started.release();

      await until(() => settled.mock.calls.length > 0);
      expect(inspect(settled.mock.calls, { depth: 10 })).not.toMatch(/acme/i);
    },
  );
});

// It answers from what is loaded already: no request holds it.
test.each(ENDS.filter(([name]) => !name.startsWith('a refresh')))(
  'getEntitlements() in the same task as %s rejects',
  async (_, end) => {
    const started = await start();
    await shows('ready');
    const settled = vi.fn();
    void started
      .client()
      .getEntitlements()
      .then(
        () => settled('resolved'),
        () => settled('rejected'),
      );
    await end(started);

    await until(() => settled.mock.calls.length > 0);
    expect(settled.mock.calls).toEqual([['rejected']]);
  },
);

test('getEntitlements() that waits for Stigg rejects at signOut(), and no listener is called', async () => {
  const started = await start({ cacheTtlMs: 1 });
  await shows('ready');
  const old = listen(started.client());
  const loadedAt = Date.now();
  await until(() => Date.now() > loadedAt + 5); // what is loaded is out of date
  started.hold();
  const before = old.calls();
  // Requests that a render has already sent may still be answered. All later ones wait.
  await until(() => {
    void started.client().getEntitlements();
    return started.hasWaiting();
  });
  const settled = vi.fn();
  void started
    .client()
    .getEntitlements()
    .then(
      () => settled('resolved'),
      () => settled('rejected'),
    );
  await act(() => quiet());

  act(() => started.app.customer().signOut());
  const next = listen(started.client());
  await started.release();

  await until(() => settled.mock.calls.length > 0);
  expect(settled.mock.calls).toEqual([['rejected']]);
  expect(old.calls()).toBe(before);
  expect(next.calls()).toBe(0);
});

test('the error of such a promise names no customer', async () => {
  const started = await start();
  await shows('ready');
  started.hold();
  const outcome = started
    .client()
    .getCustomer()
    .catch((error: unknown) => error);
  await started.isWaiting();
  act(() => started.app.customer().signOut());
  await started.release();

  const error = await outcome;
  expect(error).toBeInstanceOf(Error);
  expect(inspect(error)).not.toMatch(/acme/i);
  expectNoLeak('the rejection', error);
});

describe('a first load under way', () => {
  test('a late answer after a switch of user reaches no listener of the next user', async () => {
    const started = await start({ isHeld: true });
    await started.isWaiting();
    const old = listen(started.client());
    started.pass();
    started.identity.answer = signedIn('globex');
    started.app.rerender({ ...started.props, sessionKey: 'b' });
    const next = listen(started.client());
    await until(() => started.app.customer().customerId === 'globex');
    await started.release();

    expect(old.calls()).toBe(0);
    expect(next.features).not.toContain('sso');
    expect(await shows('ready')).toMatchObject({ customer: 'globex', ...DENIED });
  });

  test('a late answer after signOut() reaches no listener', async () => {
    const started = await start({ isHeld: true });
    await started.isWaiting();
    const old = listen(started.client());
    act(() => started.app.customer().signOut());
    const next = listen(started.client());
    await started.release();

    expect(old.calls()).toBe(0);
    expect(next.calls()).toBe(0);
    expect(await shows('anonymous')).toMatchObject(DENIED);
  });
});

describe('a listener that was added during a login', () => {
  test('a listener of one user is not called for the next user', async () => {
    const started = await start();
    await shows('ready');
    const client = started.client();
    const old = listen(client);
    started.identity.answer = signedIn('globex');
    started.app.rerender({ ...started.props, sessionKey: 'b' });
    await until(() => started.app.customer().customerId === 'globex');
    await act(() => started.client().refresh());

    expect(old.calls()).toBe(0);
  });

  test('a listener is not called after signOut(), even if the same user signs in again', async () => {
    const started = await start();
    await shows('ready');
    const old = listen(started.client());
    act(() => started.app.customer().signOut());
    for (const customer of ['globex', 'acme']) {
      started.identity.answer = signedIn(customer);
      await act(() => started.app.customer().refresh());
      await act(() => started.client().refresh());
    }

    expect(old.calls()).toBe(0);
    expect(await shows('ready')).toEqual(ACME);
  });

  test('a listener is called once per event after a rotation', async () => {
    const started = await start();
    started.identity.answer = expiring(started.emulator, 'acme');
    await shows('ready');
    const { calls } = listen(started.client());
    await act(() => started.app.customer().refresh());
    const before = calls();
    await act(() => started.client().refresh());

    expect(calls()).toBe(before + 1);
  });

  test('a listener can be removed with its old client after the login has ended', async () => {
    const started = await start();
    await shows('ready');
    const client = started.client();
    const listener = vi.fn();
    client.addListener('entitlementsUpdated', listener);
    act(() => started.app.customer().signOut());

    expect(() => client.removeListener('entitlementsUpdated', listener)).not.toThrow();
    await act(() => started.app.customer().refresh());
    await act(() => started.client().refresh());
    expect(listener).not.toHaveBeenCalled();
  });
});

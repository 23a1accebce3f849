import type { StiggClient } from '@stigg/react-sdk';
import { act } from '@testing-library/react';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { expiring, signedIn, startIdentity, startStigg } from './helpers/backend';
import { quiet } from './helpers/clocks';
import { ACME, DENIED } from './helpers/expected';
import { serve } from './helpers/serve';
import { until } from './helpers/until';

type App = Awaited<ReturnType<typeof start>>;

/** Acme's app. What Stigg is asked from `hold()` on waits until `release()`, and is then answered as of before. */
async function start({ isHeld = false } = {}) {
  let waiting: (() => void)[] = [];
  const { emulator, stigg } = await startStigg();
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
    isWaiting: () => until(() => waiting.length > 0),
    /** Lets later requests through; what waits goes on waiting. */
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

/** Listens as long as the test runs; what it was told of. */
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
  ['getEntitlements()', (client) => client.getEntitlements()],
  ['getCustomer()', (client) => client.getCustomer()],
  ['getActiveSubscriptions()', (client) => client.getActiveSubscriptions()],
  ['getPaywall()', (client) => client.getPaywall()],
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
  test.each(READS)('while %s is under way: it rejects, and no listener hears', async (_, read) => {
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
  });
});

test('what rejects names no customer and no token, and says what to do', async () => {
  const started = await start();
  await shows('ready');
  started.hold();
  const pending = started.client().getCustomer();
  const rejection = expect(pending).rejects.toThrow(/sign|login|customer/i);
  await started.isWaiting();
  act(() => started.app.customer().signOut());
  await started.release();
  await rejection;
});

describe('a first load under way', () => {
  test('at a switch: its late answer reaches no listener of the next user', async () => {
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

  test('at signOut(): its late answer reaches no listener', async () => {
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

describe('a listener that was added under a login', () => {
  test('hears nothing of the next user', async () => {
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

  test('hears nothing after signOut(), whoever signs in then', async () => {
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

  test('goes on hearing after a rotation, once per event', async () => {
    const started = await start();
    started.identity.answer = expiring(started.emulator, 'acme');
    await shows('ready');
    const { calls } = listen(started.client());
    await act(() => started.app.customer().refresh());
    const before = calls();
    await act(() => started.client().refresh());

    expect(calls()).toBe(before + 1);
  });

  test('is removed by the client under which it was added, after it, too', async () => {
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

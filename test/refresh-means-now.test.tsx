import { act } from '@testing-library/react';
import { type HardenedCustomer, type Identity, useHardenedCustomer } from 'hardened-stigg';
import { preloadIdentity } from 'hardened-stigg/preload';
import { createCustomerToken } from 'hardened-stigg/server';
import { useEffect } from 'react';
import { afterEach, describe, expect, expectTypeOf, test, vi } from 'vitest';
import { type AppProps, renderApp, shows } from './helpers/app';
import { expiring, signedIn, startIdentity, startStigg } from './helpers/backend';
import { fakeClocks, quiet } from './helpers/clocks';
import { ACME, DENIED } from './helpers/expected';
import { SIGNING_SECRET } from './helpers/secret';
import { openTab } from './helpers/tabs';
import { until } from './helpers/until';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  globalThis.__hardenedStiggIdentity = undefined;
});

type Answer = (request: Request) => Response | Promise<Response>;

/** An identity endpoint that answers each request when, and as, a test says. */
async function startHeld() {
  const held: { request: Request; respond: (response: Response) => void }[] = [];
  const identity = await startIdentity(
    (request) => new Promise((respond) => held.push({ request, respond })),
  );
  return {
    url: identity.url,
    count: () => held.length,
    arrives: (count: number) => until(() => held.length >= count),
    /** Answers the request of this number, counted from 1. */
    answer: async (number: number, answer: Answer) => {
      const { request, respond } = held[number - 1] as (typeof held)[number];
      respond(await answer(request));
    },
  };
}

async function start(props: Partial<AppProps> = {}, strict = false) {
  const { stigg, emulator } = await startStigg();
  const identity = await startHeld();
  const all = { ...stigg, identityEndpoint: identity.url, ...props };
  return { all, identity, emulator, open: () => renderApp(all, { strict }) };
}

/** Refreshes as it mounts. */
function Eager({ settled }: { settled: (customer: HardenedCustomer) => void }) {
  const { refresh } = useHardenedCustomer();
  useEffect(() => void refresh().then(settled), [refresh, settled]);
  return null;
}

const acme: Identity = {
  customerId: 'acme',
  customerToken: createCustomerToken('acme', SIGNING_SECRET),
};
const vouched: Identity = { ...acme, entitlements: { sso: true } };
const knownAhead: [string, object][] = [
  ['an initialIdentity', { initialIdentity: acme }],
  ['an initialIdentity with entitlements', { initialIdentity: vouched }],
  ['an identity', { identity: acme }],
  ['an identity with entitlements', { identity: vouched }],
];

describe.each([false, true])('while Stigg loads who was known ahead (StrictMode: %s)', (strict) => {
  test.each(knownAhead)('%s: the endpoint is requested all the same', async (_, known) => {
    const { stigg, customerRequests } = await startStigg({ latencyMs: 50 });
    const identity = await startIdentity(signedIn('globex'));
    const app = renderApp({ ...stigg, identityEndpoint: identity.url, ...known }, { strict });
    await act(() => until(() => customerRequests().length > 0));
    expect(identity.requests).toHaveLength(0);

    const settled = await act(() =>
      Promise.all([app.customer().refresh(), app.customer().refresh()]),
    );

    expect(settled).toMatchObject([{ customerId: 'globex' }, { customerId: 'globex' }]);
    expect(await shows('ready')).toMatchObject({ customer: 'globex', ...DENIED });
    expect(identity.requests).toHaveLength(1);
  });
});

describe('while an older request is under way', () => {
  test.each([false, true])(
    'the answer that counts was requested after the call (StrictMode: %s)',
    async (strict) => {
      const { identity, open } = await start({}, strict);
      const app = open();
      await identity.arrives(1);

      const pending = app.customer().refresh(); // the user has signed in meanwhile
      await identity.answer(1, signedIn(null));
      await identity.arrives(2);
      await identity.answer(2, signedIn('acme'));

      expect(await shows('ready')).toEqual(ACME);
      expect(await pending).toMatchObject({ status: 'ready', customerId: 'acme' });
      await quiet();
      expect(identity.count()).toBe(2);
    },
  );

  test('a failure of an older request is not the outcome of refresh()', async () => {
    const { identity, open } = await start();
    const app = open();
    await identity.arrives(1);

    const pending = app.customer().refresh();
    await identity.answer(1, () => new Response('', { status: 403 }));
    await identity.arrives(2);
    await identity.answer(2, signedIn('acme'));

    expect(await pending).toMatchObject({ status: 'ready', customerId: 'acme' });
    expect(await shows('ready')).toEqual(ACME);
  });

  test('a burst of refresh() costs exactly one more request, and shares its outcome', async () => {
    const { identity, open } = await start();
    const app = open();
    await identity.arrives(1);

    const { refresh } = app.customer();
    const first = refresh();
    await quiet(5);
    const burst = [first, refresh(), refresh(), refresh()];
    await quiet();
    burst.push(refresh());
    await identity.answer(1, signedIn(null));
    await identity.arrives(2);
    await identity.answer(2, signedIn('acme'));

    await shows('ready');
    for (const customer of await Promise.all(burst)) expect(customer).toBe(app.customer());
    await quiet();
    expect(identity.count()).toBe(2);
  });

  test('a refresh() during the queued request is queued once more', async () => {
    const { identity, open } = await start();
    const app = open();
    await identity.arrives(1);

    const second = app.customer().refresh();
    await identity.answer(1, signedIn('globex'));
    await identity.arrives(2);
    const third = app.customer().refresh();
    await identity.answer(2, signedIn(null));
    await identity.arrives(3);
    await identity.answer(3, signedIn('acme'));

    expect(await third).toMatchObject({ status: 'ready', customerId: 'acme' });
    await second;
    expect(await shows('ready')).toEqual(ACME);
    await quiet();
    expect(identity.count()).toBe(3);
  });

  test('refresh() during a preloaded request makes a new request', async () => {
    const { all, identity } = await start();
    preloadIdentity(identity.url);
    await identity.arrives(1);
    const app = renderApp(all);
    await act(() => quiet(5));

    const pending = app.customer().refresh();
    await identity.answer(1, signedIn(null));
    await identity.arrives(2);
    await identity.answer(2, signedIn('acme'));

    expect(await pending).toMatchObject({ customerId: 'acme' });
    expect(await shows('ready')).toEqual(ACME);
    expect(identity.count()).toBe(2);
  });

  test('refresh() during a rotation makes a new request', async () => {
    const { identity, emulator, open } = await start();
    const app = open();
    await identity.arrives(1);
    await identity.answer(1, expiring(emulator, 'acme', 2400));
    await shows('ready');
    await identity.arrives(2);

    const pending = app.customer().refresh();
    await identity.answer(2, signedIn('acme'));
    await identity.arrives(3);
    await identity.answer(3, signedIn('globex'));

    expect(await pending).toMatchObject({ customerId: 'globex' });
    expect(await shows('ready')).toMatchObject({ customer: 'globex', ...DENIED });
  }, 10_000);

  test('refresh() makes a new request while Stigg is still loading the customer of the last one', async () => {
    let isSlow = true;
    const { stigg, emulator } = await startStigg({
      latencyMs: ({ customerId }) => (customerId === 'globex' && isSlow ? 200 : 0),
    });
    const identity = await startIdentity(signedIn('globex'));
    const app = renderApp({ ...stigg, identityEndpoint: identity.url });
    await until(() => emulator.requests.some(({ customerId }) => customerId === 'globex'));

    isSlow = false;
    identity.answer = signedIn('acme');
    expect(await app.customer().refresh()).toMatchObject({ customerId: 'acme' });

    expect(await shows('ready')).toEqual(ACME);
    expect(identity.requests).toHaveLength(2);
  });
});

describe('during a pause', () => {
  test.each<[string, number, Record<string, string>]>([
    ['of Retry-After: 20 and a 503', 503, { 'Retry-After': '20' }],
    ['of Retry-After: 30 and a 429', 429, { 'Retry-After': '30' }],
    ['of Retry-After: 3600', 429, { 'Retry-After': '3600' }],
    ['of its own', 500, {}],
  ])('refresh() requests at once during a pause %s', async (_, status, headers) => {
    const { stigg } = await startStigg();
    const identity = await startIdentity(() => new Response('', { status, headers }));
    fakeClocks();
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const app = renderApp({ ...stigg, identityEndpoint: identity.url });
    await until(() => identity.requests.length === 1);
    await act(() => quiet());

    identity.answer = signedIn('acme'); // no timer runs from here on
    let customer: HardenedCustomer | undefined;
    act(
      () =>
        void app
          .customer()
          .refresh()
          .then((settled) => (customer = settled)),
    );

    expect(await shows('ready')).toEqual(ACME);
    await until(() => customer !== undefined);
    expect(customer).toMatchObject({ status: 'ready', customerId: 'acme' });
    expect(identity.requests).toHaveLength(2);
  });

  test('every refresh() during a pause requests at once, one after the other', async () => {
    const { stigg } = await startStigg();
    const busy = () => new Response('', { status: 503, headers: { 'Retry-After': '20' } });
    const identity = await startIdentity(busy);
    fakeClocks();
    const app = renderApp({ ...stigg, identityEndpoint: identity.url });
    for (const count of [1, 2, 3]) {
      await until(() => identity.requests.length === count);
      await act(() => quiet());
      if (count === 3) identity.answer = signedIn('acme');
      act(() => void app.customer().refresh());
    }

    expect(await shows('ready')).toEqual(ACME);
    expect(identity.requests).toHaveLength(4);
  });
});

describe('refresh() resolves to the customer that the hook then returns', () => {
  test('the type of refresh() says that it resolves to a customer', () => {
    expectTypeOf<HardenedCustomer['refresh']>().returns.toEqualTypeOf<Promise<HardenedCustomer>>();
  });

  test.each<[HardenedCustomer['status'], Answer]>([
    ['ready', signedIn('globex')],
    ['anonymous', signedIn(null)],
    ['error', () => new Response('', { status: 403 })],
  ])('%s', async (status, answer) => {
    const { stigg } = await startStigg();
    const identity = await startIdentity(signedIn('acme'));
    const app = renderApp({ ...stigg, identityEndpoint: identity.url });
    await shows('ready');

    identity.answer = answer;
    let customer: HardenedCustomer | undefined;
    await act(async () => {
      customer = await app.customer().refresh();
    });

    expect(customer?.status).toBe(status);
    expect(customer).toBe(app.customer());
  });

  test('refresh() resolves to the same customer if nothing has changed', async () => {
    const { stigg } = await startStigg();
    const identity = await startIdentity(signedIn('acme'));
    const app = renderApp({ ...stigg, identityEndpoint: identity.url });
    await shows('ready');
    const before = app.customer();

    expect(await app.customer().refresh()).toBe(before);
  });

  test('refresh() resolves to anonymous if signOut() came in between', async () => {
    const { identity, open } = await start();
    const app = open();
    await identity.arrives(1);
    await identity.answer(1, signedIn('acme'));
    await shows('ready');

    const pending = app.customer().refresh();
    await identity.arrives(2);
    act(() => app.customer().signOut());

    expect(await pending).toBe(app.customer());
    expect(app.customer().status).toBe('anonymous');
  });

  test('refresh() in a mount effect resolves to the customer', async () => {
    const settled = vi.fn();
    const { stigg } = await startStigg();
    const identity = await startIdentity(signedIn('acme'));
    const tab = openTab({ ...stigg, identityEndpoint: identity.url }, <Eager settled={settled} />);
    await tab.becomes('ready');

    await until(() => settled.mock.calls.length === 1);
    expect(settled).toHaveBeenCalledWith(tab.customer());
  });
});

import { act, screen } from '@testing-library/react';
import { type HardenedCustomer, HardenedCustomerGate, useHardenedCustomer } from 'hardened-stigg';
import { useEffect } from 'react';
import { afterEach, expect, expectTypeOf, test, vi } from 'vitest';
import { type AppProps, renderApp, shows } from './helpers/app';
import { expiring, signedIn, startIdentity, startStigg } from './helpers/backend';
import { DENIED } from './helpers/expected';

afterEach(() => {
  vi.restoreAllMocks();
});

async function start(props: Partial<AppProps> = {}) {
  const backend = await startStigg();
  const identity = await startIdentity(expiring(backend.emulator, 'acme'));
  const all = { ...backend.stigg, identityEndpoint: identity.url, retries: 0, ...props };
  const app = renderApp(all);
  await shows('ready');
  const refresh = async () => {
    let result: unknown = 'pending';
    await act(async () => {
      result = await app.customer().refresh();
    });
    return result;
  };
  return { ...backend, identity, app, refresh, props: all };
}

const unavailable = (status: number) => () => new Response('', { status });

test.each([
  ['the same customer', null, { status: 'ready', customerId: 'acme' }],
  ['another customer', signedIn('globex'), { status: 'ready', customerId: 'globex' }],
  ['nobody', signedIn(null), { status: 'anonymous', customerId: null }],
  ['an error', unavailable(403), { status: 'error', error: { status: 403 } }],
  ['a temporary failure', unavailable(503), { status: 'ready', customerId: 'acme' }],
  ['no JSON', () => new Response('<p>'), { status: 'error', error: { code: 'identity_invalid' } }],
])('refresh() resolves to the object that the hook returns: %s', async (_, answer, expected) => {
  const { identity, app, refresh } = await start();
  if (answer) identity.answer = answer;

  const result = await refresh();

  expect(result).toMatchObject(expected);
  expect(result).toBe(app.customer());
});

test('refresh() resolves to the customer from an error and from a visitor too', async () => {
  const { identity, app, refresh } = await start();
  for (const [answer, status] of [
    [unavailable(403), 'error'],
    [signedIn('acme'), 'ready'],
    [signedIn(null), 'anonymous'],
    [signedIn('acme'), 'ready'],
  ] as const) {
    identity.answer = answer;
    const result = await refresh();
    expect(result).toMatchObject({ status });
    expect(result).toBe(app.customer());
  }
});

test('calls of refresh() that share a request resolve to the same object', async () => {
  const { identity, app } = await start();
  identity.answer = signedIn('globex');
  let results: unknown[] = [];
  await act(async () => {
    const { refresh } = app.customer();
    results = await Promise.all([refresh(), refresh(), refresh()]);
  });
  expect(results).toEqual([app.customer(), app.customer(), app.customer()]);
  for (const result of results) expect(result).toBe(app.customer());
});

test('refresh() resolves to a visitor if signOut() wins over it', async () => {
  const { identity, app } = await start();
  identity.answer = () => new Promise(() => {});
  const pending = app.customer().refresh();
  await expect.poll(() => identity.requests).toHaveLength(2);

  act(() => app.customer().signOut());

  expect(await pending).toBe(app.customer());
  expect(app.customer().status).toBe('anonymous');
});

test('refresh() never rejects, even if onError throws or the provider has unmounted', async () => {
  const boom = new Error('boom');
  const listeners = process.listeners('unhandledRejection');
  const unhandled = vi.fn();
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', unhandled);
  const { identity, app, refresh } = await start({
    onError: () => {
      throw boom;
    },
  });
  identity.answer = unavailable(403);
  expect(await refresh()).toBe(app.customer());
  await vi.waitFor(() => expect(unhandled.mock.calls[0]?.[0]).toBe(boom));
  process.removeAllListeners('unhandledRejection');
  for (const listener of listeners) process.on('unhandledRejection', listener);

  app.unmount();
  await expect(app.customer().refresh()).resolves.toMatchObject({ status: expect.any(String) });
});

/** Branches on the outcome, as a login form does. */
function Eager({ onSettled }: { onSettled: (status: string) => void }) {
  const { refresh } = useHardenedCustomer();
  useEffect(() => {
    void refresh().then((customer) => onSettled((customer as unknown as HardenedCustomer)?.status));
  }, [refresh, onSettled]);
  return null;
}

test.each([
  [signedIn('acme'), 'ready'],
  [signedIn(null), 'anonymous'],
  [unavailable(403), 'error'],
] as const)(
  'refresh() in a mount effect resolves to the customer of the first load',
  async (answer, status) => {
    const { stigg } = await startStigg();
    const identity = await startIdentity(answer);
    const onSettled = vi.fn();
    renderApp(
      { ...stigg, identityEndpoint: identity.url },
      { strict: true, children: <Eager onSettled={onSettled} /> },
    );
    await shows(status);
    await vi.waitFor(() => expect(onSettled.mock.calls).toEqual([[status], [status]]));
  },
);

test('retry of the gate resolves to the customer too', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(unavailable(403));
  const outcome = vi.fn();
  renderApp(
    { ...stigg, identityEndpoint: identity.url },
    {
      children: (
        <HardenedCustomerGate
          error={(_, retry) => (
            <button type="button" onClick={() => void retry().then(outcome)}>
              try again
            </button>
          )}
        />
      ),
    },
  );
  expect(await shows('error')).toMatchObject(DENIED);
  identity.answer = signedIn('acme');
  act(() => screen.getByRole('button', { name: 'try again' }).click());
  await shows('ready');
  await vi.waitFor(() => expect(outcome).toHaveBeenCalledOnce());
  expect(outcome.mock.calls[0]?.[0]).toMatchObject({ status: 'ready', customerId: 'acme' });
});

test('the type of refresh() says that it resolves to the customer', () => {
  expectTypeOf<ReturnType<HardenedCustomer['refresh']>>().toEqualTypeOf<
    Promise<HardenedCustomer>
  >();
});

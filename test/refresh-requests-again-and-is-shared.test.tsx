import { act, screen } from '@testing-library/react';
import { useHardenedCustomer } from 'hardened-stigg';
import { memo, useEffect } from 'react';
import { expect, test, vi } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { expiring, signedIn, startIdentity, startStigg } from './helpers/backend';
import { ACME, DENIED } from './helpers/expected';

/** Refreshes as it mounts; `onSettled` is told what the page says by then. */
function Eager({ onSettled }: { onSettled: (status: string | null) => void }) {
  const { refresh } = useHardenedCustomer();
  useEffect(() => {
    void refresh().then(() => onSettled(screen.getByTestId('status').textContent));
  }, [refresh, onSettled]);
  return null;
}

/** Calls both as it renders for the first time. */
function Hasty({ calls }: { calls: Promise<unknown>[] }) {
  const { refresh, signOut } = useHardenedCustomer();
  if (calls.length === 0) {
    calls.push(refresh());
    signOut();
  }
  return null;
}

test('calls of refresh() while one runs share a request', async () => {
  const { stigg, customerRequests } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  const { refresh } = app.customer();
  await Promise.all([refresh(), refresh()]);
  expect(identity.requests).toHaveLength(1);

  await act(() => Promise.all([refresh(), refresh(), refresh()]));

  expect(identity.requests).toHaveLength(2);
  expect(await shows('ready')).toEqual(ACME);
  // Stigg has already accepted this token.
  expect(customerRequests()).toHaveLength(1);
});

let renders = 0;
const Reader = memo(() => {
  renders++;
  return useHardenedCustomer().status;
});

/** With the lazy entry, once more: when the SDK has loaded. */
const RENDERS = process.env.ENTRY === 'lazy' ? 3 : 2;

test('a reader of the hook renders as often as its state changes, and never for a refresh that finds the same customer', async () => {
  const { emulator, stigg, customerRequests } = await startStigg();
  const identity = await startIdentity(expiring(emulator, 'acme'));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url }, { children: <Reader /> });
  await shows('ready');
  expect(renders).toBe(RENDERS);

  await act(() => app.customer().refresh());

  expect(customerRequests()).toHaveLength(2);
  expect(renders).toBe(RENDERS);
});

test('a refresh that finds another customer goes through loading, with nothing granted', async () => {
  const { stigg } = await startStigg({ latencyMs: 20 });
  const identity = await startIdentity(signedIn('acme'));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  await shows('ready');

  identity.answer = signedIn('globex');
  void app.customer().refresh();

  expect(await shows('loading')).toMatchObject({ customer: 'nobody', ...DENIED });
  expect(await shows('ready')).toMatchObject({ customer: 'globex', ...DENIED });
});

test('another customer is loaded even if the token is the same', async () => {
  const { stigg } = await startStigg({ enforced: false });
  let customerId = 'acme';
  const app = renderApp({
    ...stigg,
    identityEndpoint: async () => ({ customerId, customerToken: 'of-the-session' }),
  });
  expect(await shows('ready')).toEqual(ACME);

  customerId = 'globex';
  await act(() => app.customer().refresh());
  expect(await shows('ready')).toMatchObject({ customer: 'globex', ...DENIED });
});

test('before the provider has mounted, refresh() and signOut() do nothing', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const calls: Promise<unknown>[] = [];
  renderApp({ ...stigg, identityEndpoint: identity.url }, { children: <Hasty calls={calls} /> });

  expect(await shows('ready')).toEqual(ACME);
  await expect(Promise.all(calls)).resolves.toMatchObject([{ status: 'ready' }]);
});

test('a temporary failure leaves a ready customer in place, and is reported', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const onError = vi.fn();
  const app = renderApp({ ...stigg, identityEndpoint: identity.url, retries: 0, onError });
  await shows('ready');

  identity.answer = () => new Response('', { status: 503 });
  await act(() => app.customer().refresh());

  expect(await shows('ready')).toEqual(ACME);
  expect(onError.mock.calls).toEqual([[expect.objectContaining({ status: 503 })]]);
});

test('a permanent failure grants nothing', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  await shows('ready');

  identity.answer = () => new Response('', { status: 403 });
  await act(() => app.customer().refresh());

  expect(await shows('error')).toEqual({
    customer: 'nobody',
    error: 'identity_http_error',
    ...DENIED,
  });
});

test('refresh() never rejects, even if onError throws', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(() => new Response('', { status: 403 }));
  const unhandled = vi.fn();
  const listeners = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', unhandled);
  const boom = new Error('boom');
  const app = renderApp({
    ...stigg,
    identityEndpoint: identity.url,
    onError: () => {
      throw boom;
    },
  });

  await expect(app.customer().refresh()).resolves.toMatchObject({ status: 'error' });
  await shows('error');

  // It is not swallowed either, because the app must see its own bug.
  await vi.waitFor(() => expect(unhandled.mock.calls[0]?.[0]).toBe(boom));
  process.removeAllListeners('unhandledRejection');
  for (const listener of listeners) process.on('unhandledRejection', listener);
});

test.each([false, true])(
  'a component that refreshes as it mounts shares the first request, and waits for it (StrictMode: %s)',
  async (strict) => {
    const { stigg } = await startStigg();
    const identity = await startIdentity(signedIn('acme'));
    const onSettled = vi.fn();

    renderApp(
      { ...stigg, identityEndpoint: identity.url },
      { strict, children: <Eager onSettled={onSettled} /> },
    );

    expect(await shows('ready')).toEqual(ACME);
    await vi.waitFor(() => expect(onSettled).toHaveBeenCalledTimes(strict ? 2 : 1));
    expect(onSettled).toHaveBeenLastCalledWith('ready');
    expect(identity.requests).toHaveLength(1);
  },
);

test('a visitor who signs in sees the loading status', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn(null));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  await shows('anonymous');

  identity.answer = () => new Promise(() => {});
  act(() => void app.customer().refresh());

  expect(app.customer().status).toBe('loading');
});

test('a load that was dropped does not end the sharing of the next one', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(() => new Promise(() => {}));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  await expect.poll(() => identity.requests).toHaveLength(1);

  act(() => app.customer().signOut());
  act(() => void app.customer().refresh());
  await expect.poll(() => identity.requests[0]?.signal.aborted).toBe(true);
  act(() => void app.customer().refresh());
  await expect.poll(() => identity.requests.length).toBe(2);
  await act(async () => {});

  expect(identity.requests).toHaveLength(2);
  expect(identity.requests[1]?.signal.aborted).toBe(false);
});

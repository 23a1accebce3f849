import { act } from '@testing-library/react';
import { useHardenedCustomer } from 'hardened-stigg';
import { memo, useEffect } from 'react';
import { expect, test, vi } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { expiring, signedIn, startIdentity, startStigg } from './helpers/backend';
import { ACME, DENIED } from './helpers/expected';

function Eager() {
  const { refresh } = useHardenedCustomer();
  useEffect(() => void refresh(), [refresh]);
  return null;
}

test('calls that come while one runs share its request', async () => {
  const { stigg, customerRequests } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  const { refresh } = app.customer();
  await Promise.all([refresh(), refresh()]);
  expect(identity.requests).toHaveLength(1);

  await act(() => Promise.all([refresh(), refresh(), refresh()]));

  expect(identity.requests).toHaveLength(2);
  expect(await shows('ready')).toEqual(ACME);
  // The token is the one that Stigg holds already.
  expect(customerRequests()).toHaveLength(1);
});

let renders = 0;
const Reader = memo(() => {
  renders++;
  return useHardenedCustomer().status;
});

test('a reader of the hook renders twice until ready, and never for a refresh that finds the same customer', async () => {
  const { emulator, stigg, customerRequests } = await startStigg();
  const identity = await startIdentity(expiring(emulator, 'acme'));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url }, { children: <Reader /> });
  await shows('ready');
  expect(renders).toBe(2);

  await act(() => app.customer().refresh());

  expect(customerRequests()).toHaveLength(2);
  expect(renders).toBe(2);
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

test('a failure that may pass leaves a ready customer in place, and is reported', async () => {
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

test('a failure that cannot pass fails closed', async () => {
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

test('never rejects, not even when onError throws', async () => {
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

  await expect(app.customer().refresh()).resolves.toBeUndefined();
  await shows('error');

  // Not swallowed either: it is the app's own bug to see.
  await vi.waitFor(() => expect(unhandled.mock.calls[0]?.[0]).toBe(boom));
  process.removeAllListeners('unhandledRejection');
  for (const listener of listeners) process.on('unhandledRejection', listener);
});

test('a component that refreshes as it mounts shares the first request', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));

  renderApp({ ...stigg, identityEndpoint: identity.url }, { children: <Eager /> });

  expect(await shows('ready')).toEqual(ACME);
  expect(identity.requests).toHaveLength(1);
});

import { renderHook } from '@testing-library/react';
import { HardenedStiggProvider, useHardenedCustomer } from 'hardened-stigg';
import { expect, test, vi } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';

test('an identity passed as a prop is a type error, and has no effect in plain JavaScript', async () => {
  const { stigg, customerRequests } = await startStigg({ enforced: false });
  const past = { customerId: 'acme', customerToken: 'forged', stiggClient: {} };

  renderApp({ ...stigg, ...past, identityEndpoint: async () => null });
  await shows('anonymous');

  expect(customerRequests()).toEqual([]);
  const props = { apiKey: 'client-x', identityEndpoint: '/api/identity' };
  // @ts-expect-error: the session owns the customer
  const a = <HardenedStiggProvider {...props} customerId="acme" />;
  // @ts-expect-error: and its token
  const b = <HardenedStiggProvider {...props} customerToken="token" />;
  // @ts-expect-error: and the client
  const c = <HardenedStiggProvider {...props} stiggClient={{}} />;
  expect([a, b, c]).toHaveLength(3);
});

test('every other StiggProvider prop is passed on', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));

  const app = renderApp({
    ...stigg,
    identityEndpoint: identity.url,
    locale: 'de-DE',
    resourceId: 'site-1',
    theme: { palette: { primary: '#123456' } },
  });
  await shows('ready');

  expect(app.context()).toMatchObject({
    locale: 'de-DE',
    resourceId: 'site-1',
    theme: { palette: { primary: '#123456' } },
  });
});

test('the hook names the provider that is missing', () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  expect(() => renderHook(() => useHardenedCustomer())).toThrow('<HardenedStiggProvider>');
  vi.restoreAllMocks();
});

test('a new apiKey makes a new client, to which a fresh identity is applied', async () => {
  const { emulator, stigg, customerRequests } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  await shows('ready');

  app.rerender({ ...stigg, apiKey: 'client-other', identityEndpoint: identity.url });

  await expect.poll(() => identity.requests).toHaveLength(2);
  await shows('ready');
  expect(customerRequests()).toHaveLength(2);
  expect(emulator.requests.every(({ status }) => status === 200)).toBe(true);
});

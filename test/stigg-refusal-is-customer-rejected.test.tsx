import { waitFor } from '@testing-library/react';
import { expect, onTestFinished, test } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { ACME, DENIED } from './helpers/expected';
import { serve } from './helpers/serve';

test('a backend that signs with the wrong secret leads to an error, and nothing is granted', async () => {
  const { stigg, customerRequests } = await startStigg();
  const identity = await startIdentity(signedIn('acme', 'another-signing-secret-of-the-tests'));

  const app = renderApp({ ...stigg, identityEndpoint: identity.url });

  expect(await shows('error')).toEqual({
    customer: 'nobody',
    error: 'customer_rejected',
    ...DENIED,
  });
  expect(app.customer().error).toMatchObject({
    name: 'HardenedStiggError',
    message: expect.stringContaining('exists in the environment of both'),
    retryable: false,
  });
  expect(customerRequests()).toEqual([expect.objectContaining({ isVerified: false, status: 401 })]);
});

test('refresh() applies the same token again once Stigg accepts it', async () => {
  const { emulator, stigg } = await startStigg();
  emulator.failNext({ operation: 'GetEntitlements', status: 403 });
  const identity = await startIdentity(signedIn('acme'));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  await shows('error');

  await app.customer().refresh();

  expect(await shows('ready')).toEqual(ACME);
});

test('a customer that Stigg does not know is ready, with nothing granted', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('initech'));

  renderApp({ ...stigg, identityEndpoint: identity.url });

  expect(await shows('ready')).toMatchObject({ customer: 'initech', error: 'none', ...DENIED });
});

test('a refusal before the SDK has its configuration does not break the SDK', async () => {
  let configure = () => {};
  const configured = new Promise<void>((resolve) => {
    configure = resolve;
  });
  const { emulator, stigg } = await startStigg();
  const fetch = emulator.fetch;
  const slow = await serve(async (request) => {
    if (request.url.includes('/config/')) await configured;
    return fetch(request);
  });
  onTestFinished(slow.close);
  emulator.failNext({ operation: 'GetEntitlements', status: 401 });
  const identity = await startIdentity(signedIn('acme'));
  const app = renderApp({ ...stigg, baseEdgeUri: slow.url, identityEndpoint: identity.url });
  await shows('error');

  configure();
  await app.customer().refresh();
  expect(await shows('ready')).toEqual(ACME);

  await waitFor(() => expect(app.context().isInitialized).toBe(true));
});

test('an enforced environment refuses an unsigned customer, so that an incomplete rollout is visible', async () => {
  const { stigg } = await startStigg();

  renderApp({
    ...stigg,
    identityEndpoint: async () => ({ customerId: 'acme', customerToken: 'opaque-but-not-signed' }),
  });

  expect(await shows('error')).toMatchObject({ error: 'customer_rejected', ...DENIED });
});

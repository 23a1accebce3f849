import { expect, test } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { ACME } from './helpers/expected';

test('a signed-in customer is ready and entitled, and Stigg saw a verified token every time', async () => {
  const { stigg, customerRequests } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));

  renderApp({ ...stigg, identityEndpoint: identity.url });

  expect(await shows('ready')).toEqual(ACME);
  expect(identity.requests).toHaveLength(1);
  expect(customerRequests()).toEqual([
    expect.objectContaining({
      operation: 'GetEntitlements',
      customerId: 'acme',
      isVerified: true,
      status: 200,
    }),
  ]);
});

import { BooleanEntitlementGuard } from '@stigg/react-sdk';
import { screen } from '@testing-library/react';
import { expect, onTestFinished, test } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { DENIED } from './helpers/expected';
import { serve } from './helpers/serve';

const Backups = () => (
  <BooleanEntitlementGuard featureId="backups" resourceId="site-1">
    <p>Backups of site 1</p>
  </BooleanEntitlementGuard>
);

test('entitlements of the resource are read, with the same token', async () => {
  const { stigg, customerRequests } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));

  renderApp(
    { ...stigg, identityEndpoint: identity.url, resourceId: 'site-1' },
    { children: <Backups /> },
  );

  expect(await shows('ready')).toMatchObject({ customer: 'acme', sso: 'granted' });
  expect(screen.getByText('Backups of site 1')).toBeInTheDocument();
  expect(customerRequests().map(({ resourceId, isVerified }) => [resourceId, isVerified])).toEqual(
    expect.arrayContaining([
      [null, true],
      ['site-1', true],
    ]),
  );
});

test('a refused resource is a refused customer, even after Stigg has given the rest', async () => {
  const { emulator, stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  let giveRest = () => {};
  const restGiven = new Promise<void>((resolve) => {
    giveRest = resolve;
  });
  const refusing = await serve(async (request) => {
    if (!request.url.includes('resourceId')) return emulator.fetch(request);
    await restGiven;
    return new Response('', { status: 403, headers: { 'Access-Control-Allow-Origin': '*' } });
  });
  onTestFinished(refusing.close);
  renderApp({
    ...stigg,
    baseEdgeUri: refusing.url,
    identityEndpoint: identity.url,
    resourceId: 'site-1',
  });
  await expect.poll(() => emulator.requests.some(({ customerId }) => customerId)).toBe(true);

  giveRest();

  expect(await shows('error')).toMatchObject({ error: 'customer_rejected', ...DENIED });
});

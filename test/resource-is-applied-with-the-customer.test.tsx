import { BooleanEntitlementGuard } from '@stigg/react-sdk';
import { act, screen } from '@testing-library/react';
import { expect, onTestFinished, test, vi } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { expiring, signedIn, startIdentity, startStigg } from './helpers/backend';
import { quiet } from './helpers/clocks';
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

test('without a customer, setting and clearing a resource throws, as in the SDK', async () => {
  const { stigg, customerRequests } = await startStigg();
  const identity = await startIdentity(signedIn(null));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  await shows('anonymous');

  const { stigg: client } = app.context();
  await expect(async () => client.setResource('site-1')).rejects.toThrow('setCustomerId');
  expect(() => client.clearResource()).toThrow('setCustomerId');
  identity.answer = signedIn('acme');
  await act(() => app.customer().refresh());

  expect(await shows('ready')).toMatchObject({ customer: 'acme' });
  expect(customerRequests().map(({ resourceId }) => resourceId)).toEqual([null]);
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

test('a changed resource is loaded once, answers, and is denied once the token is over', async () => {
  const { stigg, emulator, customerRequests } = await startStigg();
  const identity = await startIdentity(expiring(emulator, 'acme'));
  const props = { ...stigg, identityEndpoint: identity.url };
  const app = renderApp(props);
  await shows('ready');

  await act(async () => app.rerender({ ...props, resourceId: 'site-1' }));
  const read = () =>
    app.context().stigg.getBooleanEntitlement({ featureId: 'backups', resourceId: 'site-1' })
      .hasAccess;
  await expect.poll(read).toBe(true);
  const { length } = customerRequests();
  await act(() => quiet());
  expect(customerRequests()).toHaveLength(length);

  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
  expect(read()).toBe(false);
  vi.useRealTimers();
});

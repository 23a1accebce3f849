import { Paywall, useBooleanEntitlement } from '@stigg/react-sdk';
import { act, screen } from '@testing-library/react';
import type { EmulatorPlan } from 'hardened-stigg/emulator';
import { expect, test } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { ACME } from './helpers/expected';

const PLANS: EmulatorPlan[] = [
  { id: 'free', name: 'Free', entitlements: { seats: 1 } },
  { id: 'pro', name: 'Pro', monthlyPrice: 49, entitlements: { sso: true, seats: 20 } },
];
const CUSTOMERS = { acme: { name: 'Acme', email: 'a@acme.test', planId: 'pro' } };

async function signIn() {
  const backend = await startStigg({ customers: CUSTOMERS, plans: PLANS });
  const identity = await startIdentity(signedIn('acme'));
  const app = renderApp({ ...backend.stigg, identityEndpoint: identity.url });
  await shows('ready');
  return { ...backend, client: app.context().stigg };
}

test('getCustomer() of the SDK gets the customer and its subscription', async () => {
  const { client } = await signIn();
  expect(await client.getCustomer()).toMatchObject({
    id: 'acme',
    name: 'Acme',
    email: 'a@acme.test',
    subscriptions: [{ status: 'ACTIVE', plan: { id: 'pro', displayName: 'Pro' } }],
  });
});

test('getEntitlements() of the SDK gets all three kinds', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  await shows('ready');

  expect(await app.context().stigg.getEntitlements()).toMatchObject([
    { feature: { id: 'sso' }, hasAccess: true },
    { feature: { id: 'seats' }, hasAccess: true, value: 5 },
    { feature: { id: 'reports' }, hasAccess: true, usageLimit: 10, currentUsage: 3 },
  ]);
});

test('refresh() of the SDK gets a change of plan', async () => {
  const { client, emulator } = await signIn();
  expect(client.getNumericEntitlement({ featureId: 'seats' }).value).toBe(20);

  CUSTOMERS.acme.planId = 'free';
  await act(() => client.refresh());

  expect(client.getNumericEntitlement({ featureId: 'seats' }).value).toBe(1);
  expect(client.getBooleanEntitlement({ featureId: 'sso' }).hasAccess).toBe(false);
  expect(emulator.requests.at(-1)).toMatchObject({ transport: 'graphql', isVerified: true });
  CUSTOMERS.acme.planId = 'pro';
});

test('getPaywall() of the SDK works for a customer and for a visitor', async () => {
  const { client, stigg } = await signIn();
  expect(await client.getPaywall()).toMatchObject({
    plans: [{ id: 'free' }, { id: 'pro', pricePoints: [{ amount: 49 }] }],
    customer: { id: 'acme' },
    activeSubscriptions: [{ plan: { id: 'pro' } }],
  });
  expect(stigg.apiKey).toBe('client-tests');

  client.clearCustomer();
  expect(await client.getPaywall()).toMatchObject({
    plans: [{ id: 'free' }, { id: 'pro' }],
    customer: null,
  });
});

test('the SDK gets subscriptions and the customer portal', async () => {
  const { client } = await signIn();
  expect(await client.getActiveSubscriptionsList()).toMatchObject([{ plan: { planId: 'pro' } }]);
  expect(await client.getActiveSubscriptions()).toMatchObject([{ plan: { id: 'pro' } }]);
  expect(await client.getCustomerPortal()).toMatchObject({
    subscriptions: [{ planName: 'Pro' }],
    billingInformation: { email: 'a@acme.test' },
  });
});

function Tracked() {
  const { hasAccess } = useBooleanEntitlement({ featureId: 'sso', options: { shouldTrack: true } });
  return <p>{hasAccess ? 'tracked' : 'not yet'}</p>;
}

test('the SDK sends tracked entitlement checks in batches', async () => {
  const { emulator, stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  renderApp({ ...stigg, identityEndpoint: identity.url }, { children: <Tracked /> });
  await shows('ready');

  await expect
    .poll(() => emulator.requests.find((r) => r.operation === 'ReportEntitlementCheckRequested'))
    .toMatchObject({ customerId: 'acme', isVerified: true, status: 200 });
});

test('the <Paywall> widget renders its plans', async () => {
  const { stigg } = await startStigg({ customers: CUSTOMERS, plans: PLANS });
  const identity = await startIdentity(signedIn('acme'));
  renderApp(
    { ...stigg, identityEndpoint: identity.url },
    { children: <Paywall onPlanSelected={() => {}} /> },
  );
  await shows('ready');

  // It shows a visitor's plans first, and loads the customer's when there is one.
  expect(await screen.findByText('Downgrade')).toBeInTheDocument();
  expect(screen.getByText('$49')).toBeInTheDocument();
  expect(screen.getByText('Free')).toBeInTheDocument();
});

test('without the edge API, everything works over GraphQL', async () => {
  const { stigg, emulator } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));

  renderApp({ ...stigg, enableEdge: false, identityEndpoint: identity.url });

  expect(await shows('ready')).toEqual(ACME);
  expect(new Set(emulator.requests.map(({ transport }) => transport))).toEqual(
    new Set(['graphql']),
  );
});

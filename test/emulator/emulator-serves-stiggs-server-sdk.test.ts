import type { Stigg } from '@stigg/node-server-sdk';
import type { EmulatorCustomer, EmulatorPlan } from 'hardened-stigg/emulator';
import vectors from 'hardened-stigg/entitlement-vectors.json';
import { createCustomerToken, type Entitlements, toEntitlements } from 'hardened-stigg/server';
import { describe, expect, test } from 'vitest';
import { SIGNING_SECRET } from '../helpers/secret';
import { connect, startServerSdk } from './start-server-sdk';

const PLANS: EmulatorPlan[] = [
  { id: 'free', name: 'Free', entitlements: { seats: 2, reports: { limit: 5 } } },
  {
    id: 'pro',
    name: 'Pro',
    monthlyPrice: 49,
    entitlements: { seats: 20, reports: { limit: 500 }, sso: true },
  },
];
const CUSTOMERS: Record<string, EmulatorCustomer> = {
  acme: { name: 'Acme', email: 'a@acme.test', planId: 'free', resources: { 'site-1': {} } },
  globex: { entitlements: { sso: true } },
};

const start = () => startServerSdk({ customers: CUSTOMERS, plans: PLANS });

const reports = (stigg: Stigg, customerId = 'acme', requestedUsage = 1) =>
  stigg.getMeteredEntitlement({ customerId, featureId: 'reports', options: { requestedUsage } });
const seats = async (stigg: Stigg, customerId = 'acme', resourceId?: string) =>
  (
    await stigg.getNumericEntitlement({
      customerId,
      featureId: 'seats',
      ...(resourceId && { resourceId }),
    })
  ).value;

test("Stigg's server SDK starts, with realtime updates on too", async () => {
  const { stigg, url } = await start();
  await expect(stigg.waitForInitialization()).resolves.toBe(stigg);
  const live = connect(url, 'server-live', true);
  await expect(live.waitForInitialization()).resolves.toBe(live);
  expect(await seats(live)).toBe(2);
});

describe('reads', () => {
  test('the server SDK reads entitlements of every kind, and the whole list', async () => {
    const { stigg } = await start();
    expect(await seats(stigg)).toBe(2);
    expect(await reports(stigg)).toMatchObject({ hasAccess: true, usageLimit: 5, currentUsage: 0 });
    expect(
      await stigg.getBooleanEntitlement({ customerId: 'acme', featureId: 'sso' }),
    ).toMatchObject({ hasAccess: false, accessDeniedReason: 'NoFeatureEntitlementInSubscription' });
    expect(await stigg.getEntitlements('globex')).toMatchObject([
      { type: 'BOOLEAN', hasAccess: true, feature: { id: 'sso' } },
    ]);
  });

  test('an unknown customer has no entitlements, and is not found', async () => {
    const { stigg } = await start();
    expect(await stigg.getEntitlements('nobody')).toEqual([]);
    expect(
      await stigg.getBooleanEntitlement({ customerId: 'nobody', featureId: 'sso' }),
    ).toMatchObject({
      hasAccess: false,
      accessDeniedReason: 'CustomerNotFound',
      isFallback: false,
    });
    await expect(stigg.getCustomer('nobody')).rejects.toThrow('Customer not found');
  });

  test('the server SDK reads the customer, the subscriptions, the paywall and the products', async () => {
    const { stigg } = await start();
    expect(await stigg.getCustomer('acme')).toMatchObject({
      id: 'acme',
      name: 'Acme',
      email: 'a@acme.test',
      subscriptions: [{ plan: { id: 'free' }, status: 'ACTIVE' }],
    });
    const [active] = await stigg.getActiveSubscriptions({ customerId: 'acme' });
    expect(active).toMatchObject({ plan: { id: 'free' } });
    expect(await stigg.getActiveSubscriptionsList({ customerId: 'acme' })).toMatchObject([
      { plan: { planId: 'free' } },
    ]);
    expect(await stigg.getSubscriptions({ customerId: 'acme' })).toMatchObject({
      data: [{ plan: { planId: 'free' } }],
    });
    expect(await stigg.getSubscription({ subscriptionId: active?.id ?? '' })).toMatchObject({
      plan: { id: 'free' },
    });
    expect(await stigg.getPaywall()).toMatchObject({ plans: [{ id: 'free' }, { id: 'pro' }] });
    expect(await stigg.getPaywall({ customerId: 'acme' })).toMatchObject({
      customer: { id: 'acme' },
    });
    expect(await stigg.getProducts()).toMatchObject([{ id: 'product-emulator' }]);
    expect(await stigg.getCoupons()).toEqual([]);
  });

  test("toEntitlements() of the SDK's list gives the record of the vectors", async () => {
    const { stigg } = await startServerSdk({
      customers: { acme: { entitlements: vectors.record as Entitlements } },
    });
    const list = JSON.parse(JSON.stringify(await stigg.getEntitlements('acme')));
    // The emulator names every feature, and a record has no values of an enum.
    const named = ({
      enumValues,
      ...item
    }: {
      feature: { id: string };
      enumValues?: string[];
    }) => ({
      ...item,
      feature: { id: item.feature.id },
    });
    expect(list.map(named)).toEqual(vectors.list.map(named));
    expect(Object.keys(toEntitlements(list))).toEqual(Object.keys(vectors.record));
  });
});

describe('writes, which the next read of any client shows', () => {
  /** What a browser reads. */
  const inTheBrowser = async (url: string, customerId: string) => {
    const response = await fetch(`${url}/v1/c/${customerId}/entitlements.json`, {
      headers: {
        'X-API-KEY': 'client-tests',
        'X-CUSTOMER-KEY': createCustomerToken(customerId, SIGNING_SECRET),
      },
    });
    const { data } = await response.json();
    return Object.fromEntries(
      data.entitlements.map(
        (one: { feature: { refId: string }; usageLimit: number; currentUsage: number }) => [
          one.feature.refId,
          one.currentUsage ?? one.usageLimit,
        ],
      ),
    );
  };

  test('the server SDK provisions a customer with a plan and without one', async () => {
    const { stigg, url } = await start();
    const { customer, subscription } = await stigg.provisionCustomer({
      customerId: 'initech',
      name: 'Initech',
      email: 'i@initech.test',
      subscriptionParams: { planId: 'pro' },
    });
    expect(customer).toMatchObject({ id: 'initech', name: 'Initech' });
    expect(subscription).toMatchObject({ planId: 'pro', customerId: 'initech', status: 'ACTIVE' });
    expect(await seats(stigg, 'initech')).toBe(20);
    expect(await inTheBrowser(url, 'initech')).toEqual({ seats: 20, reports: 0, sso: null });

    await stigg.createCustomer({ customerId: 'hooli' });
    expect(await stigg.getCustomer('hooli')).toMatchObject({ id: 'hooli', subscriptions: [] });
    expect(await stigg.getEntitlements('hooli')).toEqual([]);
  });

  test('a provisioned customer without an id gets one', async () => {
    const { stigg } = await start();
    const { customer } = await stigg.provisionCustomer({ subscriptionParams: { planId: 'free' } });
    expect(await seats(stigg, customer.id)).toBe(2);
  });

  test('an update of a customer keeps the fields that it does not name', async () => {
    const { stigg } = await start();
    await stigg.updateCustomer({ customerId: 'acme', name: 'Acme Ltd' });
    expect(await stigg.getCustomer('acme')).toMatchObject({
      name: 'Acme Ltd',
      email: 'a@acme.test',
    });
    expect(await seats(stigg)).toBe(2);
    await expect(stigg.updateCustomer({ customerId: 'nobody', name: 'x' })).rejects.toThrow(
      'CustomerNotFound',
    );
  });

  test('a subscription can change its plan, and can be cancelled', async () => {
    const { stigg, url } = await start();
    const { subscription, provisionStatus } = await stigg.provisionSubscription({
      customerId: 'acme',
      planId: 'pro',
    });
    expect(provisionStatus).toBe('SUCCESS');
    expect(await seats(stigg)).toBe(20);
    expect(await inTheBrowser(url, 'acme')).toEqual({ seats: 20, reports: 0, sso: null });

    const subscriptionId = subscription?.id ?? '';
    expect(await stigg.updateSubscription({ subscriptionId, metadata: { a: 'b' } })).toMatchObject({
      id: subscriptionId,
      planId: 'pro',
    });
    expect(await stigg.cancelSubscription({ subscriptionId })).toMatchObject({
      id: subscriptionId,
      status: 'CANCELED',
    });
    expect(await stigg.getEntitlements('acme')).toEqual([]);
    await expect(stigg.cancelSubscription({ subscriptionId })).rejects.toThrow(
      'SubscriptionNotFound',
    );
  });

  test('an unknown plan changes nothing', async () => {
    const { stigg } = await start();
    await expect(
      stigg.provisionSubscription({ customerId: 'acme', planId: 'nope' }),
    ).rejects.toThrow('There is no such plan.');
    await expect(
      stigg.provisionCustomer({ customerId: 'initech', subscriptionParams: { planId: 'nope' } }),
    ).rejects.toThrow('There is no such plan.');
    expect(await seats(stigg)).toBe(2);
    await expect(stigg.getCustomer('initech')).rejects.toThrow('Customer not found');
  });

  test('a resource has a subscription of its own', async () => {
    const { stigg } = await start();
    await stigg.provisionSubscription({ customerId: 'acme', resourceId: 'site-1', planId: 'pro' });
    expect(await seats(stigg, 'acme', 'site-1')).toBe(20);
    expect(await seats(stigg)).toBe(2);
    expect(
      await stigg.getActiveSubscriptionsList({ customerId: 'acme', resourceId: ['site-1'] }),
    ).toMatchObject([{ plan: { planId: 'pro' } }]);
  });

  test('usage is granted up to the limit and no further', async () => {
    const { stigg, url } = await start();
    const report = (value: number, updateBehavior?: 'SET') =>
      stigg.reportUsage({
        customerId: 'acme',
        featureId: 'reports',
        value,
        ...(updateBehavior && { updateBehavior: updateBehavior as never }),
      });
    expect(await report(4)).toMatchObject({ currentUsage: 4 });
    expect(await reports(stigg)).toMatchObject({ hasAccess: true, currentUsage: 4 });
    expect(await report(1)).toMatchObject({ currentUsage: 5 });
    expect(await reports(stigg)).toMatchObject({
      hasAccess: false,
      accessDeniedReason: 'RequestedUsageExceedingLimit',
    });
    expect(await inTheBrowser(url, 'acme')).toMatchObject({ reports: 5 });
    expect(await report(2, 'SET')).toMatchObject({ currentUsage: 2 });
    expect(await report(-5)).toMatchObject({ currentUsage: 0 });
    await stigg.reportUsageBulk({
      usages: [
        { customerId: 'acme', featureId: 'reports', value: 2 },
        { customerId: 'acme', featureId: 'reports', value: 1 },
      ],
    });
    expect(await reports(stigg)).toMatchObject({ currentUsage: 3 });
  });

  test('an upgrade keeps the usage, and changes the limit', async () => {
    const { stigg } = await start();
    await stigg.reportUsage({ customerId: 'acme', featureId: 'reports', value: 5 });
    expect(await reports(stigg)).toMatchObject({ hasAccess: false });
    await stigg.provisionSubscription({ customerId: 'acme', planId: 'pro' });
    expect(await reports(stigg)).toMatchObject({
      hasAccess: true,
      currentUsage: 5,
      usageLimit: 500,
    });
  });

  test('usage from the options counts until a write replaces it, under another plan too', async () => {
    const { stigg } = await startServerSdk({
      customers: { acme: { planId: 'free', usage: { reports: 4, unheard: 1 } } },
      plans: PLANS,
    });
    expect(await reports(stigg)).toMatchObject({ currentUsage: 4, usageLimit: 5 });
    await stigg.provisionSubscription({ customerId: 'acme', planId: 'pro' });
    expect(await reports(stigg)).toMatchObject({ currentUsage: 4, usageLimit: 500 });
    await stigg.reportUsage({ customerId: 'acme', featureId: 'reports', value: 1 });
    expect(await reports(stigg)).toMatchObject({ currentUsage: 5 });
  });

  test('usage of an unknown feature or customer is refused', async () => {
    const { stigg } = await start();
    const usage = { customerId: 'acme', featureId: 'reports', value: 1 };
    await expect(stigg.reportUsage({ ...usage, featureId: 'nope' })).rejects.toThrow(
      'There is no such feature.',
    );
    await expect(stigg.reportUsage({ ...usage, customerId: 'nobody' })).rejects.toThrow(
      'CustomerNotFound',
    );
    await expect(stigg.reportUsage({ ...usage, value: 'x' as never })).rejects.toThrow('"value"');
  });

  test('an event counts once for each idempotency key', async () => {
    const { stigg } = await start();
    const event = { customerId: 'acme', eventName: 'reports', dimensions: {} };
    await stigg.reportEvent([
      { ...event, idempotencyKey: 'a' },
      { ...event, idempotencyKey: 'a' },
      { ...event, idempotencyKey: 'b', dimensions: { value: 2 } },
      { ...event, idempotencyKey: 'c', eventName: 'unheard-of' },
    ]);
    expect(await reports(stigg)).toMatchObject({ currentUsage: 3 });
  });

  test('two emulators with the same customers do not share writes', async () => {
    const [one, two] = [await start(), await start()];
    await one.stigg.provisionSubscription({ customerId: 'acme', planId: 'pro' });
    expect(await seats(two.stigg)).toBe(2);
    expect(CUSTOMERS.acme).toEqual({
      name: 'Acme',
      email: 'a@acme.test',
      planId: 'free',
      resources: { 'site-1': {} },
    });
  });
});

describe('what was refused has left nothing behind', () => {
  test.each([
    ['a plan that is not there', { planId: 'nope' }],
    ['a resource with a long id', { planId: 'free', resourceId: 'r'.repeat(201) }],
    ['a subscription with a long id', { planId: 'free', id: 's'.repeat(201) }],
  ])('a new customer with %s', async (_, subscriptionParams) => {
    const { stigg } = await start();
    await expect(
      stigg.provisionCustomer({ customerId: 'initech', subscriptionParams }),
    ).rejects.toThrow();
    await expect(stigg.getCustomer('initech')).rejects.toThrow('Customer not found');
  });

  test('an event of a customer who comes later counts when it is sent again, once', async () => {
    const { stigg } = await start();
    const event = {
      customerId: 'initech',
      eventName: 'reports',
      idempotencyKey: 'a',
      dimensions: {},
    };
    await expect(stigg.reportEvent(event)).rejects.toThrow('CustomerNotFound');
    await stigg.provisionCustomer({
      customerId: 'initech',
      subscriptionParams: { planId: 'free' },
    });
    await stigg.reportEvent(event);
    await stigg.reportEvent(event);
    expect(await reports(stigg, 'initech')).toMatchObject({ currentUsage: 1 });
  });
});

test('a new customer whose first subscription is that of a resource has a name', async () => {
  const { stigg } = await start();
  const { customer, subscription } = await stigg.provisionCustomer({
    customerId: 'initech',
    name: 'Initech',
    subscriptionParams: { planId: 'pro', resourceId: 'site-9' },
  });
  expect(customer).toMatchObject({ id: 'initech', name: 'Initech' });
  expect(subscription).toMatchObject({ planId: 'pro' });
  expect(await seats(stigg, 'initech', 'site-9')).toBe(20);
  expect(await seats(stigg, 'initech')).toBeUndefined();
});

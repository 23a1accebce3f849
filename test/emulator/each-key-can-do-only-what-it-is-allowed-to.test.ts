import { createStiggEmulator, type StiggEmulatorOptions } from 'hardened-stigg/emulator';
import { createCustomerToken } from 'hardened-stigg/server';
import { describe, expect, test } from 'vitest';
import { createOperations } from '../../src/emulator/operations';
import { SIGNING_SECRET } from '../helpers/secret';

const start = (options: Partial<StiggEmulatorOptions> = {}) =>
  createStiggEmulator({
    signingSecret: SIGNING_SECRET,
    customers: { acme: { planId: 'free' }, globex: { planId: 'free' } },
    plans: [
      { id: 'free', name: 'Free', entitlements: { seats: 1 } },
      { id: 'team', name: 'Team', entitlements: { seats: 5 } },
      { id: 'pro', name: 'Pro', monthlyPrice: 49, entitlements: { seats: 20 } },
    ],
    ...options,
  });
type Emulator = ReturnType<typeof start>;

const KEY = { 'X-API-KEY': 'client-tests' };
const SERVER = { 'X-API-KEY': 'server-tests' };
const as = (id: string) => ({ ...KEY, 'X-CUSTOMER-KEY': createCustomerToken(id, SIGNING_SECRET) });

async function send(
  emulator: Emulator,
  operationName: string,
  input: object,
  headers: Record<string, string>,
) {
  const response = await emulator.fetch(
    new Request('https://stigg.test/graphql', {
      method: 'POST',
      headers,
      body: JSON.stringify({ operationName, variables: { input } }),
    }),
  );
  const { errors } = await response.json();
  // The answer says why an operation was refused. The test compares the status.
  const { status } = emulator.requests.at(-1) ?? response;
  return errors ? `${status} ${errors[0].extensions.code}` : `${status}`;
}

async function seats(emulator: Emulator, id: string) {
  const response = await emulator.fetch(
    new Request(`https://stigg.test/v1/c/${id}/entitlements.json`, { headers: SERVER }),
  );
  const { data } = await response.json();
  return data.entitlements[0]?.usageLimit;
}

const APPLY = { customerId: 'acme', planId: 'team' };

describe('applySubscription, the only write with a publishable key', () => {
  test.each([
    ['its own customer', APPLY, as('acme'), '200', 5],
    ['no token', APPLY, KEY, '401 Unauthenticated', 1],
    ["another customer's token", APPLY, as('globex'), '403 AuthCustomerMismatch', 1],
    ['a plan that costs', { ...APPLY, planId: 'pro' }, as('acme'), '400 CheckoutIsNotSupported', 1],
    [
      'a payment method',
      { ...APPLY, paymentMethodId: 'pm_1' },
      as('acme'),
      '400 CheckoutIsNotSupported',
      1,
    ],
    ['no such plan', { ...APPLY, planId: 'nope' }, as('acme'), '400 PlanNotFound', 1],
    ['nobody', { planId: 'team' }, as('acme'), '400 BadUserInput', 1],
    [
      'a customer by another name',
      { refId: 'acme', customerId: 'globex', planId: 'team' },
      as('acme'),
      '403 AuthCustomerMismatch',
      1,
    ],
  ])('%s', async (_, input, headers, expected, after) => {
    for (const enforced of [true, false]) {
      const emulator = start({ enforced });
      expect(await send(emulator, 'ApplySubscription', input, headers)).toBe(expected);
      expect(await seats(emulator, 'acme')).toBe(after);
      expect(await seats(emulator, 'globex')).toBe(1);
    }
  });

  test('a publishable key cannot create a customer', async () => {
    const emulator = start();
    const input = { customerId: 'initech', planId: 'team' };
    expect(await send(emulator, 'ApplySubscription', input, as('initech'))).toBe(
      '400 CustomerNotFound',
    );
    expect(await seats(emulator, 'initech')).toBeUndefined();
  });

  test('with readOnly, a publishable key cannot apply a subscription', async () => {
    const emulator = start({ readOnly: true });
    expect(await send(emulator, 'ApplySubscription', APPLY, as('acme'))).toBe(
      '403 AuthCustomerReadonly',
    );
    expect(await seats(emulator, 'acme')).toBe(1);
    expect(await send(emulator, 'ApplySubscription', APPLY, SERVER)).toBe('200');
    expect(await seats(emulator, 'acme')).toBe(5);
  });

  test('one customer has at most 1,000 resources', async () => {
    const emulator = start();
    const apply = (resourceId: string) =>
      send(emulator, 'ApplySubscription', { ...APPLY, resourceId }, as('acme'));
    for (let i = 0; i < 1000; i++) await apply(`site-${i}`);
    expect(await apply('one-more')).toBe('400 BadUserInput');
    expect(await apply('x'.repeat(201))).toBe('400 BadUserInput');
  });
});

const SERVER_ONLY = Object.entries(createOperations())
  .filter(([, { who }]) => who === 'server')
  .map(([name]) => name);

test.each(SERVER_ONLY)('%s needs a server key', async (name) => {
  const emulator = start({ enforced: false });
  const input = {
    ...{ customerId: 'acme', refId: 'acme', subscriptionId: 'subscription-acme', planId: 'pro' },
    ...{ featureId: 'seats', value: 1, usages: [], usageEvents: [] },
  };
  for (const headers of [
    KEY,
    as('acme'),
    { 'X-API-KEY': 'Server-x' },
    { 'X-API-KEY': ' server-' },
  ]) {
    const expected = headers['X-API-KEY'].trim() === 'server-' ? /./ : /^403 IdentityForbidden$/;
    expect(await send(emulator, name, input, headers)).toMatch(expected);
  }
  expect(await send(emulator, name, input, {})).toBe('401 Unauthenticated');
});

describe('a server key', () => {
  test('a server key is trusted without a token, and is marked in the list of requests', async () => {
    const emulator = start();
    expect(await seats(emulator, 'acme')).toBe(1);
    expect(emulator.requests).toMatchObject([{ key: 'server', hasToken: false, status: 200 }]);
  });

  test('a server key is refused from a page', async () => {
    const emulator = start();
    const headers = { ...SERVER, Origin: 'https://evil.example' };
    const input = { customerId: 'acme', planId: 'pro' };
    expect(await send(emulator, 'ProvisionSubscription', input, headers)).toBe(
      '403 IdentityForbidden',
    );
    expect(await send(emulator, 'GetEntitlements', input, { ...headers, Origin: 'null' })).toBe(
      '403 IdentityForbidden',
    );
    expect(await seats(emulator, 'acme')).toBe(1);
  });
});

test('reads by the id of a subscription or of a resource are verified too', async () => {
  const emulator = start();
  const subscription = { subscriptionId: 'subscription-acme' };
  expect(await send(emulator, 'GetSubscription', subscription, as('acme'))).toBe('200');
  expect(await send(emulator, 'GetSubscription', subscription, as('globex'))).toBe(
    '403 AuthCustomerMismatch',
  );
  expect(await send(emulator, 'GetSubscription', subscription, KEY)).toBe('401 Unauthenticated');
  const resources = { customerId: 'acme', resourceIds: ['site-1'] };
  expect(await send(emulator, 'GetActiveSubscriptions', resources, as('globex'))).toBe(
    '403 AuthCustomerMismatch',
  );
});

test('in a batch, each operation is verified, and sees the writes before it', async () => {
  const emulator = start();
  const operations = [
    { operationName: 'GetEntitlements', variables: { query: { customerId: 'acme' } } },
    { operationName: 'ApplySubscription', variables: { input: APPLY } },
    { operationName: 'GetEntitlements', variables: { query: { customerId: 'acme' } } },
    { operationName: 'GetEntitlements', variables: { query: { customerId: 'globex' } } },
  ];
  const response = await emulator.fetch(
    new Request('https://stigg.test/graphql', {
      method: 'POST',
      headers: as('acme'),
      body: JSON.stringify(operations),
    }),
  );
  const [before, , after, other] = await response.json();
  expect(before.data.entitlements).toMatchObject([{ usageLimit: 1 }]);
  expect(after.data.entitlements).toMatchObject([{ usageLimit: 5 }]);
  expect(other.errors).toMatchObject([{ extensions: { code: 'AuthCustomerMismatch' } }]);
});

test('the last 10,000 customers that a server key wrote are kept', async () => {
  const emulator = start();
  const provision = (refId: string) =>
    send(emulator, 'ProvisionCustomer', { refId, subscriptionParams: { planId: 'team' } }, SERVER);
  await provision('the-first');
  for (let i = 1; i < 10_000; i++) await provision(`customer-${i}`);
  expect(await seats(emulator, 'the-first')).toBe(5);
  await provision('one-more');
  expect(await seats(emulator, 'the-first')).toBeUndefined();
  expect(await seats(emulator, 'customer-1')).toBe(5);
  expect(await seats(emulator, 'acme')).toBe(1);
  expect(emulator.requests).toHaveLength(10_000);
}, 30_000);

test('a recorded request is cut at 200 characters, but the whole request is used', async () => {
  const long = 'x'.repeat(300);
  const emulator = start({ customers: { [long]: { planId: 'pro' } } });
  expect(await seats(emulator, long)).toBe(20);
  await send(emulator, long, { customerId: long, resourceId: long }, as(long));
  const cut = 'x'.repeat(200);
  expect(emulator.requests).toMatchObject([
    { operation: 'GetEntitlements', customerId: cut, status: 200 },
    { operation: cut, customerId: cut, resourceId: cut, isVerified: true, status: 400 },
  ]);
});

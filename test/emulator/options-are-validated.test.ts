import { createStiggEmulator, type StiggEmulatorOptions } from 'hardened-stigg/emulator';
import { describe, expect, test } from 'vitest';
import { SIGNING_SECRET } from '../helpers/secret';

const start = (options: object = {}) =>
  createStiggEmulator({
    signingSecret: SIGNING_SECRET,
    customers: {},
    ...options,
  } as StiggEmulatorOptions);

describe('createStiggEmulator() names the path of a mistake', () => {
  test.each([
    ['no customers', { customers: undefined }, 'The argument must be an object with "customers"'],
    ['a list of customers', { customers: [] }, 'customers must be an object'],
    ['an id that no header carries', { customers: { acmé: {} } }, 'customers.acmé must be an id'],
    ['a blank id', { customers: { ' ': {} } }, 'must be an id of printable ASCII'],
    ['an id with a line break', { customers: { 'a\nb': {} } }, 'must be an id of printable ASCII'],
    [
      'an entitlement of another shape',
      { customers: { acme: { entitlements: { seats: '5' } } } },
      'customers.acme.entitlements.seats must be true, false, a number',
    ],
    [
      'a negative limit in a plan',
      { plans: [{ id: 'a', name: 'A', entitlements: { seats: { limit: -1 } } }] },
      'plans.0.entitlements.seats.limit must be',
    ],
    [
      'a limit that is NaN, in a resource',
      {
        customers: {
          acme: { resources: { site: { entitlements: { a: { limit: Number.NaN } } } } },
        },
      },
      'customers.acme.resources.site.entitlements.a.limit must be',
    ],
    [
      'a misspelt field',
      { customers: { acme: { entitlement: {} } } },
      'customers.acme.entitlement must be one of name, email, planId, entitlements, usage, resources',
    ],
    [
      'no such plan',
      { customers: { acme: { planId: 'pro' } } },
      'customers.acme.planId must be the id of one of the plans',
    ],
    [
      'no such plan, for a resource',
      { customers: { acme: { resources: { site: { planId: 'pro' } } } } },
      'customers.acme.resources.site.planId must be the id of one of the plans',
    ],
    [
      'a usage below 0',
      { customers: { acme: { usage: { reports: -1 } } } },
      'customers.acme.usage.reports must be a number, 0 or more',
    ],
    ['a plan without a name', { plans: [{ id: 'a' }] }, 'plans.0 must be an object with "name"'],
    [
      'two plans with one id',
      {
        plans: [
          { id: 'a', name: 'A' },
          { id: 'a', name: 'B' },
        ],
      },
      'plans.1.id must be an id that no other plan has',
    ],
    [
      'a price that is none',
      { plans: [{ id: 'a', name: 'A', monthlyPrice: Number.POSITIVE_INFINITY }] },
      'plans.0.monthlyPrice must be a number',
    ],
    ['a latency below 0', { latencyMs: -1 }, 'latencyMs must be a number'],
    ['a latency that is none', { latencyMs: Number.NaN }, 'latencyMs must be a number'],
    ['a spoiled secret', { signingSecret: 'x\n' }, 'signingSecret'],
  ])('createStiggEmulator() names the path of a mistake: %s', (_, options, message) => {
    expect(() => start(options)).toThrow(TypeError);
    expect(() => start(options)).toThrow(message);
  });

  test('every form of an entitlement is accepted, and optional fields can be left out', () => {
    start({
      customers: {
        acme: {
          name: undefined,
          entitlements: {
            granted: true,
            denied: false,
            seats: 5,
            endless: Number.POSITIVE_INFINITY,
            reports: { limit: 10, usage: 3 },
            unlimited: { limit: null },
            full: {
              hasAccess: true,
              usageLimit: 10,
              hasSoftLimit: true,
              usagePeriodEnd: new Date(),
            },
          },
        },
      },
    });
  });
});

describe('failNext', () => {
  const read = () =>
    new Request('https://stigg.test/v1/paywall.json', { headers: { 'X-API-KEY': 'client-tests' } });
  const statuses = async (emulator: ReturnType<typeof start>) => {
    const found = [];
    for (let i = 0; i < 3; i++) found.push((await emulator.fetch(read())).status);
    return found;
  };

  test('failNext({ times: 0 }) fails nothing, and changes no earlier failNext()', async () => {
    const emulator = start();
    emulator.failNext({ times: 0 });
    expect(await statuses(emulator)).toEqual([200, 200, 200]);
    emulator.failNext({ times: 1 });
    emulator.failNext({ times: 0 });
    expect(await statuses(emulator)).toEqual([500, 200, 200]);
  });

  test.each([
    { times: 1.5 },
    { times: -1 },
    { times: Number.NaN },
    { times: Number.POSITIVE_INFINITY },
    { times: '2' },
    { status: 204 },
    { status: 200 },
    { status: 302 },
    { status: 600 },
    { status: 99 },
    { status: 500.5 },
    { status: Number.NaN },
  ])('failNext(%o) throws a TypeError, and fails nothing', async (failure) => {
    const emulator = start();
    expect(() => emulator.failNext(failure as never)).toThrow(TypeError);
    expect(await statuses(emulator)).toEqual([200, 200, 200]);
  });

  test.each([Number.NaN, undefined, null, '1000'])(
    'issueToken() throws a TypeError for a lifetime of %s',
    (lifetimeMs) => {
      expect(() => start().issueToken('acme', lifetimeMs as never)).toThrow(TypeError);
    },
  );

  test.each([400, 429, 599])('failNext() makes the emulator answer %i', async (status) => {
    const emulator = start();
    emulator.failNext({ status });
    expect(await statuses(emulator)).toEqual([status, 200, 200]);
  });
});

test.each([2 ** 31, Number.POSITIVE_INFINITY])(
  'a latency of %d ms does not end at once',
  async (latencyMs) => {
    const emulator = start({ latencyMs });
    const answer = emulator.fetch(
      new Request('https://stigg.test/v1/paywall.json', {
        headers: { 'X-API-KEY': 'client-tests' },
      }),
    );
    const first = await Promise.race([
      answer.then(() => 'answered'),
      new Promise((resolve) => setTimeout(resolve, 50, 'still waiting')),
    ]);
    expect(first).toBe('still waiting');
  },
);

test.each([600_000, Number.POSITIVE_INFINITY])(
  'a request that is aborted at once does not wait for a latency of %d ms',
  async (latencyMs) => {
    const controller = new AbortController();
    const answer = start({ latencyMs }).fetch(
      new Request('https://stigg.test/v1/paywall.json', {
        headers: { 'X-API-KEY': 'client-tests' },
        signal: controller.signal,
      }),
    );
    controller.abort();
    expect((await answer).status).toBe(200);
  },
);

import { createStiggEmulator, type StiggEmulatorOptions } from 'hardened-stigg/emulator';
import { createCustomerToken } from 'hardened-stigg/server';
import { describe, expect, test, vi } from 'vitest';

const signingSecret = 'signing-secret-of-the-tests';
const customers = {
  acme: { entitlements: { sso: true } },
  globex: {},
  'a:b c%/d': {},
} satisfies StiggEmulatorOptions['customers'];

const start = (options: Partial<StiggEmulatorOptions> = {}) =>
  createStiggEmulator({ signingSecret, customers, ...options });

const API_KEY = { 'X-API-KEY': 'client-tests' };
const withToken = (token: string) => ({ ...API_KEY, 'X-CUSTOMER-KEY': token });
const signed = (id: string) => withToken(createCustomerToken(id, signingSecret));

/** One read of a customer's entitlements, over each transport. */
const READS = {
  edge: (id: string, headers: Record<string, string>) =>
    new Request(`https://stigg.test/v1/c/${id}/entitlements.json`, { headers }),
  graphql: (id: string, headers: Record<string, string>) =>
    new Request('https://stigg.test/graphql', {
      method: 'POST',
      headers,
      body: JSON.stringify({
        operationName: 'GetEntitlements',
        variables: { query: { customerId: id } },
      }),
    }),
};

describe.each(['edge', 'graphql'] as const)('enforced, over %s', (transport) => {
  const read = READS[transport];

  test.each([
    ['no token', API_KEY, 401, 'Unauthenticated'],
    ['garbage', withToken('garbage'), 401, 'Unauthenticated'],
    ['an empty signature', withToken('HMAC-SHA256 acme:'), 401, 'Unauthenticated'],
    ['another secret', withToken(createCustomerToken('acme', 'x')), 401, 'Unauthenticated'],
    ["another customer's token", signed('globex'), 403, 'AuthCustomerMismatch'],
    [
      'no API key',
      { 'X-CUSTOMER-KEY': createCustomerToken('acme', signingSecret) },
      401,
      'Unauthenticated',
    ],
  ])('a request with %s is refused', async (_, headers, status, code) => {
    const emulator = start();
    const response = await emulator.fetch(read('acme', headers));
    expect(response.status).toBe(status);
    expect((await response.json()).errors[0].extensions.code).toBe(code);
    expect(emulator.requests).toEqual([expect.objectContaining({ transport, status })]);
  });

  test("a request with the customer's own token is answered", async () => {
    const emulator = start();
    const response = await emulator.fetch(read('acme', signed('acme')));
    expect(response.status).toBe(200);
    const { data } = await response.json();
    expect(data.entitlements).toMatchObject([{ feature: { refId: 'sso' } }]);
  });

  test.each(['initech', 'constructor', '__proto__'])(
    'an unknown customer with a right token gets an empty list: %s',
    async (id) => {
      const emulator = start();
      const response = await emulator.fetch(read(id, signed(id)));
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ data: { entitlements: [] } });
      expect((await emulator.fetch(read(id, API_KEY))).status).toBe(401);
      expect((await emulator.fetch(read(id, signed('acme')))).status).toBe(403);
    },
  );
});

test('without enforcement, anyone can read any customer', async () => {
  const emulator = start({ enforced: false });
  expect((await emulator.fetch(READS.edge('acme', API_KEY))).status).toBe(200);
  expect((await emulator.fetch(READS.edge('acme', signed('globex')))).status).toBe(200);

  emulator.enforced = true;
  expect((await emulator.fetch(READS.edge('acme', API_KEY))).status).toBe(401);
});

test('the configuration and the paywall of a visitor need no token', async () => {
  const emulator = start();
  for (const path of [
    '/v1/config/client-sdk-configuration.json',
    '/v1/paywall.json',
    '/v1/p/product-1/paywall.json',
  ]) {
    const response = await emulator.fetch(
      new Request(`https://stigg.test${path}`, { headers: API_KEY }),
    );
    expect(response.status).toBe(200);
  }
});

test('ids in the path are read as the SDK writes them', async () => {
  const emulator = start();
  const response = await emulator.fetch(READS.edge('a:b c%/d', signed('a:b c%/d')));
  expect(response.status).toBe(200);
  expect(emulator.requests[0]?.customerId).toBe('a:b c%/d');
});

test('recorded requests name the customer and the verdict, and never the token', async () => {
  const emulator = start();
  await emulator.fetch(READS.edge('acme', signed('acme')));
  await emulator.fetch(READS.edge('acme', signed('globex')));
  await emulator.fetch(READS.edge('acme', API_KEY));

  const about = {
    operation: 'GetEntitlements',
    customerId: 'acme',
    resourceId: null,
    transport: 'edge',
    key: 'client',
  };
  expect(emulator.requests).toEqual([
    { ...about, hasToken: true, isVerified: true, status: 200 },
    { ...about, hasToken: true, isVerified: false, status: 403 },
    { ...about, hasToken: false, isVerified: false, status: 401 },
  ]);
});

describe('failNext', () => {
  test('failNext() fails as many requests as it is told to', async () => {
    const emulator = start();
    emulator.failNext({ status: 503, times: 2 });
    const statuses = [];
    for (let i = 0; i < 3; i++) {
      statuses.push((await emulator.fetch(READS.edge('acme', signed('acme')))).status);
    }
    expect(statuses).toEqual([503, 503, 200]);
  });

  test('failNext() can fail the requests of one operation only', async () => {
    const emulator = start();
    emulator.failNext({ operation: 'GetPaywall' });
    expect((await emulator.fetch(READS.edge('acme', signed('acme')))).status).toBe(200);
    const paywall = new Request('https://stigg.test/v1/paywall.json', { headers: API_KEY });
    expect((await emulator.fetch(paywall)).status).toBe(500);
  });
});

test('an issued token is valid for its customer until it expires', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const emulator = start();
  const token = emulator.issueToken('acme', 60_000);
  expect(emulator.issueToken('acme', 60_000)).not.toBe(token);

  expect((await emulator.fetch(READS.edge('acme', withToken(token)))).status).toBe(200);
  expect((await emulator.fetch(READS.edge('globex', withToken(token)))).status).toBe(403);
  vi.advanceTimersByTime(60_000);
  expect((await emulator.fetch(READS.edge('acme', withToken(token)))).status).toBe(401);
  vi.useRealTimers();
});

test('latency can depend on the request', async () => {
  const asked: unknown[] = [];
  const emulator = start({
    latencyMs: (request) => {
      asked.push(request);
      return 0;
    },
  });
  await emulator.fetch(READS.edge('acme', signed('acme')));
  expect(asked).toEqual([{ operation: 'GetEntitlements', customerId: 'acme', resourceId: null }]);
});

test('a preflight allows the headers that the SDK sends', async () => {
  const response = await start().fetch(
    new Request('https://stigg.test/graphql', {
      method: 'OPTIONS',
      headers: {
        Origin: 'https://app.test',
        'Access-Control-Request-Headers': 'x-api-key,x-customer-key',
      },
    }),
  );
  expect(response.status).toBe(204);
  expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*');
  expect(response.headers.get('Access-Control-Allow-Headers')).toBe('x-api-key,x-customer-key');
});

test.each([
  ['an unknown path', new Request('https://stigg.test/v1/nothing', { headers: API_KEY }), 404],
  [
    'another method',
    new Request('https://stigg.test/graphql', { method: 'PUT', headers: API_KEY }),
    404,
  ],
  [
    'no JSON',
    new Request('https://stigg.test/graphql', { method: 'POST', headers: API_KEY, body: '{' }),
    400,
  ],
  [
    'an empty batch',
    new Request('https://stigg.test/graphql', { method: 'POST', headers: API_KEY, body: '[]' }),
    400,
  ],
  [
    'null',
    new Request('https://stigg.test/graphql', { method: 'POST', headers: API_KEY, body: 'null' }),
    400,
  ],
  [
    'an unknown operation',
    new Request('https://stigg.test/graphql', {
      method: 'POST',
      headers: API_KEY,
      body: '{"operationName":"Nope"}',
    }),
    400,
  ],
  [
    'variables of another shape',
    new Request('https://stigg.test/graphql', {
      method: 'POST',
      headers: API_KEY,
      body: '{"operationName":"GetCustomerById","variables":[null]}',
    }),
    400,
  ],
])('%s gets a 4xx', async (_, request, status) => {
  expect((await start().fetch(request)).status).toBe(status);
});

test('a missing secret throws', () => {
  expect(() => start({ signingSecret: '' })).toThrow(TypeError);
});

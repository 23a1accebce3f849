import * as edge from 'hardened-stigg/edge';
import * as server from 'hardened-stigg/server';
import { afterEach, describe, expect, test, vi } from 'vitest';

const signingSecret = 'signing-secret-of-the-tests';
const APP = 'https://app.example.com';

describe.each([
  ['hardened-stigg/server', server],
  ['hardened-stigg/edge', edge],
])('%s', (_, { createIdentityHandler, verifyCustomerToken }) => {
  const ask = (
    options: Partial<Parameters<typeof createIdentityHandler>[0]> = {},
    { headers, method = 'GET' }: { headers?: Record<string, string>; method?: string } = {},
  ) =>
    createIdentityHandler({
      signingSecret,
      getCustomerId: () => 'acme',
      allowedOrigins: [APP],
      ...options,
    })(new Request('https://api.example.com/identity', { method, headers }));

  afterEach(() => {
    vi.restoreAllMocks();
  });

  test('a signed-in user gets 200 with exactly the two fields', async () => {
    const response = await ask();

    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('application/json');
    const body = await response.json();
    expect(Object.keys(body)).toEqual(['customerId', 'customerToken']);
    expect(body.customerId).toBe('acme');
    expect(await verifyCustomerToken(body.customerToken, signingSecret)).toBe('acme');
  });

  test.each([
    ['expiresIn', { expiresIn: 300 }],
    ['expiresAt', { expiresAt: '2030-01-01T00:00:00Z' }],
  ])('%s of getCustomerId is in the answer', async (_, lifetime) => {
    const response = await ask({
      getCustomerId: async () => ({ customerId: 'acme', ...lifetime }),
    });
    expect(await response.json()).toEqual({
      customerId: 'acme',
      customerToken: expect.any(String),
      ...lifetime,
    });
  });

  test('a token from getCustomerId is sent instead of one that the handler signs', async () => {
    const response = await ask({
      getCustomerId: () => ({ customerId: 'acme', customerToken: 'opaque', expiresIn: 60 }),
    });
    expect(await response.json()).toEqual({
      customerId: 'acme',
      customerToken: 'opaque',
      expiresIn: 60,
    });
  });

  test('getCustomerId reads the session from the original request', async () => {
    const getCustomerId = vi.fn((request: Request) => request.headers.get('Cookie'));
    const response = await ask({ getCustomerId }, { headers: { Cookie: 'acme' } });
    expect(await response.json()).toMatchObject({ customerId: 'acme' });
  });

  test.each([null, undefined, false, ''] as const)(
    '%j means that nobody is signed in, and gets 401',
    async (nobody) => {
      const response = await ask({ getCustomerId: () => nobody });
      expect(response.status).toBe(401);
      expect(response.headers.get('Content-Type')).toBe('text/plain;charset=UTF-8');
      expect(await response.text()).toBe('Unauthorized');
    },
  );

  test('HEAD answers like GET, without a body', async () => {
    const response = await ask({}, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('application/json');
    expect(await response.text()).toBe('');
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH'])(
    '%s gets 405 with Allow, and no session is read',
    async (method) => {
      const getCustomerId = vi.fn();
      const response = await ask({ getCustomerId }, { method });
      expect(response.status).toBe(405);
      expect(response.headers.get('Allow')).toBe('GET, HEAD, OPTIONS');
      expect(await response.text()).toBe('Method Not Allowed');
      expect(getCustomerId).not.toHaveBeenCalled();
    },
  );

  describe('getCustomerId that fails', () => {
    test.each([
      [
        'throws',
        () => {
          throw new Error('database password: hunter2');
        },
      ],
      [
        'rejects',
        async () => {
          throw new Error('database password: hunter2');
        },
      ],
      ['gives an id that cannot be signed', () => 'zoë'],
      ['gives a blank id', () => ' '],
      ['gives a number', () => 7 as unknown as string],
      ['gives true', () => true as unknown as string],
    ])(
      'getCustomerId that %s causes a plain 500, and the reason is in the log',
      async (_, getCustomerId) => {
        const log = vi.spyOn(console, 'error').mockImplementation(() => {});
        const response = await ask({ getCustomerId });
        expect(response.status).toBe(500);
        expect(await response.text()).toBe('Internal Server Error');
        expect(log).toHaveBeenCalledExactlyOnceWith(
          expect.stringMatching(
            /^hardened-stigg: the identity handler failed: (Type)?Error: [ -~]+$/,
          ),
        );
        expect(log.mock.calls.join()).not.toContain(signingSecret);
      },
    );
  });

  describe('cross-site requests', () => {
    const crossSite = { 'Sec-Fetch-Site': 'cross-site' };

    test.each([
      ['from another origin', { ...crossSite, Origin: 'https://evil.example' }],
      ['without an origin, as <script src> or a link sends it', crossSite],
      ['from an opaque origin', { ...crossSite, Origin: 'null' }],
      ['from an origin that only starts the same', { ...crossSite, Origin: `${APP}.evil.example` }],
    ])('a request %s gets 403, and no session is read', async (_, headers) => {
      const getCustomerId = vi.fn(() => 'acme');
      for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST']) {
        const response = await ask({ getCustomerId }, { method, headers });
        expect(response.status).toBe(403);
        expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull();
        expect(await response.text()).toBe(
          method === 'HEAD' ? '' : 'Forbidden: this origin is not in allowedOrigins.',
        );
      }
      expect(getCustomerId).not.toHaveBeenCalled();
    });

    test.each(['same-origin', 'none'])('Sec-Fetch-Site: %s is answered', async (site) => {
      const response = await ask({}, { headers: { 'Sec-Fetch-Site': site } });
      expect(response.status).toBe(200);
      expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull();
    });

    test.each([
      ['signed in', () => 'acme', 200],
      ['signed out', () => null, 401],
    ])(
      'an allowed origin may read the answer with credentials: %s',
      async (_, getCustomerId, status) => {
        const response = await ask({ getCustomerId }, { headers: { ...crossSite, Origin: APP } });
        expect(response.status).toBe(status);
        expect(response.headers.get('Access-Control-Allow-Origin')).toBe(APP);
        expect(response.headers.get('Access-Control-Allow-Credentials')).toBe('true');
        // Read by fetchIdentity().
        expect(response.headers.get('Access-Control-Expose-Headers')).toBe('Date, Retry-After');
      },
    );

    test('without allowedOrigins, no other origin is allowed', async () => {
      const headers = { ...crossSite, Origin: APP };
      const response = await ask({ allowedOrigins: undefined }, { headers });
      expect(response.status).toBe(403);
    });

    test('a preflight from an allowed origin allows the headers it names', async () => {
      const response = await ask(
        {},
        {
          method: 'OPTIONS',
          headers: {
            ...crossSite,
            Origin: APP,
            'Access-Control-Request-Method': 'GET',
            'Access-Control-Request-Headers': 'authorization',
          },
        },
      );
      expect(response.status).toBe(204);
      expect(response.headers.get('Access-Control-Allow-Origin')).toBe(APP);
      expect(response.headers.get('Access-Control-Allow-Credentials')).toBe('true');
      expect(response.headers.get('Access-Control-Allow-Headers')).toBe('authorization');
      expect(response.headers.get('Access-Control-Allow-Methods')).toBe('GET, HEAD, OPTIONS');
      expect(response.headers.get('Access-Control-Max-Age')).toBe('600');
    });

    test('OPTIONS of the own origin is answered, and allows no other origin', async () => {
      const headers = { 'Sec-Fetch-Site': 'same-origin', Origin: 'https://api.example.com' };
      const response = await ask({}, { method: 'OPTIONS', headers });
      expect(response.status).toBe(204);
      expect([...response.headers.keys()].filter((name) => name.startsWith('access-'))).toEqual([]);
    });

    test.each(['nonsense', 'https://', 'https://a b'])(
      'the Origin %s is refused',
      async (Origin) => {
        const response = await ask({}, { headers: { Origin, Host: 'api.example.com' } });
        expect(response.status).toBe(403);
        expect(await response.text()).toMatch(/^Forbidden: this origin /);
      },
    );

    test('a request without an Origin is no question for a function', async () => {
      const allowedOrigins = vi.fn(() => true);
      expect((await ask({ allowedOrigins })).status).toBe(200);
      expect(allowedOrigins).not.toHaveBeenCalled();
    });

    test('a frame is refused, and the answer says why', async () => {
      const response = await ask({}, { headers: { 'Sec-Fetch-Dest': 'iframe' } });
      expect(response.status).toBe(403);
      expect(await response.text()).toMatch(/^Forbidden: .*framed or embedded/);
    });

    test('a preflight allows no header that it does not name', async () => {
      const response = await ask({}, { method: 'OPTIONS', headers: { Origin: APP } });
      expect(response.headers.get('Access-Control-Allow-Origin')).toBe(APP);
      expect(response.headers.get('Access-Control-Allow-Headers')).toBeNull();
    });
  });

  test.each([
    ['200', {}, {}],
    ['401', { getCustomerId: () => null }, {}],
    ['405', {}, { method: 'POST' }],
    ['403', {}, { headers: { 'Sec-Fetch-Site': 'cross-site' } }],
    ['204', {}, { method: 'OPTIONS' }],
    ['500', { getCustomerId: () => ' ' }, {}],
    ['302', { getCustomerId: () => Response.redirect('https://a.example/login') }, {}],
  ])(
    'the headers of a %s forbid storing, sharing and sniffing',
    async (status, options, request) => {
      vi.spyOn(console, 'error').mockImplementation(() => {});
      const response = await ask(options, request);
      expect(response.status).toBe(+status);
      expect(response.headers.get('Cache-Control')).toBe('private, no-store');
      expect(response.headers.get('Vary')).toBe(
        'Cookie, Authorization, Origin, Sec-Fetch-Site, Sec-Fetch-Dest',
      );
      expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
      expect(response.headers.get('Cross-Origin-Resource-Policy')).toBe('same-origin');
      expect(response.headers.get('X-Frame-Options')).toBe('DENY');
    },
  );

  describe('wrong options throw when the handler is made', () => {
    test.each([undefined, '', null, 'x\n', '"x"', 'undefined', ' '])(
      'a wrong signingSecret throws: %j',
      (secret) => {
        const make = () =>
          createIdentityHandler({ signingSecret: secret as string, getCustomerId: () => null });
        expect(make).toThrow(TypeError);
        expect(make).toThrow('signingSecret');
      },
    );

    test.each([
      '*',
      'https://app.example.com/',
      'app.example.com',
      'https://*.example.com',
      'null',
      '',
      undefined,
      'https://app.example.com:443',
      'HTTPS://app.example.com',
      'https://user@app.example.com',
      'capacitor://localhost/',
      'capacitor:localhost',
      'app://*',
      'file://',
    ])('wrong allowedOrigins throw: %s', (origin) => {
      expect(() => ask({ allowedOrigins: [origin as string] })).toThrow('allowedOrigins: ');
    });

    test('allowedOrigins that is a string throws', () => {
      const allowedOrigins = APP as unknown as string[];
      expect(() => ask({ allowedOrigins })).toThrow('allowedOrigins must be a list');
    });

    test('a missing getCustomerId throws', () => {
      // @ts-expect-error: the type says so too
      expect(() => createIdentityHandler({ signingSecret })).toThrow('getCustomerId');
    });

    // Called only once something has failed, it would hide what that was.
    test.each([null, 'console.error', {}])('onError: %j', (onError) => {
      expect(() => ask({ onError: onError as never })).toThrow('onError must be a function');
    });
  });

  describe('a signingSecret that is a function', () => {
    test('a signingSecret function can give a secret for each tenant', async () => {
      const signedFor = async (tenant: string) => {
        const response = await ask(
          { signingSecret: async ({ headers }) => `secret of ${headers.get('X-Tenant')}` },
          { headers: { 'X-Tenant': tenant } },
        );
        return (await response.json()).customerToken;
      };
      expect(await verifyCustomerToken(await signedFor('one'), 'secret of one')).toBe('acme');
      expect(await verifyCustomerToken(await signedFor('two'), 'secret of two')).toBe('acme');
    });

    test('a signingSecret function is not called if nothing is signed', async () => {
      const secret = vi.fn(() => 'secret');
      await ask({ signingSecret: secret, getCustomerId: () => null });
      await ask({
        signingSecret: secret,
        getCustomerId: () => ({ customerId: 'acme', customerToken: 'opaque' }),
      });
      expect(secret).not.toHaveBeenCalled();
    });

    test.each([
      ['gives nothing', () => undefined as unknown as string],
      ['gives an empty one', () => ''],
      [
        'throws',
        () => {
          throw new Error('the store is down');
        },
      ],
    ])(
      'a signingSecret function that %s causes a plain 500, and the reason is in the log',
      async (_, signingSecret) => {
        const log = vi.spyOn(console, 'error').mockImplementation(() => {});
        const response = await ask({ signingSecret });
        expect(response.status).toBe(500);
        expect(await response.text()).toBe('Internal Server Error');
        expect(log).toHaveBeenCalledOnce();
      },
    );
  });
});

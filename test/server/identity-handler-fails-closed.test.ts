import { once } from 'node:events';
import { createServer } from 'node:http';
import * as edge from 'hardened-stigg/edge';
import * as server from 'hardened-stigg/server';
import { createCustomerToken } from 'hardened-stigg/server';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { expectNoLeak } from '../helpers/leaks';
import { SIGNING_SECRET } from '../helpers/secret';

const APP = 'https://app.example.com';
const HERE = 'https://api.example.com';

afterEach(() => {
  vi.restoreAllMocks();
});

const readResponse = new Response('once');
await readResponse.text();

const never = () => expect.unreachable();

describe.each([
  ['hardened-stigg/server', server],
  ['hardened-stigg/edge', edge],
])('%s', (_, { createIdentityHandler }) => {
  type Options = Parameters<typeof createIdentityHandler>[0];
  const make = (options: Partial<Options> = {}) =>
    createIdentityHandler({
      signingSecret: SIGNING_SECRET,
      getCustomerId: () => 'acme',
      ...options,
    });
  const ask = (
    options: Partial<Options> = {},
    headers: Record<string, string> = {},
    method = 'GET',
  ) => make(options)(new Request(`${HERE}/identity`, { method, headers }));
  /** What `getCustomerId` gives in plain JavaScript, whatever the types say. */
  const giving = (customer: unknown) => ({ getCustomerId: () => customer }) as Partial<Options>;
  const throwing = (thrown: unknown): Partial<Options> => ({
    getCustomerId: () => {
      throw thrown;
    },
  });

  describe('an identity that the browser would refuse is a 500, and onError names the field', () => {
    const opaque = { customerId: 'acme', customerToken: 'opaque' };
    test.each<[string, unknown, string]>([
      ['expiresIn: NaN', { ...opaque, expiresIn: Number.NaN }, 'expiresIn'],
      ['expiresIn: Infinity', { ...opaque, expiresIn: 1 / 0 }, 'expiresIn'],
      ['expiresIn: text', { ...opaque, expiresIn: '300' }, 'expiresIn'],
      ['expiresIn: a bigint', { ...opaque, expiresIn: 300n }, 'expiresIn'],
      ['expiresAt: an invalid Date', { ...opaque, expiresAt: new Date(Number.NaN) }, 'expiresAt'],
      ['expiresAt: no zone', { ...opaque, expiresAt: '2026-11-25T12:00:00' }, 'zone'],
      ['expiresAt: seconds', { ...opaque, expiresAt: 1_764_072_000 }, 'seconds'],
      [
        "another customer's token",
        { ...opaque, customerToken: createCustomerToken('globex', SIGNING_SECRET) },
        'another customer',
      ],
      ['an empty token', { ...opaque, customerToken: '' }, 'customerToken'],
      ['a token of two lines', { ...opaque, customerToken: 'a\nb' }, 'customerToken'],
      ['a promise as the token', { ...opaque, customerToken: Promise.resolve() }, 'customerToken'],
      ['a promise as the id', { customerId: Promise.resolve('acme') }, 'customerId'],
      ['no id', { customerToken: 'opaque' }, 'customerId'],
      ['an empty id beside a token', { ...opaque, customerId: '' }, 'customerId'],
      ['a blank id beside a token', { ...opaque, customerId: '  ' }, 'customerId'],
      ['a list', ['acme'], 'customerId'],
      ['a function', () => 'acme', 'customerId'],
      ['zero', 0, 'customerId'],
    ])('%s', async (_, customer, said) => {
      const onError = vi.fn();
      const log = vi.spyOn(console, 'error');
      const response = await ask({ ...giving(customer), onError });
      expect(response.status).toBe(500);
      expect(await response.text()).toBe('Internal Server Error');
      expect(onError).toHaveBeenCalledExactlyOnceWith(
        expect.objectContaining({ message: expect.stringContaining(said) }),
        expect.any(Request),
      );
      expectNoLeak('what onError got', onError.mock.calls[0]?.[0]);
      expect(log).not.toHaveBeenCalled();
    });

    test('a valid Date is sent as epoch milliseconds', async () => {
      const response = await ask(giving({ ...opaque, expiresAt: new Date(1_764_072_000_000) }));
      expect(await response.json()).toEqual({ ...opaque, expiresAt: 1_764_072_000_000 });
    });
  });

  describe('control flow is passed on', () => {
    test.each([
      ['thrown', throwing],
      ['returned', giving],
    ])('a Response that is %s is sent unchanged, and is never stored', async (_, how) => {
      const response = new Response('Try later', { status: 503, headers: { 'Retry-After': '9' } });
      const answer = await ask({ ...how(response), onError: never });
      expect(answer.status).toBe(503);
      expect(answer.headers.get('Retry-After')).toBe('9');
      expect(answer.headers.get('Cache-Control')).toBe('private, no-store');
      expect(await answer.text()).toBe('Try later');
    });

    test('a redirect with immutable headers is sent to an allowed origin', async () => {
      const options = { ...throwing(Response.redirect(`${APP}/login`)), allowedOrigins: [APP] };
      const answer = await ask(options, { Origin: APP, 'Sec-Fetch-Site': 'cross-site' });
      expect([answer.status, answer.headers.get('Location')]).toEqual([302, `${APP}/login`]);
      expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(APP);
    });

    test('two cookies stay two, and HEAD has no body', async () => {
      const headers = new Headers({ 'Cache-Control': 'public' });
      headers.append('Set-Cookie', 'a=1');
      headers.append('Set-Cookie', 'b=2');
      const answer = await ask(throwing(new Response('x', { headers })), {}, 'HEAD');
      expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
      expect(answer.headers.get('Cache-Control')).toBe('private, no-store');
      expect(await answer.text()).toBe('');
    });

    test.each([
      'NEXT_REDIRECT;replace;/login;307;',
      'NEXT_HTTP_ERROR_FALLBACK;404',
      'DYNAMIC_SERVER_USAGE',
    ])('an error with the digest %s is thrown on', async (digest) => {
      const error = Object.assign(new Error('control flow'), { digest });
      await expect(ask({ ...throwing(error), onError: never })).rejects.toBe(error);
    });

    test.each<[string, unknown]>([
      ['a Response whose body has been read', readResponse],
      ['an error with another digest', Object.assign(new Error(), { digest: '1234' })],
      ['an error with a status alone', Object.assign(new Error(), { status: 404 })],
      ['a digest that names one', Object.assign(new Error(), { digest: 'no NEXT_REDIRECT' })],
      [
        "an HTTP client's error, which has a status and headers",
        Object.assign(new Error(), { status: 200, headers: new Headers({ 'X-Key': 'private' }) }),
      ],
    ])('%s is a failure like any other', async (_, thrown) => {
      const onError = vi.fn();
      const response = await ask({ ...throwing(thrown), onError });
      expect(response.status).toBe(500);
      expect(response.headers.get('X-Key')).toBeNull();
      expect(onError).toHaveBeenCalledOnce();
      expect(onError.mock.calls[0]?.[0]).toBeInstanceOf(Error);
    });
  });

  describe('without onError, the log gets one line, and nothing but a name and a message', () => {
    test.each<[string, unknown, string]>([
      [
        'an error that carries its request',
        Object.assign(new Error('the store is down'), {
          config: { headers: { authorization: 'Bearer private' } },
          cause: new Error('private'),
        }),
        'Error: the store is down',
      ],
      [
        'a message that forges lines and draws on the terminal',
        new TypeError('a\nINFO signed in\u001b[2J\u009b\u202e\u2028'),
        'TypeError: a\\u000aINFO signed in\\u001b[2J\\u009b\\u202e\\u2028',
      ],
      ['a string with escapes', 'no\r\u001b]0;title\u0007', 'no\\u000d\\u001b]0;title\\u0007'],
      ['an object', { password: 'private' }, 'object was thrown'],
      ['nothing', undefined, 'undefined was thrown'],
    ])('%s', async (_, thrown, line) => {
      const log = vi.spyOn(console, 'error').mockImplementation(() => {});
      expect((await ask(throwing(thrown))).status).toBe(500);
      expect(log.mock.calls).toEqual([[`hardened-stigg: the identity handler failed: ${line}`]]);
    });

    test('a message of a megabyte is cut', async () => {
      const log = vi.spyOn(console, 'error').mockImplementation(() => {});
      await ask(throwing(new Error('\n'.repeat(1e6))));
      expect(`${log.mock.calls[0]}`.length).toBeLessThan(4000);
    });

    test.each([
      [
        'throws',
        () => {
          throw new Error('the logger is down');
        },
      ],
      [
        'rejects',
        async () => {
          throw new Error('the logger is down');
        },
      ],
    ])('an onError that %s only costs a line in the log', async (_, onError) => {
      const log = vi.spyOn(console, 'error').mockImplementation(() => {});
      expect((await ask({ ...throwing(new Error()), onError })).status).toBe(500);
      await vi.waitFor(() => expect(log).toHaveBeenCalledOnce());
      expect(`${log.mock.calls}`).toContain('Error: the logger is down');
    });
  });

  describe('which requests are answered', () => {
    test.each<[string, Record<string, string>, number]>([
      ['no browser', {}, 200],
      ['this origin', { Origin: HERE }, 200],
      ['this origin behind a proxy', { Origin: APP, Host: 'app.example.com' }, 200],
      ['a port that need not be said', { Origin: APP, Host: 'app.example.com:443' }, 200],
      ['an old browser on another origin', { Origin: 'https://evil.example' }, 403],
      ['an old browser on another port', { Origin: `${HERE}:8443` }, 403],
      ['an opaque origin', { Origin: 'null' }, 403],
      ['an origin that is none', { Origin: 'api.example.com' }, 403],
      ['a sibling', { 'Sec-Fetch-Site': 'same-site' }, 403],
      ['a sibling that names this host', { 'Sec-Fetch-Site': 'same-site', Origin: HERE }, 403],
      ['an empty header', { 'Sec-Fetch-Site': '' }, 403],
      ['two values', { 'Sec-Fetch-Site': 'same-origin, cross-site' }, 403],
      ['fetch()', { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Dest': 'empty' }, 200],
      ['the address bar', { 'Sec-Fetch-Site': 'none', 'Sec-Fetch-Dest': 'document' }, 200],
      ...['iframe', 'frame', 'object', 'embed', 'fencedframe', 'image', 'script', ''].map(
        (dest): [string, Record<string, string>, number] => [
          `embedded as ${dest}`,
          { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Dest': dest },
          403,
        ],
      ),
    ])('%s: %j gets %i', async (_, headers, status) => {
      const getCustomerId = vi.fn(() => 'acme');
      const response = await ask({ getCustomerId }, headers);
      expect(response.status).toBe(status);
      expect(getCustomerId).toHaveBeenCalledTimes(status === 200 ? 1 : 0);
      expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull();
    });

    test.each([
      'capacitor://localhost',
      'ionic://localhost',
      'tauri://localhost',
      'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
      'moz-extension://0b5b8e3c-6a5b-4c7d-9e0f-1a2b3c4d5e6f',
      'http://localhost:5173',
      'http://[::1]:5173',
    ])('%s can be an allowed origin', async (origin) => {
      const headers = { Origin: origin, 'Sec-Fetch-Site': 'cross-site' };
      const response = await ask({ allowedOrigins: [APP, origin] }, headers);
      expect(response.status).toBe(200);
      expect(response.headers.get('Access-Control-Allow-Origin')).toBe(origin);
      expect((await ask({ allowedOrigins: [APP] }, headers)).status).toBe(403);
    });

    describe('allowedOrigins as a function', () => {
      const headers = { Origin: APP, 'Sec-Fetch-Site': 'cross-site' };

      test.each<[string, () => unknown, number]>([
        ['true', () => true, 200],
        ['a promise of true', async () => true, 200],
        ['false', () => false, 403],
        ['a promise of false', async () => false, 403],
        ['something truthy, which is a mistake', () => 'yes', 403],
        ['nothing', () => undefined, 403],
      ])('%s', async (_, decide, status) => {
        const allowedOrigins = vi.fn(decide) as unknown as () => boolean;
        const response = await ask({ allowedOrigins }, headers);
        expect(response.status).toBe(status);
        expect(response.headers.has('Access-Control-Allow-Origin')).toBe(status === 200);
        expect(allowedOrigins).toHaveBeenCalledExactlyOnceWith(APP, expect.any(Request));
      });

      test('an allowedOrigins function that throws is a failure', async () => {
        const onError = vi.fn();
        const allowedOrigins = () => {
          throw new Error('the list is gone');
        };
        const response = await ask({ allowedOrigins, onError }, headers);
        expect(response.status).toBe(500);
        expect(response.headers.has('Access-Control-Allow-Origin')).toBe(false);
        expect(onError).toHaveBeenCalledOnce();
      });

      test('an allowedOrigins function is not called for an opaque origin', async () => {
        const opaque = { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' };
        const response = await ask({ allowedOrigins: never }, opaque);
        expect(response.status).toBe(403);
      });
    });
  });

  describe("called with Node's request, it says which adapter to use", () => {
    test('a handler that node:http calls directly answers, logs one line, and does not end the process', async () => {
      const log = vi.spyOn(console, 'error').mockImplementation(() => {});
      const listener = make() as unknown as Parameters<typeof createServer>[1];
      const http = createServer(listener).listen(0, '127.0.0.1');
      onTestFinished(() => void http.close());
      await once(http, 'listening');
      const { port } = http.address() as { port: number };
      const response = await fetch(`http://127.0.0.1:${port}/`);
      expect(response.status).toBe(500);
      expect(response.headers.get('Cache-Control')).toBe('private, no-store');
      expect(log).toHaveBeenCalledOnce();
      expect(`${log.mock.calls}`).toMatch(/TypeError: .*getRequestListener.*@hono\/node-server/);
    });

    test.each<[string, unknown]>([
      ["Koa's context", { req: {}, headers: {} }],
      ["a lambda's event", { httpMethod: 'GET', headers: { cookie: 'x' } }],
      ['an object without headers', {}],
      ['nothing', undefined],
    ])('%s', async (_, request) => {
      const onError = vi.fn();
      const handler = make({ onError }) as (...args: unknown[]) => Promise<Response>;
      const rest = request ? [{}] : []; // nothing that is a response of Node's
      const response = await handler(request, ...rest);
      expect(response.status).toBe(500);
      expect(await response.text()).toBe('Internal Server Error');
      expect(onError.mock.calls[0]?.[0]).toMatchObject({
        name: 'TypeError',
        message: expect.stringContaining('@hono/node-server'),
      });
    });
  });
});

import { fetchIdentity, HardenedStiggError, type Identity } from 'hardened-stigg';
import { createCustomerToken } from 'hardened-stigg/server';
import { describe, expect, test, vi } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { startIdentity, startStigg } from './helpers/backend';
import { ACME, DENIED } from './helpers/expected';
import { expectNoLeak } from './helpers/leaks';
import { SIGNING_SECRET } from './helpers/secret';
import { serve } from './helpers/serve';

/* The tests' secret represents everything that must not be visible. Every test looks for it in the console, too. */

const token = createCustomerToken('acme', SIGNING_SECRET);

/** What it rejects with. */
const failure = (promise: Promise<unknown>): Promise<HardenedStiggError> =>
  promise.then(
    () => expect.unreachable('it did not fail'),
    (error) => error,
  );

/** Checks that an error has a code, is short, and holds nothing secret at any depth. */
function expectHarmless(error: unknown, code: string) {
  expectNoLeak('the error', error);
  expectNoLeak('its stack', (error as Error).stack);
  expectNoLeak('its JSON', JSON.stringify(error));
  expect(error).toBeInstanceOf(HardenedStiggError);
  expect(error).toMatchObject({ code });
  expect((error as Error).message.length).toBeLessThanOrEqual(500);
}

describe('a header that cannot be sent', () => {
  const headers: [string, RequestInit['headers']][] = [
    ['a line break', { Authorization: `Bearer ${SIGNING_SECRET}\nx` }],
    ['a line break, in a list', [['Authorization', `Bearer ${SIGNING_SECRET}\r\nx: y`]]],
    ['a NUL', { Authorization: `Bearer ${SIGNING_SECRET}\0` }],
    ['a letter beyond Latin-1', { Authorization: `Bearer ${SIGNING_SECRET} \u20ac` }],
    ['a name that is the value', { [`Bearer ${SIGNING_SECRET}`]: 'Authorization' }],
    ['a list that is no pair', [[`Bearer ${SIGNING_SECRET}`]] as never],
  ];

  test.each(headers)(
    'a header with %s is identity_invalid, and nothing is requested',
    async (_, headers) => {
      const identity = await startIdentity(() => Response.json(null));

      const error = await failure(fetchIdentity(identity.url, { headers }));

      expectHarmless(error, 'identity_invalid');
      expect(error.retryable).toBe(false);
      expect(identity.requests).toEqual([]);
    },
  );

  test.each(headers)(
    'under the provider, a header with %s is not tried again',
    async (_, headers) => {
      const { stigg } = await startStigg();
      const identity = await startIdentity(() => Response.json(null));
      const endpoint = vi.fn(({ signal }) => fetchIdentity(identity.url, { signal, headers }));

      const app = renderApp({ ...stigg, identityEndpoint: endpoint });

      expect(await shows('error')).toMatchObject({ error: 'identity_invalid', ...DENIED });
      expectHarmless(app.customer().error, 'identity_invalid');
      expect(endpoint).toHaveBeenCalledOnce();
    },
  );
});

describe('a URL that holds a secret', () => {
  const urls: [string, string | URL][] = [
    ['credentials', `https://user:${SIGNING_SECRET}@localhost/api/identity`],
    ['a user', `https://${SIGNING_SECRET}@localhost/api/identity`],
    ['a query string', `http://localhost:1/api/identity?token=${SIGNING_SECRET}`],
    ['both', new URL(`https://user:${SIGNING_SECRET}@localhost:1/?token=${SIGNING_SECRET}`)],
    ['a part that cannot be parsed', `http://[/api/identity?token=${SIGNING_SECRET}`],
    ['a relative path', `/api/identity?token=${SIGNING_SECRET}`],
    ['another scheme', `custom://localhost/?token=${SIGNING_SECRET}`],
  ];

  test.each(urls)('fetchIdentity() does not repeat a URL with %s', async (_, url) => {
    const error = await failure(fetchIdentity(url));
    expectNoLeak('the error', error);
    expect(error).toBeInstanceOf(HardenedStiggError);
    expect(error.message.length).toBeLessThanOrEqual(500);
  });

  test.each(urls)(
    'the provider, onError and the console do not repeat a URL with %s',
    async (_, url) => {
      const { stigg } = await startStigg();
      const onError = vi.fn();
      const app = renderApp({ ...stigg, identityEndpoint: url, retries: 0, onError });

      await shows('error');

      expectNoLeak('the error', app.customer().error);
      expectNoLeak("onError's error", onError.mock.calls);
      expect(onError).toHaveBeenCalledOnce();
    },
  );

  test('an error about a failed answer does not repeat the URL', async () => {
    const server = await serve(() => new Response('', { status: 500 }));
    expectHarmless(
      await failure(fetchIdentity(`${server.url}/?token=${SIGNING_SECRET}`)),
      'identity_http_error',
    );
    await server.close();
  });
});

describe('a body of another shape', () => {
  const many = (name: string) =>
    Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`${name}${i}`, i]));
  const bodies: [string, unknown][] = [
    ['100,000 keys', many('key')],
    ['a key of 100,000 letters', { ['k'.repeat(100_000)]: 1 }],
    ['a list of 100,000', Array.from({ length: 100_000 }, () => 1)],
    ['a token as a key', { [token]: 'acme' }],
    [
      'a token as a key, next to the right ones',
      { customerId: 'acme', customerToken: '', [token]: 1 },
    ],
    ['a secret as a key', { [SIGNING_SECRET]: true }],
    ['a token as the body', token],
    ['a token in a list', [token]],
    ['a token in place of the object', { customerId: { [token]: 1 }, customerToken: [token] }],
  ];

  test.each(bodies)(
    'the message about %s is short, and does not hold the body',
    async (_, body) => {
      const identity = await startIdentity(() => Response.json(body));
      expectHarmless(await failure(fetchIdentity(identity.url)), 'identity_invalid');
    },
  );

  test.each(bodies)(
    'the message about %s from an identity function does not hold it',
    async (_, body) => {
      const { stigg } = await startStigg();
      const app = renderApp({ ...stigg, identityEndpoint: async () => body as Identity });
      await shows('error');
      expectHarmless(app.customer().error, 'identity_invalid');
    },
  );

  test.each(bodies)(
    'the message about %s that select() picked does not hold it',
    async (_, body) => {
      const identity = await startIdentity(() => Response.json({}));
      expectHarmless(
        await failure(fetchIdentity(identity.url, { select: () => body })),
        'identity_invalid',
      );
    },
  );

  test('a Content-Type of 8,000 letters gives a short message', async () => {
    const identity = await startIdentity(
      () => new Response('no JSON', { headers: { 'Content-Type': `text/${'x'.repeat(8000)}` } }),
    );
    expectHarmless(await failure(fetchIdentity(identity.url)), 'identity_invalid');
  });
});

describe('a select() that throws', () => {
  test.each<[string, () => unknown]>([
    ['an error that quotes the body', () => new Error(`cannot read ${token}`)],
    ['an error that carries it', () => Object.assign(new Error('no'), { body: { token } })],
    ['an error with a cause that quotes it', () => new Error('no', { cause: new Error(token) })],
    ['a string', () => token],
    ['an object', () => ({ response: { customerToken: token } })],
    [
      'a HardenedStiggError that quotes it',
      () => new HardenedStiggError('identity_invalid', token),
    ],
  ])('an error of select() with %s is not passed on', async (_, thrown) => {
    const identity = await startIdentity(() => Response.json({ customerToken: token }));
    const error = await failure(
      fetchIdentity(identity.url, {
        select: () => {
          throw thrown();
        },
      }),
    );
    expectHarmless(error, 'identity_invalid');
    expect(error.retryable).toBe(false);
    expect(error.message).toContain('select()');
  });
});

describe('an error from another copy of this package', () => {
  /** As the other module format has it, or another version on the page. */
  class Foreign extends Error {
    override name = 'HardenedStiggError';
    constructor(
      readonly code: string,
      readonly retryable: boolean,
      readonly status?: number,
      readonly retryAfterMs?: number,
    ) {
      super(`${code} ${status}`);
    }
  }

  async function start(fail: () => unknown) {
    const { stigg } = await startStigg();
    const asked = vi.fn();
    const onError = vi.fn();
    const app = renderApp({
      ...stigg,
      onError,
      retries: 1,
      identityEndpoint: async () => {
        asked();
        if (asked.mock.calls.length < 3) throw fail();
        return { customerId: 'acme', customerToken: token };
      },
    });
    return { app, asked, onError };
  }

  test.each([
    ['identity_http_error', 403],
    ['identity_invalid', undefined],
    ['identity_mismatch', undefined],
  ])(
    'an error from another copy keeps its code, and is not tried again if it says so: %s',
    async (code, status) => {
      const { app, asked, onError } = await start(() => new Foreign(code, false, status));

      expect(await shows('error')).toMatchObject({ error: code, ...DENIED });

      expect(app.customer().error).toMatchObject({ code, retryable: false });
      expect(app.customer().error?.status).toBe(status);
      expect(asked).toHaveBeenCalledOnce();
      expect(onError).toHaveBeenCalledOnce();
    },
  );

  test('an error from another copy is tried again if it says so, and keeps its code', async () => {
    const { app, asked } = await start(() => new Foreign('identity_http_error', true, 503, 10));

    expect(await shows('error')).toMatchObject({ error: 'identity_http_error' });
    expect(app.customer().error).toMatchObject({ status: 503, retryable: true });
    expect(asked).toHaveBeenCalledTimes(2);
  });

  test('an error from a module that was really loaded twice is recognised', async () => {
    vi.resetModules();
    const other = await import('hardened-stigg');
    const { app, asked } = await start(
      () => new other.HardenedStiggError('identity_http_error', 'Forbidden.', { status: 403 }),
    );

    expect(await shows('error')).toMatchObject({ error: 'identity_http_error', ...DENIED });
    expect(app.customer().error).toMatchObject({ status: 403, retryable: false });
    expect(asked).toHaveBeenCalledOnce();
  });

  test('an error with a foreign code, such as ECONNREFUSED, is identity_unreachable', async () => {
    const { asked } = await start(() =>
      Object.assign(new Error('connect'), { code: 'ECONNREFUSED', retryable: false }),
    );
    expect(await shows('error')).toMatchObject({ error: 'identity_unreachable' });
    expect(asked).toHaveBeenCalledTimes(2);
  });
});

test('a good identity works after all these errors', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(() =>
    Response.json({ customerId: 'acme', customerToken: token }),
  );
  renderApp({
    ...stigg,
    identityEndpoint: ({ signal }) =>
      fetchIdentity(identity.url, {
        signal,
        headers: { Authorization: `Bearer ${SIGNING_SECRET}` },
      }),
  });
  expect(await shows('ready')).toEqual(ACME);
  expect(identity.requests[0]?.headers.get('Authorization')).toContain(SIGNING_SECRET);
});

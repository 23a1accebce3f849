import { fetchIdentity } from 'hardened-stigg';
import { createCustomerToken } from 'hardened-stigg/server';
import { expect, test } from 'vitest';
import { signedIn, startIdentity } from './helpers/backend';
import { SIGNING_SECRET } from './helpers/secret';

const acme = { customerId: 'acme', customerToken: createCustomerToken('acme', SIGNING_SECRET) };

test('fetchIdentity() requests JSON with GET, and resolves to the identity only', async () => {
  const identity = await startIdentity(() => Response.json({ ...acme, email: 'a@acme.test' }));

  expect(await fetchIdentity(identity.url)).toEqual(acme);

  const [request] = identity.requests;
  expect(request?.method).toBe('GET');
  expect(request?.headers.get('Accept')).toBe('application/json');
});

test('fetchIdentity() bypasses every cache', async () => {
  const identity = await startIdentity(() => Response.json(acme));

  await fetchIdentity(identity.url);

  // What fetch() sends for cache: 'no-store'.
  expect(identity.requests[0]?.headers.get('Cache-Control')).toBe('no-cache');
});

test('fetchIdentity() takes the options of fetch()', async () => {
  const identity = await startIdentity(() => Response.json(acme));

  await fetchIdentity(identity.url, {
    method: 'POST',
    headers: [
      ['Accept', 'application/vnd.api+json'],
      ['X-Tenant', 'eu'],
    ],
  });

  const [request] = identity.requests;
  expect(request?.method).toBe('POST');
  expect(request?.headers.get('Accept')).toBe('application/vnd.api+json');
  expect(request?.headers.get('X-Tenant')).toBe('eu');
});

test('fetchIdentity() keeps the lifetime of the answer', async () => {
  const identity = await startIdentity(() => Response.json({ ...acme, expiresIn: 60 }));
  expect(await fetchIdentity(identity.url)).toMatchObject({ expiresIn: 60 });
});

test('expiresIn wins over expiresAt', async () => {
  const identity = await startIdentity(() =>
    Response.json({ ...acme, expiresIn: 60, expiresAt: '2040-01-01T00:00:00Z' }),
  );
  expect(await fetchIdentity(identity.url)).toMatchObject({ expiresIn: 60 });
});

test('fetchIdentity() resolves to null if nobody is signed in', async () => {
  const identity = await startIdentity(signedIn(null));
  expect(await fetchIdentity(identity.url)).toBeNull();
});

test('fetchIdentity() resolves to null if select() returns null', async () => {
  const identity = await startIdentity(() => Response.json({ user: null }));
  expect(await fetchIdentity(identity.url, { select: (body) => body.user })).toBeNull();
});

test('fetchIdentity() rejects with identity_invalid if select() throws', async () => {
  const identity = await startIdentity(() => Response.json(null));
  await expect(fetchIdentity(identity.url, { select: (body) => body.user })).rejects.toMatchObject({
    code: 'identity_invalid',
    message: expect.stringContaining('select() failed: it threw'),
    cause: undefined,
  });
});

test('fetchIdentity() rejects with identity_timeout after timeoutMs', async () => {
  const identity = await startIdentity(() => new Promise(() => {}));
  await expect(fetchIdentity(identity.url, { timeoutMs: 30 })).rejects.toMatchObject({
    code: 'identity_timeout',
    retryable: true,
  });
});

test('a timeoutMs that is too large for a timer means no deadline', async () => {
  const identity = await startIdentity(signedIn('acme'));
  expect(await fetchIdentity(identity.url, { timeoutMs: Number.POSITIVE_INFINITY })).toEqual(acme);
});

test('fetchIdentity() rejects with the reason of the signal if the caller aborts', async () => {
  const identity = await startIdentity(() => new Promise(() => {}));
  const reason = new Error('changed my mind');
  const controller = new AbortController();
  const pending = fetchIdentity(identity.url, { signal: controller.signal });

  controller.abort(reason);

  await expect(pending).rejects.toBe(reason);
  await expect(fetchIdentity(identity.url, { signal: controller.signal })).rejects.toBe(reason);
});

test.each([
  ['seconds', { 'Retry-After': '12' }, 12_000],
  ['no seconds', { 'Retry-After': '0' }, 0],
  [
    "a date, against the server's own clock",
    { 'Retry-After': 'Wed, 01 Jan 2020 00:00:09 GMT', Date: 'Wed, 01 Jan 2020 00:00:00 GMT' },
    9000,
  ],
  [
    'a date that ends with a digit',
    { 'Retry-After': 'Wed, 01 Jan 2020 00:00:09 GMT+00', Date: 'Wed, 01 Jan 2020 00:00:00 GMT' },
    9000,
  ],
  [
    'a date that starts with one',
    { 'Retry-After': '01 Jan 2020 00:00:09 GMT', Date: 'Wed, 01 Jan 2020 00:00:00 GMT' },
    9000,
  ],
  ['a date that is over', { 'Retry-After': 'Wed, 01 Jan 2020 00:00:00 GMT' }, undefined],
  [
    'a date of asctime()',
    { 'Retry-After': 'Wed Jan  1 00:00:09 2020 GMT', Date: 'Wed, 01 Jan 2020 00:00:00 GMT' },
    9000,
  ],
  ['nonsense', { 'Retry-After': 'later' }, undefined],
  ['a fraction, which is no year', { 'Retry-After': '3600.5' }, undefined],
  ['a comma, which makes no date', { 'Retry-After': '40,5' }, undefined],
  ['a year alone', { 'Retry-After': 'in 2500' }, undefined],
  ['nothing', {}, undefined],
])('fetchIdentity() reads Retry-After: %s', async (_, headers, retryAfterMs) => {
  const identity = await startIdentity(() => new Response('', { status: 503, headers }));
  await expect(fetchIdentity(identity.url)).rejects.toMatchObject({
    status: 503,
    message: expect.stringContaining('answered 503: check its log.'),
    retryAfterMs,
  });
});

test.each<[unknown]>([[null], [Number.NaN], [-1], ['soon'], [Number.POSITIVE_INFINITY]])(
  'a timeoutMs of %s counts as left out',
  async (timeoutMs) => {
    const identity = await startIdentity(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return Response.json(acme);
    });
    expect(await fetchIdentity(identity.url, { timeoutMs: timeoutMs as number })).toEqual(acme);
  },
);

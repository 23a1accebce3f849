import { act } from '@testing-library/react';
import { HardenedStiggError } from 'hardened-stigg';
import { createCustomerToken } from 'hardened-stigg/server';
import { afterEach, expect, test, vi } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { ACME, DENIED } from './helpers/expected';
import { SIGNING_SECRET } from './helpers/secret';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const transient = (retryAfterMs?: number) =>
  new HardenedStiggError('identity_http_error', 'Busy.', {
    status: 503,
    retryable: true,
    retryAfterMs,
  });

/** An app whose identity function fails with each of `failures`, and then says who is signed in. */
async function renderFailing(failures: unknown[], retries?: number) {
  const { stigg } = await startStigg();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let asked = 0;
  const app = renderApp({
    ...stigg,
    retries,
    identityEndpoint: async () => {
      const failure = failures[asked++];
      if (failure) throw failure;
      return { customerId: 'acme', customerToken: createCustomerToken('acme', SIGNING_SECRET) };
    },
  });
  await act(async () => {});
  return {
    ...app,
    asked: () => asked,
    pass: (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms)),
  };
}

test('a failure is retried after 500, 1000 and 2000 ms, and then shown as an error', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const app = await renderFailing([transient(), transient(), transient(), transient()]);
  expect(app.asked()).toBe(1);

  for (const [count, delay] of [
    [2, 500],
    [3, 1000],
    [4, 2000],
  ] as const) {
    await app.pass(delay - 1);
    expect(app.asked()).toBe(count - 1);
    expect(app.customer().status).toBe('loading');
    await app.pass(1);
    expect(app.asked()).toBe(count);
  }
  vi.useRealTimers();
  expect(await shows('error')).toMatchObject({ error: 'identity_http_error', ...DENIED });
});

test('jitter shortens a pause by up to half, so that clients do not return together', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.999);
  const app = await renderFailing([transient()]);

  await app.pass(249);
  expect(app.asked()).toBe(1);
  await app.pass(2);
  expect(app.asked()).toBe(2);
});

test.each([7000, 30_000])('a Retry-After of %s ms is waited for exactly', async (ms) => {
  const app = await renderFailing([transient(ms)]);

  await app.pass(ms - 1);
  expect(app.asked()).toBe(1);
  await app.pass(1);
  expect(app.asked()).toBe(2);
});

test('a Retry-After of more than 30 s shows the error at once and is not retried early', async () => {
  const app = await renderFailing([transient(30_001)]);

  await app.pass(60_000);
  expect(app.asked()).toBe(1);
  expect(app.customer().error?.retryAfterMs).toBe(30_001);
});

test('a permanent failure is not retried, and a custom function can mark one', async () => {
  const app = await renderFailing([
    new HardenedStiggError('identity_http_error', 'Payment required.', { status: 402 }),
  ]);

  await app.pass(60_000);
  expect(app.asked()).toBe(1);
  expect(app.customer()).toMatchObject({ status: 'error', error: { status: 402 } });
});

test('an error of the identity function itself is retried, and kept as the cause', async () => {
  const thrown = new TypeError('offline');
  const app = await renderFailing([thrown, thrown], 1);

  await app.pass(500);
  expect(app.asked()).toBe(2);
  expect(app.customer().error).toMatchObject({
    code: 'identity_unreachable',
    message: expect.stringContaining('The identity function failed: see the cause.'),
    cause: thrown,
  });
});

test.each([0, Number.NaN, -1])('retries={%s} requests once', async (retries) => {
  const app = await renderFailing([transient()], retries);

  await app.pass(60_000);
  expect(app.asked()).toBe(1);
  expect(app.customer().status).toBe('error');
});

test('an endpoint that answers 500 and then 200 leads to ready, with one load in between', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1);
  const { stigg } = await startStigg();
  const identity = await startIdentity(() => {
    identity.answer = signedIn('acme');
    return new Response('', { status: 500 });
  });

  const app = renderApp({ ...stigg, identityEndpoint: identity.url });

  expect(await shows('ready')).toEqual(ACME);
  expect(identity.requests).toHaveLength(2);
  expect(app.seen.map(({ status }) => status)).not.toContain('error');
});

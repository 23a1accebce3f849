import { createCustomerToken } from 'hardened-stigg/server';
import { expect, test, vi } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { startIdentity, startStigg } from './helpers/backend';
import { DENIED } from './helpers/expected';
import { SIGNING_SECRET } from './helpers/secret';
import { serve } from './helpers/serve';

const token = (customerId: string) => createCustomerToken(customerId, SIGNING_SECRET);

test.each([
  [
    '500',
    () => new Response('', { status: 500 }),
    'identity_http_error',
    { status: 500, retryable: true },
  ],
  [
    '429',
    () => new Response('', { status: 429 }),
    'identity_http_error',
    { status: 429, retryable: true },
  ],
  [
    '403, which is a mistake to see and not a visitor',
    () => new Response('', { status: 403 }),
    'identity_http_error',
    { status: 403, retryable: false },
  ],
  [
    '404',
    () => new Response('', { status: 404 }),
    'identity_http_error',
    { status: 404, retryable: false },
  ],
  [
    'a login page',
    () => new Response('<!doctype html>', { headers: { 'Content-Type': 'text/html' } }),
    'identity_invalid',
    { message: expect.stringContaining('text/html') },
  ],
  [
    'broken JSON that holds a token',
    () => new Response(`{"customerToken":"${token('acme')}`),
    'identity_invalid',
    { status: 200, cause: undefined },
  ],
  [
    'another shape',
    () => Response.json({ id: 'acme', token: token('acme') }),
    'identity_invalid',
    { message: expect.stringContaining('[id,token]') },
  ],
  ['a list', () => Response.json([]), 'identity_invalid', {}],
  [
    'a string',
    () => Response.json('acme'),
    'identity_invalid',
    { message: expect.stringContaining('not string.') },
  ],
  [
    'an empty customerId',
    () => Response.json({ customerId: '', customerToken: token('acme') }),
    'identity_invalid',
    {},
  ],
  [
    'a numeric customerId',
    () => Response.json({ customerId: 7, customerToken: token('7') }),
    'identity_invalid',
    {},
  ],
  [
    'an empty customerToken',
    () => Response.json({ customerId: 'acme', customerToken: '' }),
    'identity_invalid',
    {},
  ],
  [
    'a token that no header can carry',
    () => Response.json({ customerId: 'acme', customerToken: `${token('acme')}\n` }),
    'identity_invalid',
    {},
  ],
  [
    'a lifetime that is not a number',
    () => Response.json({ customerId: 'acme', customerToken: token('acme'), expiresIn: 'soon' }),
    'identity_invalid',
    {},
  ],
  [
    'an expiry that is not a date',
    () => Response.json({ customerId: 'acme', customerToken: token('acme'), expiresAt: 'soon' }),
    'identity_invalid',
    {},
  ],
  [
    "another customer's token",
    () => Response.json({ customerId: 'acme', customerToken: token('globex') }),
    'identity_mismatch',
    { message: expect.stringContaining('Sign the customerId that you send with it') },
  ],
  [
    'the token of an id that only starts the same',
    () => Response.json({ customerId: 'acme', customerToken: token('acme:eu') }),
    'identity_mismatch',
    {},
  ],
])('the failure has its exact code: %s', async (_, answer, code, details) => {
  const { stigg, customerRequests } = await startStigg({ enforced: false });
  const identity = await startIdentity(answer);
  const onError = vi.fn();

  const app = renderApp({ ...stigg, identityEndpoint: identity.url, retries: 0, onError });

  expect(await shows('error')).toEqual({ customer: 'nobody', error: code, ...DENIED });
  expect(app.customer().error).toMatchObject({ retryable: false, ...details });
  expect(onError.mock.calls).toEqual([[app.customer().error]]);
  expect(customerRequests()).toEqual([]);
});

test('no server is identity_unreachable', async () => {
  const { stigg } = await startStigg();
  const gone = await serve(() => new Response());
  await gone.close();

  const app = renderApp({ ...stigg, identityEndpoint: gone.url, retries: 0 });

  expect(await shows('error')).toMatchObject({ error: 'identity_unreachable', ...DENIED });
  expect(app.customer().error).toMatchObject({
    retryable: true,
    message: expect.stringContaining('cannot be reached: check its URL, the network and CORS.'),
    cause: expect.any(TypeError),
  });
});

test('no answer in time is identity_timeout', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(() => new Promise(() => {}));

  const app = renderApp({ ...stigg, identityEndpoint: identity.url, retries: 0, timeoutMs: 50 });

  expect(await shows('error')).toMatchObject({ error: 'identity_timeout', ...DENIED });
  expect(app.customer().error).toMatchObject({
    retryable: true,
    message: expect.stringContaining('50 ms'),
  });
});

test('a body that never ends is identity_timeout', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(
    () =>
      new Response(
        new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode('{')) }),
      ),
  );

  renderApp({ ...stigg, identityEndpoint: identity.url, retries: 0, timeoutMs: 50 });

  expect(await shows('error')).toMatchObject({ error: 'identity_timeout' });
});

test('an identity function that returns undefined is identity_invalid', async () => {
  const { stigg } = await startStigg();

  // @ts-expect-error: the type says so too
  renderApp({ ...stigg, identityEndpoint: async () => undefined });

  expect(await shows('error')).toMatchObject({ error: 'identity_invalid' });
});

test('an opaque token of an unknown format is passed on', async () => {
  const { stigg, customerRequests } = await startStigg({ enforced: false });

  renderApp({
    ...stigg,
    identityEndpoint: async () => ({ customerId: 'acme', customerToken: 'v2.opaque' }),
  });

  await shows('ready');
  expect(customerRequests()).toEqual([
    expect.objectContaining({ hasToken: true, isVerified: false }),
  ]);
});

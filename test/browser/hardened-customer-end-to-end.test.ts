import { createCustomerToken, createIdentityHandler } from 'hardened-stigg/server';
import { afterAll, describe, expect, test } from 'vitest';
import { signedIn, startStigg } from '../helpers/backend';
import { closeBrowser, openPage, pageShows, serveApp } from '../helpers/browser';
import { ACME, DENIED } from '../helpers/expected';
import { SIGNING_SECRET } from '../helpers/secret';

afterAll(closeBrowser);

type Answer = (request: Request) => Response | Promise<Response>;

/** The built package in Chromium, against an enforcing emulator on another origin. */
async function open(answer: Answer, props: object = {}) {
  const backend = await startStigg();
  let asked = 0;
  const app = await serveApp(
    { ...backend.stigg, identityEndpoint: '/api/identity', ...props },
    {
      '/api/identity': (request) => {
        asked++;
        return answer(request);
      },
    },
  );
  const page = await openPage();
  await page.goto(app.url);
  return { ...backend, page, asked: () => asked };
}

test('a signed-in customer is ready and entitled, and every customer request has a verified token', async () => {
  const { page, asked, customerRequests } = await open(signedIn('acme'));

  expect(await pageShows(page, 'ready')).toEqual(ACME);
  expect(asked()).toBe(1);
  expect(customerRequests()).toEqual([
    expect.objectContaining({ customerId: 'acme', isVerified: true, status: 200 }),
  ]);
});

test('a backend with the wrong secret leads to customer_rejected, and nothing is granted', async () => {
  const { page } = await open(signedIn('acme', `not-${SIGNING_SECRET}`));

  expect(await pageShows(page, 'error')).toEqual({
    customer: 'nobody',
    error: 'customer_rejected',
    ...DENIED,
  });
});

test('a 401 of the endpoint means anonymous', async () => {
  const { page, customerRequests } = await open(signedIn(null));

  expect(await pageShows(page, 'anonymous')).toMatchObject({ error: 'none', ...DENIED });
  expect(customerRequests()).toEqual([]);
});

test('a 500 and then a 200 of the endpoint lead to ready', async () => {
  const answers: Answer[] = [() => new Response('', { status: 500 })];
  const { page, asked } = await open((request) => (answers.pop() ?? signedIn('acme'))(request));

  expect(await pageShows(page, 'ready')).toEqual(ACME);
  expect(asked()).toBe(2);
});

test.each([
  [
    'garbage',
    () => new Response('<h1>Sign in</h1>', { headers: { 'Content-Type': 'text/html' } }),
    'identity_invalid',
  ],
  [
    "another customer's token",
    () =>
      Response.json({
        customerId: 'acme',
        customerToken: createCustomerToken('globex', SIGNING_SECRET),
      }),
    'identity_mismatch',
  ],
  ['403', () => new Response('', { status: 403 }), 'identity_http_error'],
  ['nothing at all', () => new Promise<Response>(() => {}), 'identity_timeout'],
])('%s leads to an error, and nothing is requested from Stigg', async (_, answer, code) => {
  const { page, customerRequests } = await open(answer, { timeoutMs: 500, retries: 0 });

  expect(await pageShows(page, 'error')).toMatchObject({ error: code, ...DENIED });
  expect(customerRequests()).toEqual([]);
});

describe('an identity endpoint on another site', () => {
  const identityOrigin = (url: string) => url.replace('127.0.0.1', 'localhost');

  test.each([
    ['that allows the origin: ready', true, 'ready', { error: 'none' }],
    ['that does not: an error', false, 'error', { error: 'identity_unreachable', ...DENIED }],
  ])('%s', async (_, isAllowed, status, expected) => {
    const { stigg } = await startStigg();
    const props = { ...stigg, retries: 0, identityEndpoint: '' };
    let origin = '';
    const app = await serveApp(props, {
      '/api/identity': (request) =>
        createIdentityHandler({
          signingSecret: SIGNING_SECRET,
          getCustomerId: () => 'acme',
          allowedOrigins: isAllowed ? [origin] : [],
        })(request),
    });
    origin = app.url;
    props.identityEndpoint = `${identityOrigin(app.url)}/api/identity`;
    const page = await openPage();
    await page.goto(app.url);

    expect(await pageShows(page, status)).toMatchObject(expected);
  });
});

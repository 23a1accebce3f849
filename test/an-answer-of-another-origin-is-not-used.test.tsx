import { act } from '@testing-library/react';
import { fetchIdentity } from 'hardened-stigg';
import { preloadIdentity } from 'hardened-stigg/preload';
import { describe, expect, onTestFinished, test } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { ACME, DENIED } from './helpers/expected';
import { expectNoLeak } from './helpers/leaks';
import { SIGNING_SECRET } from './helpers/secret';

type Answer = (request: Request) => Response | Promise<Response>;

/** Redirects a browser, in this way. */
const redirect =
  (location: string, status = 302): Answer =>
  () =>
    new Response(null, {
      status,
      headers: { Location: location, 'Access-Control-Allow-Origin': '*' },
    });

/** With CORS, so that it is readable. */
const allowed =
  (answer: Answer): Answer =>
  async (request) => {
    const response = await answer(request);
    const headers = new Headers(response.headers);
    headers.set('Access-Control-Allow-Origin', '*');
    return new Response(response.body, { status: response.status, headers });
  };

/** An identity endpoint that redirects a browser to another server, which gives this answer. */
async function start(answer: Answer, status?: number, query = '') {
  const elsewhere = await startIdentity(allowed(answer));
  const identity = await startIdentity(redirect(`${elsewhere.url}${query}`, status));
  return { identity, elsewhere };
}

const ANSWERS: [string, Answer][] = [
  ['a customer', signedIn('acme')],
  ['nobody (401)', signedIn(null)],
  ['nobody (204)', () => new Response(null, { status: 204 })],
  ['nobody (null)', () => Response.json(null)],
  ['a login page', () => new Response('<!doctype html>')],
];

describe('an answer from another origin after a redirect', () => {
  test.each(ANSWERS)('an answer of another origin is identity_invalid: %s', async (_, answer) => {
    const { identity, elsewhere } = await start(answer);

    await expect(fetchIdentity(identity.url)).rejects.toMatchObject({
      code: 'identity_invalid',
      retryable: false,
    });
    expect(elsewhere.requests).toHaveLength(1);
  });

  test.each([301, 303, 307, 308])(
    'every kind of redirect to another origin is identity_invalid: %s',
    async (status) => {
      const { identity } = await start(signedIn('acme'), status);
      await expect(fetchIdentity(new URL(identity.url))).rejects.toMatchObject({
        code: 'identity_invalid',
      });
    },
  );

  test('a second redirect to another origin is identity_invalid too', async () => {
    const { identity, elsewhere } = await start(signedIn('acme'));
    identity.answer = (request) =>
      redirect(new URL(request.url).search ? elsewhere.url : `${identity.url}?again`)(request);
    await expect(fetchIdentity(identity.url)).rejects.toMatchObject({ code: 'identity_invalid' });
  });

  test('the message says that there was a redirect, and does not quote its URL', async () => {
    const { identity } = await start(signedIn('acme'), 302, `?token=${SIGNING_SECRET}`);
    const error = await fetchIdentity(identity.url).catch((error) => error);
    expect(error.message).toMatch(/redirect|origin/);
    expectNoLeak('the error', error);
  });

  test('after a redirect to another origin, the page shows the error, grants nothing, and requests nothing from Stigg', async () => {
    const { stigg, customerRequests } = await startStigg();
    const { identity } = await start(signedIn('acme'));

    renderApp({ ...stigg, identityEndpoint: identity.url });

    expect(await shows('error')).toMatchObject({ error: 'identity_invalid', ...DENIED });
    expect(customerRequests()).toEqual([]);
    expect(identity.requests).toHaveLength(1);
  });

  test('a redirect to another origin is an error for a signed-in customer, and not a sign-out', async () => {
    const { stigg } = await startStigg();
    const { identity } = await start(signedIn(null));
    const sendOn = identity.answer;
    identity.answer = signedIn('acme');
    const app = renderApp({ ...stigg, identityEndpoint: identity.url });
    expect(await shows('ready')).toEqual(ACME);

    identity.answer = sendOn;
    await act(() => app.customer().refresh());

    expect(await shows('error')).toMatchObject({ error: 'identity_invalid', ...DENIED });
  });

  test('a preloaded answer from another origin is not used either', async () => {
    const { stigg, customerRequests } = await startStigg();
    const { identity } = await start(signedIn('acme'));
    onTestFinished(() => {
      globalThis.__hardenedStiggIdentity = undefined;
    });
    preloadIdentity(identity.url);

    renderApp({ ...stigg, identityEndpoint: identity.url });

    expect(await shows('error')).toMatchObject({ error: 'identity_invalid', ...DENIED });
    expect(customerRequests()).toEqual([]);
  });

  test('select() does not get an answer from another origin', async () => {
    const { identity } = await start(signedIn('acme'));
    let seen: unknown;
    await fetchIdentity(identity.url, {
      select: (body) => {
        seen = body;
        return body;
      },
    }).catch(() => {});
    expect(seen).toBeUndefined();
  });
});

describe('a redirect within the same origin', () => {
  test.each([
    ['a customer', signedIn('acme'), 'ready'],
    ['nobody', signedIn(null), 'anonymous'],
  ] as const)('a redirect within the same origin is followed: %s', async (_, answer, status) => {
    const { stigg } = await startStigg();
    const identity = await startIdentity((request) =>
      new URL(request.url).search
        ? answer(request)
        : redirect(`${identity.url}?moved`, 307)(request),
    );

    renderApp({ ...stigg, identityEndpoint: identity.url });

    await shows(status);
    expect(identity.requests).toHaveLength(2);
  });
});

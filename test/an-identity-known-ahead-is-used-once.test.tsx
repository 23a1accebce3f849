import { preloadIdentity } from 'hardened-stigg/preload';
import { createCustomerToken } from 'hardened-stigg/server';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { ACME, DENIED } from './helpers/expected';
import { SIGNING_SECRET } from './helpers/secret';
import { until } from './helpers/until';

afterEach(() => {
  globalThis.__hardenedStiggIdentity = undefined;
});

type Answer = ReturnType<typeof signedIn>;

/** A page whose head has requested `before`; by the time that React renders, the endpoint says `after`. */
async function preloaded(before: Answer, after: Answer) {
  const { stigg } = await startStigg();
  const identity = await startIdentity(before);
  preloadIdentity(identity.url);
  await until(() => identity.requests.length === 1);
  await (await globalThis.__hardenedStiggIdentity?.response)?.clone().text();
  identity.answer = after;
  return { identity, props: { ...stigg, identityEndpoint: identity.url } };
}

/** Whether the user has clicked or typed since the page began to load. */
function stubUserActivation(value: unknown) {
  Object.defineProperty(navigator, 'userActivation', { configurable: true, value });
  onTestFinished(() => {
    Reflect.deleteProperty(navigator, 'userActivation');
  });
}

/** Falsy ones are keys, too. */
const KEYS = ['user-1', 7, 0, '', false as unknown as number].map((key) => [key]);

describe('a preloaded or initial "nobody" is not used with a sessionKey', () => {
  test.each(KEYS)('a preloaded "nobody" is not used with the key %j', async (sessionKey) => {
    const { identity, props } = await preloaded(signedIn(null), signedIn('acme'));

    renderApp({ ...props, sessionKey });

    expect(await shows('ready')).toEqual(ACME);
    expect(identity.requests).toHaveLength(2);
  });

  test.each<[string, Answer]>([
    ['204', async () => new Response(null, { status: 204 })],
    ['null', async () => Response.json(null)],
  ])('a preloaded "nobody" by %s is not used with a sessionKey', async (_, nobody) => {
    const { identity, props } = await preloaded(nobody, signedIn('acme'));

    renderApp({ ...props, sessionKey: 'user-1' });

    expect(await shows('ready')).toEqual(ACME);
    expect(identity.requests).toHaveLength(2);
  });

  test.each(KEYS)('initialIdentity={null} is not used with the key %j', async (sessionKey) => {
    const { stigg } = await startStigg();
    const identity = await startIdentity(signedIn('acme'));

    renderApp({ ...stigg, identityEndpoint: identity.url, initialIdentity: null, sessionKey });

    expect(await shows('ready')).toEqual(ACME);
    expect(identity.requests).toHaveLength(1);
  });

  test.each([false, true])(
    'an unused initialIdentity={null} costs one request (StrictMode: %s)',
    async (strict) => {
      const { identity, props } = await preloaded(signedIn(null), signedIn('acme'));

      renderApp({ ...props, initialIdentity: null, sessionKey: 'user-1' }, { strict });

      expect(await shows('ready')).toEqual(ACME);
      expect(identity.requests).toHaveLength(2);
    },
  );

  test('the answer of the endpoint then counts, even if nobody is signed in', async () => {
    const { identity, props } = await preloaded(signedIn(null), signedIn(null));

    renderApp({ ...props, sessionKey: 'user-1' });

    expect(await shows('anonymous')).toMatchObject(DENIED);
    expect(identity.requests).toHaveLength(2);
  });

  test('a preloaded or initial customer is used with a sessionKey', async () => {
    const { identity, props } = await preloaded(signedIn('acme'), signedIn('globex'));

    renderApp({ ...props, sessionKey: 'user-1' });

    expect(await shows('ready')).toEqual(ACME);
    expect(identity.requests).toHaveLength(1);
  });
});

describe('a preloaded answer is not used if the user has touched the page since', () => {
  test.each<[string, Answer]>([
    ['another customer', signedIn('globex')],
    ['nobody', signedIn(null)],
  ])('a customer known ahead is used with a sessionKey: %s', async (_, before) => {
    const { identity, props } = await preloaded(before, signedIn('acme'));
    stubUserActivation({ hasBeenActive: true, isActive: false });

    renderApp(props);

    expect(await shows('ready')).toEqual(ACME);
    expect(identity.requests).toHaveLength(2);
  });

  test('the page of a customer who has signed out by a click grants nothing', async () => {
    const { props } = await preloaded(signedIn('acme'), signedIn(null));
    stubUserActivation({ hasBeenActive: true, isActive: true });

    const app = renderApp(props);

    expect(await shows('anonymous')).toMatchObject(DENIED);
    expect(app.seen.map(({ status }) => status)).not.toContain('ready');
  });

  test.each<[string, unknown]>([
    ['the user has not touched the page', { hasBeenActive: false, isActive: false }],
    ['the browser does not tell', undefined],
    ['the browser tells something else', {}],
  ])('a preloaded answer is used if %s', async (_, activation) => {
    const { identity, props } = await preloaded(signedIn('acme'), signedIn('globex'));
    stubUserActivation(activation);

    renderApp(props);

    expect(await shows('ready')).toEqual(ACME);
    expect(identity.requests).toHaveLength(1);
  });

  test('an initialIdentity is used even if the user has touched the page', async () => {
    const { stigg } = await startStigg();
    const identity = await startIdentity(signedIn('globex'));
    stubUserActivation({ hasBeenActive: true, isActive: false });
    const initialIdentity = {
      customerId: 'acme',
      customerToken: createCustomerToken('acme', SIGNING_SECRET),
    };

    renderApp({ ...stigg, identityEndpoint: identity.url, initialIdentity });

    expect(await shows('ready')).toEqual(ACME);
    expect(identity.requests).toHaveLength(0);
  });
});

import { act, fireEvent } from '@testing-library/react';
import { createCustomerToken } from 'hardened-stigg/server';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { type AppProps, renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { ACME, DENIED } from './helpers/expected';
import { pass, stopTime, turns } from './helpers/fake-time';
import { SIGNING_SECRET } from './helpers/secret';

/* With sessionKey={null}: a page that was rendered before the sign-in, say by a server action. */

const DAY = 24 * 60 * 60_000;

afterEach(() => {
  vi.restoreAllMocks();
});

async function start(props: Partial<AppProps> = {}, strict = false) {
  const backend = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const all: AppProps = {
    ...backend.stigg,
    apiKey: `client-${crypto.randomUUID()}`,
    identityEndpoint: identity.url,
    sessionKey: null,
    ...props,
  };
  return { ...backend, identity, props: all, app: renderApp(all, { strict }) };
}

/** Everything that causes an automatic request to the endpoint. */
async function everything(apiKey: string) {
  const channel = new BroadcastChannel(`hardened-stigg:${apiKey}`);
  onTestFinished(() => channel.close());
  for (const message of [0, 'globex', null]) channel.postMessage(message);
  await turns();
  for (const type of ['focus', 'online', 'pageshow']) fireEvent(window, new Event(type));
  fireEvent(document, new Event('visibilitychange', { bubbles: true }));
  await pass(2000);
  await pass(DAY);
  fireEvent(window, new Event('focus'));
  fireEvent(document, new Event('visibilitychange', { bubbles: true }));
  await pass(2000);
}

test.each([false, true])(
  'while the key is null, refresh() requests the endpoint and settles on its answer (StrictMode: %s)',
  async (strict) => {
    const { app, identity } = await start({}, strict);
    expect(await shows('anonymous')).toMatchObject(DENIED);
    expect(identity.requests).toHaveLength(0);

    await act(() => app.customer().refresh());

    expect(await shows('ready')).toEqual(ACME);
    expect(identity.requests).toHaveLength(1);

    identity.answer = signedIn(null);
    await act(() => app.customer().refresh());
    expect(await shows('anonymous')).toMatchObject(DENIED);
    expect(identity.requests).toHaveLength(2);
  },
);

test('while the key is null, a refresh() that finds nobody keeps the page of a visitor', async () => {
  const { app, identity } = await start();
  identity.answer = signedIn(null);
  await act(() => app.customer().refresh());
  expect(await shows('anonymous')).toMatchObject(DENIED);
  expect(identity.requests).toHaveLength(1);
});

test('while the key is null, an error of refresh() is shown like any other', async () => {
  const { app, identity } = await start();
  identity.answer = () => new Response('', { status: 403 });
  await act(() => app.customer().refresh());
  expect(await shows('error')).toMatchObject({ error: 'identity_http_error', ...DENIED });
});

test('while the key is null, nothing but refresh() requests: not focus, not other tabs, not time', async () => {
  stopTime();
  const { identity, customerRequests, props } = await start();
  await everything(props.apiKey);
  expect(identity.requests).toHaveLength(0);
  expect(customerRequests()).toEqual([]);
  expect(await shows('anonymous')).toMatchObject(DENIED);
});

test('while the key is null, the token that refresh() found is renewed like any other', async () => {
  stopTime();
  const asked = vi.fn();
  const { app } = await start({
    identityEndpoint: async () => {
      asked();
      return {
        customerId: 'acme',
        customerToken: createCustomerToken('acme', SIGNING_SECRET),
        expiresIn: 600,
      };
    },
  });
  await act(() => app.customer().refresh());
  expect(await shows('ready')).toEqual(ACME);

  await pass(540_000);

  expect(asked).toHaveBeenCalledTimes(2);
  expect(await shows('ready')).toEqual(ACME);
});

test('the next session key counts after refresh(), and a later null too', async () => {
  const { app, identity, props } = await start();
  await act(() => app.customer().refresh());
  expect(await shows('ready')).toEqual(ACME);

  app.rerender({ ...props, sessionKey: 'user-1' });
  expect(await shows('ready')).toEqual(ACME);
  app.rerender({ ...props, sessionKey: null });
  expect(await shows('anonymous')).toMatchObject(DENIED);
  const { length } = identity.requests;
  await turns();
  expect(identity.requests).toHaveLength(length);
});

test('a render with the same null does not undo refresh()', async () => {
  const { app, identity, props } = await start();
  await act(() => app.customer().refresh());
  app.rerender({ ...props, sessionKey: null });
  expect(await shows('ready')).toEqual(ACME);
  expect(identity.requests).toHaveLength(1);
});

test('signOut() wins over refresh() while the key is null', async () => {
  const { app, identity } = await start();
  identity.answer = () => new Promise(() => {});
  act(() => void app.customer().refresh());
  await expect.poll(() => identity.requests).toHaveLength(1);
  act(() => app.customer().signOut());
  expect(await shows('anonymous')).toMatchObject(DENIED);
  await expect.poll(() => identity.requests[0]?.signal.aborted).toBe(true);
});

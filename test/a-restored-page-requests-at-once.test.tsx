import { act } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { type AppProps, renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { quiet } from './helpers/clocks';
import { ACME, DENIED } from './helpers/expected';
import { until } from './helpers/until';

afterEach(() => {
  vi.restoreAllMocks();
});

/** The page is shown; `persisted` if it comes out of the back/forward cache. */
const show = (persisted: boolean) =>
  act(() => void window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted })));

async function start(answer = signedIn('acme'), props: Partial<AppProps> = {}) {
  const { stigg, customerRequests } = await startStigg();
  const identity = await startIdentity(answer);
  const all = { ...stigg, identityEndpoint: identity.url, ...props };
  return { all, identity, customerRequests, app: renderApp(all) };
}

test('a restored page whose customer signed out meanwhile denies as soon as the answer arrives', async () => {
  const { identity, app } = await start();
  expect(await shows('ready')).toEqual(ACME);

  identity.answer = signedIn(null);
  show(true);

  await until(() => identity.requests.length === 2);
  expect(await shows('anonymous')).toMatchObject({ customer: 'nobody', ...DENIED });
  const { stigg } = app.context();
  expect(stigg.getBooleanEntitlement({ featureId: 'sso' }).hasAccess).toBe(false);
});

test('a restored page shows another customer who signed in meanwhile', async () => {
  const { identity, app } = await start();
  await shows('ready');

  identity.answer = signedIn('globex');
  show(true);

  await until(() => identity.requests.length === 2);
  await until(() => app.customer().customerId === 'globex');
  expect(await shows('ready')).toMatchObject({ customer: 'globex', ...DENIED });
});

test('a restored page of the same customer does not flicker', async () => {
  const { identity, app } = await start();
  await shows('ready');
  const { length } = app.seen;

  show(true);
  await until(() => identity.requests.length === 2);
  await act(() => quiet());

  expect(new Set(app.seen.slice(length).map(({ status }) => status))).not.toContain('loading');
  expect(await shows('ready')).toEqual(ACME);
});

test('a page requests each time that it is restored, however recent the last request was', async () => {
  const { identity, app } = await start();
  await shows('ready');
  for (const count of [2, 3, 4]) {
    await act(() => app.customer().refresh());
    expect(identity.requests).toHaveLength(2 * count - 2);
    show(true);
    await until(() => identity.requests.length === 2 * count - 1);
    await act(() => quiet());
  }
});

test('a restored page requests while it shows an error that is not temporary', async () => {
  const { identity } = await start(async () => new Response('', { status: 403 }));
  await shows('error');

  identity.answer = signedIn('acme');
  show(true);

  expect(await shows('ready')).toEqual(ACME);
  expect(identity.requests).toHaveLength(2);
});

test('a restored page requests while nobody is signed in', async () => {
  const { identity } = await start(signedIn(null));
  await shows('anonymous');

  identity.answer = signedIn('acme');
  show(true);

  expect(await shows('ready')).toEqual(ACME);
  expect(identity.requests).toHaveLength(2);
});

test('a page that is restored while hidden requests at once, because later nothing says that it was restored', async () => {
  const { identity } = await start();
  await shows('ready');
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');

  identity.answer = signedIn(null);
  show(true);

  expect(await shows('anonymous')).toMatchObject(DENIED);
  expect(identity.requests).toHaveLength(2);
});

test('a restored page requests after signOut()', async () => {
  const { identity, app } = await start();
  await shows('ready');
  act(() => app.customer().signOut());

  show(true);

  expect(await shows('ready')).toEqual(ACME);
  expect(identity.requests).toHaveLength(2);
});

test('a restored page requests with syncTabs={false}', async () => {
  const { identity } = await start(signedIn('acme'), { syncTabs: false });
  await shows('ready');

  identity.answer = signedIn(null);
  show(true);

  expect(await shows('anonymous')).toMatchObject(DENIED);
});

test('a request that was running when the page was left does not count: a restored page requests again', async () => {
  const held: ((response: Response) => void)[] = [];
  const { identity } = await start(() => new Promise((respond) => held.push(respond)));
  await until(() => held.length === 1);

  show(true);
  identity.answer = signedIn(null);
  held[0]?.(await signedIn('acme')(identity.requests[0] as Request));

  await until(() => identity.requests.length === 2);
  expect(await shows('anonymous')).toMatchObject(DENIED);
});

test('a restored page requests nothing with a sessionKey of null', async () => {
  const { identity, all, app } = await start(signedIn('acme'), { sessionKey: null });
  await shows('anonymous');
  show(true);
  await act(() => quiet());
  expect(identity.requests).toHaveLength(0);

  // It listens: with a key it does request.
  app.rerender({ ...all, sessionKey: 'a' });
  await shows('ready');
  show(true);
  await until(() => identity.requests.length === 2);
});

test('a page requests nothing more when it is shown for the first time, or after the provider has unmounted', async () => {
  const { identity, app } = await start();
  await shows('ready');
  show(false);
  await act(() => quiet());
  expect(identity.requests).toHaveLength(1);

  show(true);
  await until(() => identity.requests.length === 2);
  app.unmount();
  show(true);
  await quiet();
  expect(identity.requests).toHaveLength(2);
});

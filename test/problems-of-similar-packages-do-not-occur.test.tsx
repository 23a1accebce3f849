import { act, fireEvent, screen } from '@testing-library/react';
import { type HardenedCustomer, HardenedStiggProvider, useHardenedCustomer } from 'hardened-stigg';
import { createCustomerToken } from 'hardened-stigg/server';
import { StrictMode, useEffect } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, expect, expectTypeOf, test, vi } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { expiring, signedIn, startIdentity, startStigg } from './helpers/backend';
import { EntitledPage } from './helpers/entitled-page';
import { ACME } from './helpers/expected';
import { SIGNING_SECRET } from './helpers/secret';
import { until } from './helpers/until';

/* Those of docs/lessons.md that no other file tests. */

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test('a refresh in StrictMode requests once, not twice', async () => {
  const { emulator, stigg, customerRequests } = await startStigg();
  const identity = await startIdentity(expiring(emulator, 'acme'));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url }, { strict: true });
  await shows('ready');

  await act(() => app.customer().refresh());

  expect(identity.requests).toHaveLength(2);
  expect(customerRequests()).toHaveLength(2);
});

test('a customer who returns to the tab never sees a flash of signed-out', async () => {
  const { emulator, stigg } = await startStigg({ latencyMs: 10 });
  const identity = await startIdentity(expiring(emulator, 'acme'));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  await shows('ready');
  const { length } = app.seen;

  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 400_000 });
  fireEvent(document, new Event('visibilitychange'));
  await until(() => emulator.requests.filter((request) => request.customerId).length === 2);
  await act(async () => {});

  expect(new Set(app.seen.slice(length).map(({ status }) => status))).not.toContain('loading');
  expect(await shows('ready')).toEqual(ACME);
});

test.each([401, 503])(
  'a visitor never sees a flash of loading or of an error, at a %s',
  async (status) => {
    const { stigg } = await startStigg();
    const identity = await startIdentity(signedIn(null));
    const onError = vi.fn();
    const app = renderApp({ ...stigg, identityEndpoint: identity.url, retries: 0, onError });
    await shows('anonymous');
    const { length } = app.seen;

    identity.answer = () => new Response('', { status });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 400_000 });
    fireEvent(document, new Event('visibilitychange'));
    await until(() => identity.requests.length === 2);
    await until(() => onError.mock.calls.length === (status === 503 ? 1 : 0));
    await act(async () => {});

    expect(app.seen.slice(length).filter((customer) => customer.status !== 'anonymous')).toEqual(
      [],
    );
  },
);

let effects = 0;
function Dependent() {
  const { refresh, signOut } = useHardenedCustomer();
  useEffect(() => {
    effects++;
    void [refresh, signOut];
  }, [refresh, signOut]);
  return null;
}

test('an effect that depends on refresh and signOut does not loop', async () => {
  const { emulator, stigg } = await startStigg();
  const identity = await startIdentity(expiring(emulator, 'acme'));
  const props = { ...stigg, identityEndpoint: identity.url };
  const app = renderApp({ ...props, sessionKey: 1 }, { children: <Dependent /> });
  await shows('ready');
  await act(() => app.customer().refresh());
  app.rerender({ ...props, sessionKey: 2 });
  await shows('ready');
  act(() => app.customer().signOut());

  expect(effects).toBe(1);
});

test('the server and the first client render agree on loading, and React has no warning', async () => {
  const warn = vi.spyOn(console, 'error');
  const { stigg } = await startStigg();
  const initialIdentity = {
    customerId: 'acme',
    customerToken: createCustomerToken('acme', SIGNING_SECRET),
  };
  const app = (
    <StrictMode>
      <HardenedStiggProvider
        {...stigg}
        identityEndpoint="/unused"
        initialIdentity={initialIdentity}
      >
        <EntitledPage />
      </HardenedStiggProvider>
    </StrictMode>
  );
  const container = document.body.appendChild(document.createElement('div'));
  container.innerHTML = renderToString(app);
  expect(screen.getByTestId('status')).toHaveTextContent('loading');

  const root = await act(() => hydrateRoot(container, app));
  expect(await shows('ready')).toEqual(ACME);

  expect(
    warn.mock.calls.map(String).filter((line) => /hydrat|did not match|act\(/i.test(line)),
  ).toEqual([]);
  act(() => root.unmount());
  container.remove();
});

test('the types do not allow an impossible state', () => {
  type In<S extends HardenedCustomer['status']> = Extract<HardenedCustomer, { status: S }>;
  expectTypeOf<In<'ready'>['customerId']>().toEqualTypeOf<string>();
  expectTypeOf<In<'ready'>['error']>().toEqualTypeOf<null>();
  expectTypeOf<In<'error'>['customerId']>().toEqualTypeOf<null>();
  expectTypeOf<In<'error'>['error']>().not.toEqualTypeOf<null>();
  expectTypeOf<In<'anonymous'>['customerId']>().toEqualTypeOf<null>();
  expectTypeOf<In<'loading'>['isLoading']>().toEqualTypeOf<true>();
  expectTypeOf<In<'ready'>['isLoading']>().toEqualTypeOf<false>();
});

test('a visitor who has not signed in is a state of its own, and signing in leads on from it', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn(null));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  await shows('anonymous');

  identity.answer = signedIn('acme');
  await act(() => app.customer().refresh());

  expect(await shows('ready')).toEqual(ACME);
});

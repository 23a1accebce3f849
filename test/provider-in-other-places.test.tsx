import { act, render, screen } from '@testing-library/react';
import { HardenedStiggProvider } from 'hardened-stigg';
import { createCustomerToken } from 'hardened-stigg/server';
import { Activity, StrictMode } from 'react';
import { expect, test, vi } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { expiring, signedIn, startIdentity, startStigg } from './helpers/backend';
import { EntitledPage } from './helpers/entitled-page';
import { ACME, DENIED } from './helpers/expected';
import { SIGNING_SECRET } from './helpers/secret';

const acme = { customerId: 'acme', customerToken: createCustomerToken('acme', SIGNING_SECRET) };

test.each([false, true])(
  'initialIdentity costs no identity request (StrictMode: %s)',
  async (strict) => {
    const { stigg, customerRequests } = await startStigg();
    const identity = await startIdentity(signedIn('globex'));

    const app = renderApp(
      { ...stigg, identityEndpoint: identity.url, initialIdentity: acme },
      { strict },
    );

    expect(app.seen[0]?.status).toBe('loading');
    expect(await shows('ready')).toEqual(ACME);
    expect(identity.requests).toHaveLength(0);
    expect(customerRequests()).toHaveLength(1);
  },
);

test('initialIdentity={null} is a visitor, without a request', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  renderApp({ ...stigg, identityEndpoint: identity.url, initialIdentity: null });
  await shows('anonymous');
  expect(identity.requests).toHaveLength(0);
});

test.each([{ expiresAt: Date.now() - 1000 }, { expiresIn: 0 }])(
  'an initialIdentity that has run out is not used, and the endpoint is requested (%o)',
  async (lifetime) => {
    const { stigg } = await startStigg();
    const identity = await startIdentity(signedIn('acme'));
    const initialIdentity = { ...acme, ...lifetime };
    renderApp({ ...stigg, identityEndpoint: identity.url, initialIdentity });
    expect(await shows('ready')).toEqual(ACME);
    expect(identity.requests).toHaveLength(1);
  },
);

test("an initialIdentity with another customer's token is not used: the endpoint is requested", async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const initialIdentity = { ...acme, customerId: 'globex' };
  renderApp({ ...stigg, identityEndpoint: identity.url, initialIdentity });
  expect(await shows('ready')).toEqual(ACME);
  expect(identity.requests).toHaveLength(1);
});

test('initialIdentity is used only for the user that the page was rendered for', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('globex'));
  const props = { ...stigg, identityEndpoint: identity.url, initialIdentity: acme };
  const app = renderApp({ ...props, sessionKey: 'a' });
  await shows('ready');

  app.rerender({ ...props, sessionKey: 'b' });

  expect(await shows('ready')).toMatchObject({ customer: 'globex' });
  expect(identity.requests).toHaveLength(1);
});

test('initialIdentity is refreshed before it expires', async () => {
  const { emulator, stigg } = await startStigg();
  const identity = await startIdentity(expiring(emulator, 'acme'));
  const initialIdentity = { ...acme, expiresIn: 1.2 };
  renderApp({ ...stigg, identityEndpoint: identity.url, initialIdentity });
  await shows('ready');
  expect(identity.requests).toHaveLength(0);
  await expect.poll(() => identity.requests, { timeout: 3000 }).toHaveLength(1);
  expect(await shows('ready')).toEqual(ACME);
});

// React 18 has none.
test.skipIf(!Activity)(
  'a hidden <Activity> grants and requests nothing, and starts over when it is shown again',
  async () => {
    const { stigg } = await startStigg();
    const identity = await startIdentity(signedIn('acme'));
    const tree = (mode: 'visible' | 'hidden') => (
      <StrictMode>
        <Activity mode={mode}>
          <HardenedStiggProvider {...stigg} identityEndpoint={identity.url}>
            <EntitledPage />
          </HardenedStiggProvider>
        </Activity>
      </StrictMode>
    );
    const view = render(tree('visible'));
    expect(await shows('ready')).toEqual(ACME);

    view.rerender(tree('hidden'));
    await act(async () => document.dispatchEvent(new Event('visibilitychange')));
    expect(identity.requests).toHaveLength(1);

    view.rerender(tree('visible'));
    expect(screen.getByTestId('status')).toHaveTextContent('loading');
    expect(await shows('ready')).toEqual(ACME);
    expect(identity.requests).toHaveLength(2);
  },
);

test('with offline, nothing is requested, the status is anonymous, and hooks give the fallback', async () => {
  const { stigg, emulator } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const app = renderApp({
    ...stigg,
    identityEndpoint: identity.url,
    offline: true,
    entitlementsFallback: { sso: { hasAccess: true } },
  });

  expect(await shows('anonymous')).toMatchObject({ sso: 'granted', seats: 'denied' });
  await act(() => app.customer().refresh());
  expect(identity.requests).toHaveLength(0);
  expect(emulator.requests).toHaveLength(0);
});

test('a new apiKey is loading in the same render, and only the new client gets a fresh identity', async () => {
  const { stigg, emulator, customerRequests } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const props = { ...stigg, identityEndpoint: identity.url };
  const app = renderApp(props);
  await shows('ready');
  const client = app.context().stigg;
  const { length } = app.seen;

  app.rerender({ ...props, apiKey: 'client-other' });

  expect(app.seen.slice(length).map(({ status }) => status)).not.toContain('ready');
  expect(await shows('loading')).toMatchObject(DENIED);
  expect(await shows('ready')).toEqual(ACME);
  expect(app.context().stigg).not.toBe(client);
  expect(identity.requests).toHaveLength(2);
  expect(customerRequests()).toHaveLength(2);
  expect(emulator.requests.every(({ status }) => status === 200)).toBe(true);
});

test('a component that refreshes in an effect uses the endpoint of the same render', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const old = vi.fn(async () => null);
  const app = renderApp({ ...stigg, identityEndpoint: old });
  await shows('anonymous');

  app.rerender({ ...stigg, identityEndpoint: identity.url });
  await act(() => app.customer().refresh());

  expect(await shows('ready')).toEqual(ACME);
  expect(old).toHaveBeenCalledOnce();
});

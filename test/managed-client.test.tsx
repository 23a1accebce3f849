import {
  CustomerPortal,
  CustomerPortalProvider,
  MeteredEntitlementGuard,
  NumericEntitlementGuard,
  type StiggClient,
  useStiggContext,
} from '@stigg/react-sdk';
import { act, screen } from '@testing-library/react';
import { expect, onTestFinished, test, vi } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { CUSTOMERS, expiring, signedIn, startIdentity, startStigg } from './helpers/backend';
import { ACME, DENIED } from './helpers/expected';
import { serve } from './helpers/serve';
import { until } from './helpers/until';

async function start(props: object = {}) {
  const backend = await startStigg();
  const identity = await startIdentity(expiring(backend.emulator, 'acme'));
  const app = renderApp({ ...backend.stigg, identityEndpoint: identity.url, ...props });
  await shows('ready');
  return { ...backend, identity, app, client: app.context().stigg };
}

const hasBackups = (client: StiggClient, resourceId = 'site-1') =>
  client.getBooleanEntitlement({ featureId: 'backups', resourceId }).hasAccess;

test('clearCustomer() does the same as signOut()', async () => {
  const { client } = await start();
  act(() => client.clearCustomer());
  expect(await shows('anonymous')).toMatchObject(DENIED);
  expect(client.isCustomerLoaded).toBe(false);
});

test('methods of the client stay the same across rotations and sign-out, and can be taken off the client', async () => {
  const { app, client } = await start();
  const { getBooleanEntitlement, refresh, addListener, setResource, clearCustomer } = client;

  await act(() => app.customer().refresh());
  expect(app.context().stigg).toBe(client);
  expect(client).toMatchObject({
    getBooleanEntitlement,
    refresh,
    addListener,
    setResource,
    clearCustomer,
  });
  expect(getBooleanEntitlement({ featureId: 'sso' }).hasAccess).toBe(true);

  act(() => app.customer().signOut());
  expect(client.getBooleanEntitlement).toBe(getBooleanEntitlement);
  expect(getBooleanEntitlement({ featureId: 'sso' }).hasAccess).toBe(false);
});

test('the client does not let a customer be read before it has loaded', async () => {
  let give = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  const { emulator, stigg } = await startStigg();
  const server = await serve(async (request) => {
    const response = await emulator.fetch(request);
    if (request.url.includes('resourceId')) await given;
    return response;
  });
  onTestFinished(server.close);
  const identity = await startIdentity(signedIn('acme'));
  const app = renderApp({
    ...stigg,
    baseEdgeUri: server.url,
    identityEndpoint: identity.url,
    resourceId: 'site-1',
  });
  // Stigg has given the customer's own entitlements, and the resource's are still to come.
  await expect.poll(() => emulator.requests.filter((r) => r.customerId)).toHaveLength(2);

  expect(app.customer().status).toBe('loading');
  expect(app.context().stigg.isCustomerLoaded).toBe(false);
  expect(app.context().stigg.getBooleanEntitlement({ featureId: 'sso' }).hasAccess).toBe(false);
  give();
  expect(await shows('ready')).toEqual(ACME);
});

test("waitForInitialization() resolves to the managed client, and not to the SDK's own", async () => {
  const { client } = await start();
  expect(await client.waitForInitialization()).toBe(client);
});

test('entitlementsUpdated listeners are called after refresh()', async () => {
  const { client } = await start();
  const listener = vi.fn();
  client.addListener('entitlementsUpdated', listener);
  await act(() => client.refresh());
  expect(listener).toHaveBeenCalledOnce();
  client.removeListener('entitlementsUpdated', listener);
  await act(() => client.refresh());
  expect(listener).toHaveBeenCalledOnce();
});

test('setResource() and clearResource() work, and survive a rotation', async () => {
  const { app, client } = await start();
  expect(hasBackups(client)).toBe(false);

  await act(() => client.setResource('site-1'));
  await expect.poll(() => hasBackups(client)).toBe(true);

  await act(() => app.customer().refresh());
  expect(hasBackups(client)).toBe(true);

  act(() => client.clearResource());
  expect(hasBackups(client)).toBe(false);
  await act(() => app.customer().refresh());
  expect(hasBackups(client)).toBe(false);
  expect(await shows('ready')).toEqual(ACME);
});

test('a resource set in the middle of a rotation stays granted through it', async () => {
  const { stigg, emulator } = await startStigg({
    latencyMs: ({ resourceId }) => (resourceId ? 0 : 60),
  });
  const identity = await startIdentity(expiring(emulator, 'acme'));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  await shows('ready');
  const client = app.context().stigg;

  let isRotating = true;
  const rotation = app
    .customer()
    .refresh()
    .finally(() => {
      isRotating = false;
    });
  await until(() => emulator.requests.filter((request) => request.customerId).length === 2);
  void client.setResource('site-1');
  await until(() => hasBackups(client));
  while (isRotating) {
    expect(hasBackups(client)).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
  }

  await rotation;
  expect(hasBackups(client)).toBe(true);
});

test('a changed resourceId is applied without a sign-out, and never answered with the previous one', async () => {
  const resources = { 'site-1': { entitlements: { backups: true as const } }, 'site-2': {} };
  const { stigg, emulator } = await startStigg({
    customers: { acme: { ...CUSTOMERS.acme, resources } },
    latencyMs: ({ resourceId }) => (resourceId === 'site-2' ? 30 : 0),
  });
  const identity = await startIdentity(expiring(emulator, 'acme'));
  const props = { ...stigg, identityEndpoint: identity.url };
  const app = renderApp({ ...props, resourceId: 'site-1' });
  await shows('ready');
  const client = app.context().stigg;
  const { length } = app.seen;
  expect(hasBackups(client)).toBe(true);

  app.rerender({ ...props, resourceId: 'site-2' });
  expect(app.context()).toMatchObject({ resourceId: 'site-2' });
  while (!emulator.requests.some(({ resourceId }) => resourceId === 'site-2')) {
    expect(hasBackups(client, 'site-2')).toBe(false);
    await act(() => new Promise((resolve) => setImmediate(resolve)));
  }
  app.rerender({ ...props, resourceId: 'site-1' });
  await until(() => hasBackups(client));

  expect(new Set(app.seen.slice(length).map(({ status }) => status))).toEqual(new Set(['ready']));
  expect(identity.requests).toHaveLength(1);
});

function Portal() {
  const { stigg } = useStiggContext();
  return stigg.isCustomerLoaded ? (
    <CustomerPortalProvider>
      <CustomerPortal onManageSubscription={() => {}} paywallComponent={null} />
    </CustomerPortalProvider>
  ) : null;
}

test('a changed resourceId grants nothing if Stigg does not answer', async () => {
  const { stigg, emulator } = await startStigg({
    latencyMs: ({ resourceId }) => (resourceId ? Number.POSITIVE_INFINITY : 0),
  });
  const identity = await startIdentity(expiring(emulator, 'acme'));
  const props = { ...stigg, identityEndpoint: identity.url, timeoutMs: 200 };
  const app = renderApp(props);
  await shows('ready');

  app.rerender({ ...props, resourceId: 'site-1' });

  expect(await shows('error')).toMatchObject({ error: 'stigg_unreachable', ...DENIED });
});

test("Stigg's guards of numeric and metered features work", async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  renderApp(
    { ...stigg, identityEndpoint: identity.url },
    {
      children: (
        <>
          <NumericEntitlementGuard featureId="seats" noAccessComponent={<p>no seats</p>}>
            <p>seats</p>
          </NumericEntitlementGuard>
          <MeteredEntitlementGuard featureId="reports" noAccessComponent={<p>no reports</p>}>
            <p>reports</p>
          </MeteredEntitlementGuard>
        </>
      ),
    },
  );
  expect(screen.getByText('no seats')).toBeInTheDocument();
  await shows('ready');
  expect(screen.getByText('seats')).toBeInTheDocument();
  expect(screen.getByText('reports')).toBeInTheDocument();
});

test("Stigg's <CustomerPortal> works", async () => {
  const { stigg, emulator } = await startStigg({
    customers: { acme: { name: 'Acme', email: 'billing@acme.test', planId: 'pro' } },
    plans: [{ id: 'pro', name: 'Professional', monthlyPrice: 49, entitlements: { seats: 5 } }],
  });
  const identity = await startIdentity(expiring(emulator, 'acme'));
  renderApp({ ...stigg, identityEndpoint: identity.url }, { children: <Portal /> });

  expect(await screen.findByText(/Professional/)).toBeInTheDocument();
});

test('an SDK whose client cannot be derived from still loads the customer, with a gap at a rotation', async () => {
  const { default: exported } = await import('@stigg/js-client-sdk');
  // As CommonJS, it has its default as a property.
  const { default: Stigg = exported } = exported as { default?: typeof exported };
  const initialize = Stigg.initialize.bind(Stigg);
  // As with #private fields, the method works on this object only.
  vi.spyOn(Stigg, 'initialize').mockImplementation((configuration) => {
    const client = initialize(configuration);
    const set = client.setCustomerId;
    client.setCustomerId = async function (this: StiggClient, ...args) {
      if (this !== client) throw new TypeError('Cannot read private member from an object');
      await set.apply(client, args);
    };
    return client;
  });
  const { app, client } = await start();
  expect(await shows('ready')).toEqual(ACME);

  await act(() => app.customer().refresh());
  expect(await shows('ready')).toEqual(ACME);
  act(() => client.clearCustomer());
  expect(await shows('anonymous')).toMatchObject(DENIED);
  expect(Stigg.initialize).toHaveBeenCalled();
  vi.restoreAllMocks();
});

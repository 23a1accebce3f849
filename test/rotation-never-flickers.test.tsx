import {
  BooleanEntitlementGuard,
  useBooleanEntitlement,
  useMeteredEntitlement,
  useNumericEntitlement,
} from '@stigg/react-sdk';
import { act, screen } from '@testing-library/react';
import { memo, useEffect, useReducer, useState } from 'react';
import { expect, test } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { CUSTOMERS, expiring, startIdentity, startStigg } from './helpers/backend';
import { ACME, DENIED } from './helpers/expected';

/** What was read in each render, of every component. */
const readings: string[] = [];

function useReadings(name: string) {
  const sso = useBooleanEntitlement({ featureId: 'sso' });
  const seats = useNumericEntitlement({ featureId: 'seats' });
  const reports = useMeteredEntitlement({ featureId: 'reports' });
  const backups = useBooleanEntitlement({ featureId: 'backups', resourceId: 'site-1' });
  const granted = [sso, seats, reports, backups].filter(({ hasAccess }) => hasAccess).length;
  readings.push(`${name}: ${granted} of 4`);
}

const Memoised = memo(() => {
  useReadings('memoised');
  return null;
});

/** Renders all the time, and mounts a new reader each time. */
function Ticking() {
  const [tick, next] = useReducer((count: number) => count + 1, 0);
  useReadings('ticking');
  useEffect(() => {
    const timer = setInterval(next, 1);
    return () => clearInterval(timer);
  }, []);
  return <Mounting key={tick} />;
}

function Mounting() {
  const [atMount] = useState('mounting');
  useReadings(atMount);
  return (
    <BooleanEntitlementGuard featureId="sso" noAccessComponent={<p>guard closed</p>}>
      <p>guard open</p>
    </BooleanEntitlementGuard>
  );
}

async function start({ latencyMs = 20, answer }: { latencyMs?: number; answer?: 'fixed' } = {}) {
  const backend = await startStigg({
    latencyMs: ({ operation }) => (operation === 'GetEntitlements' ? latencyMs : 0),
  });
  const { emulator, stigg } = backend;
  const fixed = emulator.issueToken('acme', 600_000);
  const identity = await startIdentity(
    answer === 'fixed'
      ? () => Response.json({ customerId: 'acme', customerToken: fixed, expiresIn: 600 })
      : expiring(emulator, 'acme'),
  );
  const app = renderApp(
    { ...stigg, identityEndpoint: identity.url, resourceId: 'site-1' },
    {
      children: (
        <>
          <Memoised />
          <Ticking />
        </>
      ),
    },
  );
  await shows('ready');
  readings.length = 0;
  return { ...backend, identity, app };
}

test('no render of any component reads a granted entitlement as denied during a rotation', async () => {
  const { app, customerRequests } = await start();
  const { stigg } = app.context();

  for (let i = 0; i < 10; i++) await act(() => app.customer().refresh());

  expect(new Set(readings)).toEqual(
    new Set(['memoised: 4 of 4', 'ticking: 4 of 4', 'mounting: 4 of 4']),
  );
  expect(screen.getByText('guard open')).toBeInTheDocument();
  expect(app.context().stigg).toBe(stigg);
  expect(app.context()).toMatchObject({ resourceId: 'site-1' });
  expect(customerRequests().every(({ isVerified }) => isVerified)).toBe(true);
});

test('a rotation costs one identity request and one entitlements request, and one more for a resource', async () => {
  const { app, identity, customerRequests } = await start();

  await act(() => app.customer().refresh());

  expect(identity.requests).toHaveLength(2);
  expect(customerRequests().slice(2)).toMatchObject([
    { resourceId: null },
    { resourceId: 'site-1' },
  ]);
});

test('an unchanged token costs no Stigg request', async () => {
  const { app, identity, customerRequests } = await start({ answer: 'fixed' });
  const { length } = customerRequests();

  await act(() => app.customer().refresh());

  expect(identity.requests).toHaveLength(2);
  expect(customerRequests()).toHaveLength(length);
});

test('entitlements that changed with the new token are shown, and later changes too', async () => {
  const { app } = await start();
  const original = CUSTOMERS.acme.entitlements;

  CUSTOMERS.acme.entitlements = { ...original, seats: 50 };
  await act(() => app.customer().refresh());
  expect(screen.getByTestId('seats')).toHaveTextContent('50');

  CUSTOMERS.acme.entitlements = { ...original, seats: 70 };
  await act(() => app.context().refreshData());
  expect(screen.getByTestId('seats')).toHaveTextContent('70');
  CUSTOMERS.acme.entitlements = original;
});

test('if Stigg refuses the new token, nothing is granted', async () => {
  const { app, emulator } = await start();

  emulator.failNext({ operation: 'GetEntitlements', status: 401, times: 2 });
  await act(() => app.customer().refresh());

  expect(await shows('error')).toMatchObject({ error: 'customer_rejected', ...DENIED });
  expect(readings.at(-1)).toContain('0 of 4');
});

test('if Stigg does not answer about the new token, the customer stays ready', async () => {
  let latencyMs = 0;
  const { emulator, stigg } = await startStigg({ latencyMs: () => latencyMs });
  const identity = await startIdentity(expiring(emulator, 'acme'));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url, timeoutMs: 300 });
  await shows('ready');

  latencyMs = Number.POSITIVE_INFINITY;
  await act(() => app.customer().refresh());
  expect(await shows('ready')).toEqual(ACME);

  latencyMs = 0;
  await act(() => app.customer().refresh());
  expect(await shows('ready')).toEqual(ACME);
});

test('a new token is given to Stigg again if Stigg did not answer', async () => {
  let latencyMs = 0;
  const { emulator, stigg, customerRequests } = await startStigg({ latencyMs: () => latencyMs });
  const tokens = [emulator.issueToken('acme', 600_000), emulator.issueToken('acme', 600_000)];
  let customerToken = tokens[0] as string;
  const identity = await startIdentity(() => Response.json({ customerId: 'acme', customerToken }));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url, timeoutMs: 300 });
  await shows('ready');

  customerToken = tokens[1] as string;
  latencyMs = Number.POSITIVE_INFINITY;
  await act(() => app.customer().refresh());
  latencyMs = 0;
  await act(() => app.customer().refresh());

  expect(await shows('ready')).toEqual(ACME);
  expect(customerRequests()).toHaveLength(3);
});

test('a rotation does not render a reader of the hook again', async () => {
  const { emulator, stigg } = await startStigg();
  const identity = await startIdentity(expiring(emulator, 'acme'));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  await shows('ready');
  const before = app.customer();

  await act(() => app.customer().refresh());

  // The page also reads entitlements, so it renders; what the hook gave it is the very same object.
  expect(app.customer()).toBe(before);
});

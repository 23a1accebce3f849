import {
  type StiggClient,
  useActiveSubscriptions,
  useCustomerPortal,
  usePaywall,
  useStiggContext,
  useWaitForCheckoutCompleted,
} from '@stigg/react-sdk';
import { act, screen } from '@testing-library/react';
import { useHardenedCustomer } from 'hardened-stigg';
import { useEffect, useState } from 'react';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type AppProps, renderApp, shows } from './helpers/app';
import { expiring, signedIn, startIdentity, startStigg } from './helpers/backend';
import { withCheckout } from './helpers/checkout';
import { turns } from './helpers/fake-time';
import { serve } from './helpers/serve';
import { until } from './helpers/until';

const OPTIONS = {
  customers: {
    acme: { name: 'Acme', email: 'a@acme.test', planId: 'pro' },
    globex: { name: 'Globex', email: 'g@globex.test', planId: 'free' },
    initech: { name: 'Initech' },
  },
  plans: [
    { id: 'free', name: 'Free', entitlements: { seats: 1 } },
    { id: 'pro', name: 'Pro', monthlyPrice: 49, entitlements: { sso: true as const, seats: 5 } },
  ],
};

/** What the SDK's data hooks give, in words. */
function DataPage() {
  const { activeSubscriptions, error: subscriptionsError } = useActiveSubscriptions();
  const { customerPortal, error: portalError } = useCustomerPortal();
  const { paywall, error: paywallError } = usePaywall();
  const names = activeSubscriptions?.map(({ plan }) => plan?.displayName).join();
  const words = (data: unknown, text: string | undefined, error: Error | null) =>
    error ? `failed: ${error.message}` : data ? text : 'nothing';
  return (
    <>
      <p data-testid="subscriptions">
        {words(activeSubscriptions, names || 'none', subscriptionsError)}
      </p>
      <p data-testid="portal">
        {words(
          customerPortal,
          `${customerPortal?.billingInformation.email} ${customerPortal?.subscriptions.map(({ planName }) => planName)}`,
          portalError,
        )}
      </p>
      <p data-testid="paywall">
        {words(paywall, `for ${paywall?.customer?.id ?? 'a visitor'}`, paywallError)}
      </p>
    </>
  );
}

/** It is there once the customer is, and stays. */
function LatePage() {
  const { status } = useHardenedCustomer();
  const [isThere, show] = useState(false);
  useEffect(() => {
    if (status === 'ready') show(true);
  }, [status]);
  return isThere && <DataPage />;
}

function Back(callbacks: Parameters<typeof useWaitForCheckoutCompleted>[0]) {
  return <p data-testid="checkout">{useWaitForCheckoutCompleted(callbacks).provisionStatus}</p>;
}

const text = (id: string) => screen.queryByTestId(id)?.textContent ?? 'not there';

/** Waits until the data hooks say this. */
async function says(subscriptions: string, portal: string, paywall: string) {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false });
  const now = () => [text('subscriptions'), text('portal'), text('paywall')];
  const wanted = [subscriptions, portal, paywall];
  await until(
    () => now().join() === wanted.join(),
    () => `${wanted}; it is ${now()}`,
  ).finally(() => Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true }));
}

const ACME = ['Pro', 'a@acme.test Pro', 'for acme'] as const;
const GLOBEX = ['Free', 'g@globex.test Free', 'for globex'] as const;
const NOBODY = ['none', 'nothing', 'for a visitor'] as const;

async function start(
  customerId: string | null,
  options: Parameters<typeof renderApp>[1] = { children: <DataPage /> },
  props: Partial<AppProps> = {},
) {
  const backend = await startStigg(OPTIONS as Parameters<typeof startStigg>[0]);
  const proxy = { hold: (_: Request): Promise<void> | undefined => undefined };
  const answer = withCheckout(backend.emulator);
  const server = await serve(async (request) => {
    const held = proxy.hold(request.clone());
    const response = await answer(request);
    await held;
    return response;
  });
  onTestFinished(server.close);
  const identity = await startIdentity(signedIn(customerId));
  const all: AppProps = {
    ...backend.stigg,
    baseUri: server.url,
    baseEdgeUri: server.url,
    identityEndpoint: identity.url,
    ...props,
  };
  return { ...backend, identity, proxy, props: all, app: renderApp(all, options) };
}

describe.each([false, true])(
  'data hooks that mount with the provider (StrictMode: %s)',
  (strict) => {
    test('data hooks wait while loading, and then show the data of the customer', async () => {
      const { emulator } = await start('acme', { strict, children: <DataPage /> });
      expect(text('subscriptions')).toBe('nothing');

      await shows('ready');
      await says(...ACME);

      // Nobody's plans were requested first.
      const read = emulator.requests.filter(({ operation }) =>
        /Paywall|Subscriptions|Portal/.test(operation),
      );
      expect(new Set(read.map(({ customerId }) => customerId))).toEqual(new Set(['acme']));
      expect(read.every(({ isVerified, status }) => isVerified && status === 200)).toBe(true);
    });

    test('data hooks show a visitor no data, but the paywall of a visitor', async () => {
      await start(null, { strict, children: <DataPage /> });
      await shows('anonymous');
      await says(...NOBODY);
    });

    test('data hooks show a visitor no data with sessionKey={null} too', async () => {
      await start('acme', { strict, children: <DataPage /> }, { sessionKey: null });
      await shows('anonymous');
      await says(...NOBODY);
    });

    test('data hooks show nothing after an error', async () => {
      const { identity } = await start(null, { strict, children: <DataPage /> });
      identity.answer = () => new Response('', { status: 403 });
      await shows('error');
      await says(...NOBODY);
    });
  },
);

test('data hooks of a customer without a subscription show no subscription and no error', async () => {
  await start('initech');
  await shows('ready');
  await says('none', 'null ', 'for initech');
});

describe.each([
  ['from the start', <DataPage key="page" />],
  ['since the customer is known', <LatePage key="page" />],
])('data hooks that mount %s follow a change of customer', (_, page) => {
  test('data hooks show the new state after signOut()', async () => {
    const { app } = await start('acme', { children: page });
    await shows('ready');
    await says(...ACME);
    act(() => app.customer().signOut());
    await says(...NOBODY);
  });

  test('data hooks show the new customer after a refresh(), and the first one again after the next', async () => {
    const { app, identity } = await start('acme', { children: page });
    await shows('ready');
    await says(...ACME);
    identity.answer = signedIn('globex');
    await act(() => app.customer().refresh());
    await says(...GLOBEX);
    identity.answer = signedIn('acme');
    await act(() => app.customer().refresh());
    await says(...ACME);
  });

  test('data hooks show the new state after a refresh() that finds nobody', async () => {
    const { app, identity } = await start('acme', { children: page });
    await shows('ready');
    await says(...ACME);
    identity.answer = signedIn(null);
    await act(() => app.customer().refresh());
    await says(...NOBODY);
  });

  test('data hooks show the new state after an error', async () => {
    const { app, identity } = await start('acme', { children: page });
    await shows('ready');
    await says(...ACME);
    identity.answer = () => new Response('', { status: 403 });
    await act(() => app.customer().refresh());
    await says(...NOBODY);
  });

  test('data hooks show the new state after another session key, and after null', async () => {
    const { app, identity, props } = await start('acme', { children: page }, { sessionKey: 1 });
    await shows('ready');
    await says(...ACME);
    identity.answer = signedIn('globex');
    app.rerender({ ...props, sessionKey: 2 });
    await says(...GLOBEX);
    app.rerender({ ...props, sessionKey: null });
    await says(...NOBODY);
  });

  test('data hooks show the new state after a sign-in', async () => {
    const { app, identity } = await start(null, { children: page });
    await shows('anonymous');
    identity.answer = signedIn('acme');
    await act(() => app.customer().refresh());
    await says(...ACME);
  });

  test('a late answer for the previous customer never reaches data hooks', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { app, proxy, emulator } = await start('acme', { children: page });
    proxy.hold = ({ url }) => (url.endsWith('/graphql') ? held : undefined);
    await shows('ready');
    await until(() => emulator.requests.some(({ operation }) => /Portal/.test(operation)));

    act(() => app.customer().signOut());
    release();
    await turns(300);

    expect(text('subscriptions')).not.toBe('Pro');
    expect(text('portal')).not.toContain('acme');
    expect(text('paywall')).not.toContain('acme');
  });
});

test('a rotation does not make data hooks read again', async () => {
  const { app, identity, emulator } = await start('acme');
  identity.answer = expiring(emulator, 'acme');
  await shows('ready');
  await says(...ACME);
  const count = () => emulator.requests.filter(({ operation }) => /Portal/.test(operation)).length;
  const before = count();
  await act(() => app.customer().refresh());
  await act(() => app.customer().refresh());
  await turns();
  expect(count()).toBe(before);
  await says(...ACME);
});

describe('useWaitForCheckoutCompleted()', () => {
  beforeEach(() => {
    window.history.replaceState(
      null,
      '',
      '/?checkoutCompleted=true&subscriptionId=subscription-acme',
    );
  });
  afterEach(() => {
    window.history.replaceState(null, '', '/');
  });

  test.each([false, true])(
    'a customer who returns from the checkout reads that it succeeded (StrictMode: %s)',
    async (strict) => {
      const onProvisionSucceeded = vi.fn();
      const onProvisionFailed = vi.fn();
      await start('acme', {
        strict,
        children: (
          <Back onProvisionSucceeded={onProvisionSucceeded} onProvisionFailed={onProvisionFailed} />
        ),
      });
      await shows('ready');
      await vi.waitFor(() => expect(text('checkout')).toBe('SUCCEEDED'));
      expect(onProvisionSucceeded).toHaveBeenCalledWith(
        expect.objectContaining({ id: 'subscription-acme' }),
      );
      expect(onProvisionFailed).not.toHaveBeenCalled();
    },
  );

  test('useWaitForCheckoutCompleted() reads nothing before it is known who is signed in', async () => {
    const onProvisionFailed = vi.fn();
    const { identity, emulator } = await start('acme', {
      children: <Back onProvisionFailed={onProvisionFailed} />,
    });
    identity.answer = () => new Promise(() => {});
    await turns();
    expect(text('checkout')).toBe('IN_PROGRESS');
    expect(onProvisionFailed).not.toHaveBeenCalled();
    expect(emulator.requests.filter(({ operation }) => /Subscriptions/.test(operation))).toEqual(
      [],
    );
  });
});

type Read = (stigg: StiggClient) => Promise<unknown>;
const READS: [string, Read, unknown][] = [
  ['getCustomer()', (stigg) => stigg.getCustomer(), { id: 'acme', name: 'Acme' }],
  [
    'getActiveSubscriptions()',
    (stigg) => stigg.getActiveSubscriptions(),
    [{ id: 'subscription-acme', plan: { id: 'pro' } }],
  ],
  [
    'getActiveSubscriptionsList()',
    (stigg) => stigg.getActiveSubscriptionsList(),
    [{ plan: { planId: 'pro' } }],
  ],
  [
    'getCustomerPortal()',
    (stigg) => stigg.getCustomerPortal(),
    { billingInformation: { email: 'a@acme.test' }, subscriptions: [{ planName: 'Pro' }] },
  ],
  ['getPaywall()', (stigg) => stigg.getPaywall(), { customer: { id: 'acme' } }],
  [
    'getCheckoutState()',
    (stigg) => stigg.getCheckoutState({ planId: 'pro' }),
    { customer: { id: 'acme' }, plan: { id: 'pro' } },
  ],
  [
    'getEntitlements()',
    (stigg) => stigg.getEntitlements(),
    [{ feature: { id: 'sso' }, hasAccess: true }, { feature: { id: 'seats' } }],
  ],
];

/** Reads as it mounts. */
function Eager({ read, onSettled }: { read: Read; onSettled: (result: unknown) => void }) {
  const { stigg } = useStiggContext();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, as it mounts
  useEffect(() => {
    read(stigg).then(onSettled, onSettled);
  }, []);
  return null;
}

describe('a read that returns a promise, called as a component mounts', () => {
  test.each(READS)(
    '%s waits for the load, and answers for the customer',
    async (_, read, expected) => {
      const settled: unknown[] = [];
      await start('acme', {
        children: <Eager read={read} onSettled={(result) => settled.push(result)} />,
      });
      expect(settled).toEqual([]);

      await shows('ready');
      await until(() => settled.length === 1);
      expect(settled[0]).toMatchObject(expected as object);
    },
  );

  test.each(READS)(
    '%s waits for the load when it is taken off the client too',
    async (name, _, expected) => {
      const settled: unknown[] = [];
      const method = name.slice(0, -2) as 'getCheckoutState';
      const read: Read = ({ [method]: taken }) =>
        taken(method === 'getCheckoutState' ? { planId: 'pro' } : (undefined as never));
      await start('acme', {
        children: <Eager read={read} onSettled={(result) => settled.push(result)} />,
      });
      await shows('ready');
      await until(() => settled.length === 1);
      expect(settled[0]).toMatchObject(expected as object);
    },
  );

  test('a read that waits is answered for nobody after a sign-out', async () => {
    const settled: unknown[] = [];
    const { app, identity } = await start('acme', {
      children: (
        <Eager
          read={(stigg) => stigg.getActiveSubscriptions()}
          onSettled={(result) => settled.push(result)}
        />
      ),
    });
    identity.answer = () => new Promise(() => {});
    act(() => app.customer().signOut());
    await until(() => settled.length === 1);
    expect(JSON.stringify(settled)).not.toContain('acme');
  });
});

describe('without a customer', () => {
  const EMPTY: [string, Read, unknown][] = [
    ['getActiveSubscriptions()', (stigg) => stigg.getActiveSubscriptions(), []],
    ['getActiveSubscriptionsList()', (stigg) => stigg.getActiveSubscriptionsList(), []],
    ['getCustomerPortal()', (stigg) => stigg.getCustomerPortal(), null],
  ];

  test.each(EMPTY)(
    '%s without a customer gives what its hook gives without a client',
    async (_, read, expected) => {
      const { app } = await start(null);
      await shows('anonymous');
      expect(await read(app.context().stigg)).toEqual(expected);
    },
  );

  test.each(EMPTY)(
    '%s after signOut() gives what its hook gives without a client',
    async (_, read, expected) => {
      const { app } = await start('acme');
      await shows('ready');
      act(() => app.customer().signOut());
      expect(await read(app.context().stigg)).toEqual(expected);
    },
  );

  test('getPaywall() without a customer answers as for a visitor', async () => {
    const { app } = await start(null);
    await shows('anonymous');
    expect(await app.context().stigg.getPaywall()).toMatchObject({
      customer: null,
      plans: [{ id: 'free' }, { id: 'pro' }],
    });
  });

  test.each(READS.filter(([name]) => /^get(Customer|CheckoutState)\(/.test(name)))(
    '%s rejects, as the SDK does',
    async (_, read) => {
      const { app } = await start(null);
      await shows('anonymous');
      await expect(read(app.context().stigg)).rejects.toThrow();
    },
  );
});

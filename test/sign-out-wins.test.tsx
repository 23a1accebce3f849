import { useBooleanEntitlement } from '@stigg/react-sdk';
import { act, fireEvent, render, screen } from '@testing-library/react';
import {
  type HardenedCustomer,
  HardenedStiggProvider,
  type Identity,
  useHardenedCustomer,
} from 'hardened-stigg';
import { createCustomerToken } from 'hardened-stigg/server';
import { Activity, memo, useEffect, useRef } from 'react';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type AppProps, renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { ACME, DENIED } from './helpers/expected';
import { turns } from './helpers/fake-time';
import { SIGNING_SECRET } from './helpers/secret';
import { serve } from './helpers/serve';
import { SignOutAndRefresh } from './helpers/sign-out-and-refresh';
import { untilRendered } from './helpers/until';

function Goodbye() {
  const { refresh, signOut } = useHardenedCustomer();
  useEffect(() => {
    void refresh();
    signOut();
  }, [refresh, signOut]);
  return null;
}

const Memoised = memo(() => {
  const { hasAccess } = useBooleanEntitlement({ featureId: 'sso' });
  return <p data-testid="memoised">{hasAccess ? 'granted' : 'denied'}</p>;
});

test('a memoised reader of the SDK shows a sign-out in the same render', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url }, { children: <Memoised /> });
  await shows('ready');
  expect(screen.getByTestId('memoised')).toHaveTextContent('granted');

  act(() => app.customer().signOut());

  expect(screen.getByTestId('memoised')).toHaveTextContent('denied');
});

test('signOut() clears at once: the next render grants nothing', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  await shows('ready');

  act(() => app.customer().signOut());

  expect(app.customer().status).toBe('anonymous');
  expect(await shows('anonymous')).toMatchObject({ customer: 'nobody', ...DENIED });
  expect(identity.requests).toHaveLength(1);
});

test('signOut() wins over a running identity request, and aborts it', async () => {
  const { stigg, customerRequests } = await startStigg();
  const identity = await startIdentity(() => new Promise(() => {}));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  await expect.poll(() => identity.requests).toHaveLength(1);
  const pending = app.customer().refresh();

  act(() => app.customer().signOut());

  await pending;
  expect(await shows('anonymous')).toMatchObject(DENIED);
  await expect.poll(() => identity.requests[0]?.signal.aborted).toBe(true);
  expect(customerRequests()).toEqual([]);
});

test('signOut() wins over entitlements that arrive later', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { emulator, stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  let answered = 0;
  const slow = await serve(async (request) => {
    const response = await emulator.fetch(request);
    if (request.url.includes('entitlements')) {
      await held;
      answered++;
    }
    return response;
  });
  onTestFinished(slow.close);
  const app = renderApp({ ...stigg, baseEdgeUri: slow.url, identityEndpoint: identity.url });
  await expect.poll(() => emulator.requests.some(({ customerId }) => customerId)).toBe(true);

  act(() => app.customer().signOut());
  release();
  await expect.poll(() => answered).toBe(1);

  expect(await shows('anonymous')).toMatchObject(DENIED);
});

test('signOut() wins over a refresh() in the same task', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  await shows('ready');

  await act(async () => {
    const pending = app.customer().refresh();
    app.customer().signOut();
    await pending;
  });

  expect(await shows('anonymous')).toMatchObject(DENIED);
});

test('signOut() wins at every moment between an answer and its use, and nothing runs later', async () => {
  const { stigg, customerRequests } = await startStigg();
  const acme = { customerId: 'acme', customerToken: createCustomerToken('acme', SIGNING_SECRET) };
  let answer = (_: Identity) => {};
  const identityEndpoint = vi.fn(
    () =>
      new Promise<Identity>((resolve) => {
        answer = resolve;
      }),
  );
  const app = renderApp({ ...stigg, identityEndpoint });
  await expect.poll(() => identityEndpoint.mock.calls).toHaveLength(1);
  answer({ ...acme, expiresIn: 60 });
  await shows('ready');

  for (let turns = 0; turns < 40; turns++) {
    const asked = identityEndpoint.mock.calls.length;
    const requested = customerRequests().length;
    await act(async () => {
      const pending = app.customer().refresh();
      // The same token, which needs no answer of Stigg's, and then another customer's, which does.
      answer(turns % 2 ? { ...acme, expiresIn: 60 } : { customerId: 'b', customerToken: 'b' });
      for (let turn = 0; turn < turns / 2; turn++) await null;
      app.customer().signOut();
      await pending;
    });
    expect(await shows('anonymous')).toMatchObject(DENIED);

    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 120_000 });
    fireEvent(window, new Event('focus'));
    vi.useRealTimers();
    expect(await shows('anonymous')).toMatchObject(DENIED);
    expect(identityEndpoint).toHaveBeenCalledTimes(asked + 1);
    if (turns % 2) expect(customerRequests()).toHaveLength(requested);

    await act(async () => {
      const pending = app.customer().refresh();
      answer({ ...acme, expiresIn: 60 });
      await pending;
    });
    expect(await shows('ready')).toEqual(ACME);
  }
});

test("signOut() wins at every moment between Stigg's answer and its use", async () => {
  const { emulator, stigg } = await startStigg();
  const identityEndpoint = async () => ({
    customerId: 'acme',
    customerToken: emulator.issueToken('acme', 600_000),
  });
  const app = renderApp({ ...stigg, identityEndpoint });

  for (let turns = 0; turns < 60; turns++) {
    expect(await shows('ready')).toEqual(ACME);
    const client = app.context().stigg;
    const onAnswer = async () => {
      client.removeListener('entitlementsUpdated', onAnswer);
      for (let turn = 0; turn < turns; turn++) await null;
      app.customer().signOut();
    };
    client.addListener('entitlementsUpdated', onAnswer);
    await act(() => app.customer().refresh());
    expect(await shows('anonymous')).toMatchObject(DENIED);
    await act(() => app.customer().refresh());
  }
});

test('refresh() after signOut() signs in again', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  await shows('ready');
  act(() => app.customer().signOut());

  await act(() => app.customer().refresh());

  expect(await shows('ready')).toEqual(ACME);
});

test('the same customer who signs in again before React renders is granted again', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  await shows('ready');

  await act(async () => {
    app.customer().signOut();
    await app.customer().refresh();
  });

  expect(await shows('ready')).toEqual(ACME);
});

describe.each([false, true])('StrictMode: %s', (strict) => {
  test.each<[string, Partial<AppProps>]>([
    ['at the first load', {}],
    ['with a sessionKey', { sessionKey: 'one' }],
    ['while nobody is signed in', { sessionKey: null }],
    [
      'with an identity that is known ahead',
      {
        initialIdentity: {
          customerId: 'acme',
          customerToken: createCustomerToken('acme', SIGNING_SECRET),
          entitlements: { sso: true },
        },
      },
    ],
  ])(
    'a component that signs out as it mounts wins over its own refresh(), %s',
    async (_, props) => {
      const { stigg, customerRequests } = await startStigg();
      const identity = await startIdentity(signedIn('acme'));

      const app = renderApp(
        { ...stigg, identityEndpoint: identity.url, ...props },
        { strict, children: <Goodbye /> },
      );

      await shows('anonymous');
      await turns();
      expect(app.customer().status).toBe('anonymous');
      expect(identity.requests).toHaveLength(0);
      expect(customerRequests()).toEqual([]);
    },
  );

  test('and a refresh() after its sign-out wins over that', async () => {
    const { stigg } = await startStigg();
    const identity = await startIdentity(signedIn('acme'));

    renderApp(
      { ...stigg, identityEndpoint: identity.url },
      { strict, children: <SignOutAndRefresh /> },
    );

    expect(await shows('ready')).toEqual(ACME);
    expect(identity.requests).toHaveLength(1);
  });

  test('while `enabled` is false, a sign-out wins over the refresh() that waits', async () => {
    const { stigg } = await startStigg();
    const identity = await startIdentity(signedIn('acme'));
    const props = { ...stigg, identityEndpoint: identity.url };
    const app = renderApp({ ...props, enabled: false }, { strict });
    await shows('loading');
    const pending = app.customer().refresh();
    act(() => app.customer().signOut());

    app.rerender({ ...props, enabled: true });

    await act(() => pending);
    await turns();
    expect(app.customer().status).toBe('anonymous');
    expect(identity.requests).toHaveLength(0);
  });
});

function Reader({ onRead }: { onRead: (customer: HardenedCustomer) => void }) {
  onRead(useHardenedCustomer());
  return null;
}

/** An app that guards against StrictMode by itself. */
function GoodbyeOnce() {
  const { signOut } = useHardenedCustomer();
  const isDone = useRef(false);
  useEffect(() => {
    if (isDone.current) return;
    isDone.current = true;
    signOut();
  }, [signOut]);
  return null;
}

test.each([
  ['from the endpoint', undefined],
  [
    'known ahead',
    {
      customerId: 'acme',
      customerToken: createCustomerToken('acme', SIGNING_SECRET),
      entitlements: { sso: true },
    },
  ],
])('in a mount effect that runs once, under StrictMode: %s', async (_, initialIdentity) => {
  const { stigg, customerRequests } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const app = renderApp(
    { ...stigg, identityEndpoint: identity.url, initialIdentity },
    { strict: true, children: <GoodbyeOnce /> },
  );

  expect(await shows('anonymous')).toMatchObject({ customer: 'nobody', ...DENIED });
  await turns();
  expect(app.customer().status).toBe('anonymous');
  expect(identity.requests).toHaveLength(0);
  expect(customerRequests()).toEqual([]);

  await act(() => app.customer().refresh());
  expect(await shows('ready')).toEqual(ACME);
});

test.skipIf(!Activity)(
  'outlives that the provider is hidden and shown again, which a visit of nobody does not',
  async () => {
    const { stigg } = await startStigg();
    const identity = await startIdentity(signedIn(null));
    let customer!: HardenedCustomer;
    const onRead = (read: HardenedCustomer) => {
      customer = read;
    };
    const tree = (mode: 'visible' | 'hidden') => (
      <Activity mode={mode}>
        <HardenedStiggProvider {...stigg} identityEndpoint={identity.url}>
          <Reader onRead={onRead} />
        </HardenedStiggProvider>
      </Activity>
    );
    const view = render(tree('visible'));
    const hideAndShow = async () => {
      await act(async () => view.rerender(tree('hidden')));
      await act(async () => view.rerender(tree('visible')));
    };
    await untilRendered(() => customer.status === 'anonymous');

    identity.answer = signedIn('acme');
    await hideAndShow();
    await untilRendered(() => customer.status === 'ready');

    act(() => customer.signOut());
    await hideAndShow();
    expect(customer.status).toBe('anonymous');
    expect(identity.requests).toHaveLength(2);
  },
);

test('outlives a new apiKey', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const props = { ...stigg, identityEndpoint: identity.url };
  const app = renderApp(props);
  await shows('ready');
  act(() => app.customer().signOut());

  const before = app.seen.length;
  app.rerender({ ...props, apiKey: 'client-other' });
  await turns();

  expect(new Set(app.seen.slice(before).map(({ status }) => status))).toEqual(
    new Set(['anonymous']),
  );
  expect(identity.requests).toHaveLength(1);
  await act(() => app.customer().refresh());
  expect(await shows('ready')).toEqual(ACME);
});

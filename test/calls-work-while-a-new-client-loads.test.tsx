import { act } from '@testing-library/react';
import { type HardenedCustomer, useHardenedCustomer } from 'hardened-stigg';
import { type DependencyList, useEffect, useLayoutEffect } from 'react';
import { describe, expect, test, vi } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { quiet } from './helpers/clocks';
import { ACME, DENIED } from './helpers/expected';
import { openTab } from './helpers/tabs';
import { until } from './helpers/until';

/** An app that gets a new apiKey. Its client is delayed until `come()`. */
async function start(strict = false) {
  let isHeld = false;
  let come = () => {};
  const { stigg, emulator } = await startStigg();
  const held = await startIdentity(async (request) => {
    if (isHeld && request.url.includes('configuration')) {
      await new Promise<void>((resolve) => {
        come = resolve;
      });
    }
    return emulator.fetch(request);
  });
  const server = new URL(held.url).origin;
  const identity = await startIdentity(signedIn('acme'));
  const props = {
    ...stigg,
    baseUri: server,
    baseEdgeUri: server,
    identityEndpoint: identity.url,
  };
  const app = renderApp(props, { strict });
  await shows('ready');
  const before = held.requests.length;
  isHeld = true;
  app.rerender({ ...props, apiKey: 'client-other' });
  await until(() => held.requests.length > before);
  await act(() => quiet());
  return { app, identity, props, come: () => act(async () => come()) };
}

describe.each([false, true])(
  'while a new apiKey waits for its client (StrictMode: %s)',
  (strict) => {
    test('signOut() while a new client loads ends anonymous, and nothing is requested', async () => {
      const { app, identity, come } = await start(strict);
      const { length } = identity.requests;

      act(() => app.customer().signOut());
      expect(await shows('anonymous')).toMatchObject(DENIED);
      await come();
      await act(() => quiet());

      expect(await shows('anonymous')).toMatchObject({ customer: 'nobody', ...DENIED });
      expect(identity.requests).toHaveLength(length);
    });

    test('refresh() while a new client loads settles with the customer, and not before', async () => {
      const { app, identity, come } = await start(strict);
      const settled = vi.fn<(customer: HardenedCustomer) => void>();
      identity.answer = signedIn('globex');

      act(() => void app.customer().refresh().then(settled));
      await act(() => quiet());
      expect(settled).not.toHaveBeenCalled();
      await come();

      await until(() => settled.mock.calls.length === 1);
      await until(() => app.customer().customerId === 'globex');
      expect(await shows('ready')).toMatchObject({ customer: 'globex', ...DENIED });
      expect(settled.mock.calls[0]?.[0]).toMatchObject({ status: 'ready', customerId: 'globex' });
      expect(identity.requests.length).toBeGreaterThanOrEqual(2);
    });

    test('refresh() after signOut() signs in while a new client loads', async () => {
      const { app, come } = await start(strict);
      act(() => {
        app.customer().signOut();
        void app.customer().refresh();
      });
      await come();

      expect(await shows('ready')).toEqual(ACME);
    });

    test('signOut() after refresh() wins while a new client loads, and the promise resolves to that', async () => {
      const { app, come } = await start(strict);
      let pending: Promise<HardenedCustomer> | undefined;
      act(() => {
        pending = app.customer().refresh();
        app.customer().signOut();
      });
      await come();
      await act(() => quiet());

      expect(await pending).toMatchObject({ status: 'anonymous' });
      expect(await shows('anonymous')).toMatchObject(DENIED);
    });
  },
);

type Hook = (effect: () => void, dependencies: DependencyList) => void;

function SignOutIn({ useHook }: { useHook: Hook }) {
  const { signOut } = useHardenedCustomer();
  useHook(() => signOut(), [signOut]);
  return null;
}

describe('a component that mounts with a new apiKey', () => {
  test.each([
    ['a layout effect', useLayoutEffect],
    ['an effect', useEffect],
  ])('a component that mounts with a new apiKey can sign out in %s', async (_, useHook) => {
    const { stigg } = await startStigg();
    const identity = await startIdentity(signedIn('acme'));
    const props = { ...stigg, identityEndpoint: identity.url };
    const tab = openTab(props);
    await tab.becomes('ready');

    tab.rerender({ ...props, apiKey: 'client-other' }, <SignOutIn useHook={useHook} />);
    await tab.becomes('anonymous');
    await act(() => quiet(300));

    expect(tab.text('status')).toBe('anonymous');
    expect(tab.text('sso')).toBe('denied');
    expect(identity.requests).toHaveLength(1);
  });
});

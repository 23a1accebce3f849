import { act, render } from '@testing-library/react';
import { HardenedStiggProvider, useHardenedCustomer } from 'hardened-stigg';
import { preloadIdentity } from 'hardened-stigg/preload';
import { createCustomerToken } from 'hardened-stigg/server';
import { type EffectCallback, StrictMode, useEffect, useLayoutEffect } from 'react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AppProps, renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { quiet } from './helpers/clocks';
import { DENIED } from './helpers/expected';
import { SIGNING_SECRET } from './helpers/secret';
import { SignOutAndRefresh } from './helpers/sign-out-and-refresh';
import { openTab } from './helpers/tabs';
import { until } from './helpers/until';

afterEach(() => {
  globalThis.__hardenedStiggIdentity = undefined;
});

const identityOf = (customerId: string) => ({
  customerId,
  customerToken: createCustomerToken(customerId, SIGNING_SECRET),
});

type Hook = (effect: EffectCallback, dependencies: unknown[]) => void;

function SignOutIn({ useHook }: { useHook: Hook }) {
  const { signOut } = useHardenedCustomer();
  useHook(() => signOut(), [signOut]);
  return null;
}

const WAYS: [string, (props: AppProps) => Promise<AppProps>][] = [
  ['initialIdentity', async (props) => ({ ...props, initialIdentity: identityOf('acme') })],
  [
    'a preloaded answer',
    async (props) => {
      const { identityEndpoint } = props;
      preloadIdentity(identityEndpoint as string);
      await globalThis.__hardenedStiggIdentity?.response;
      return props;
    },
  ],
];

const MOMENTS: [string, Hook][] = [
  ['a layout effect', useLayoutEffect],
  ['an effect', useEffect],
];

/** The identity known ahead names acme, but now the endpoint names globex. */
async function start(makeKnown: (typeof WAYS)[number][1]) {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const props = await makeKnown({ ...stigg, identityEndpoint: identity.url });
  identity.answer = signedIn('globex');
  const before = identity.requests.length;
  return { props, identity, requested: () => identity.requests.length - before };
}

describe.each(WAYS)('%s', (_, makeKnown) => {
  describe.each([false, true])('StrictMode: %s', (strict) => {
    test.each(MOMENTS)(
      'after signOut() in %s, refresh() requests the endpoint',
      async (_, useHook) => {
        const { props, requested } = await start(makeKnown);
        const app = renderApp(props, { strict, children: <SignOutIn useHook={useHook} /> });
        await shows('anonymous');
        await act(() => quiet());
        expect(requested()).toBe(0);

        await act(() => app.customer().refresh());

        expect(await shows('ready')).toMatchObject({ customer: 'globex', ...DENIED });
        expect(requested()).toBe(1);
        expect(app.seen.map(({ customerId }) => customerId)).not.toContain('acme');
      },
    );

    test('signOut() and refresh() in one effect request the endpoint', async () => {
      const { props, requested } = await start(makeKnown);
      const app = renderApp(props, { strict, children: <SignOutAndRefresh /> });

      expect(await shows('ready')).toMatchObject({ customer: 'globex' });
      await act(() => quiet());
      expect(app.seen.map(({ customerId }) => customerId)).not.toContain('acme');
      expect(requested()).toBeGreaterThanOrEqual(1);
    });

    test.each(MOMENTS)(
      'after signOut() in %s, another provider requests the endpoint',
      async (_, useHook) => {
        const { props, requested } = await start(makeKnown);
        const app = renderApp(props, { strict, children: <SignOutIn useHook={useHook} /> });
        await shows('anonymous');
        app.unmount();

        const again = renderApp(props, { strict });

        expect(await shows('ready')).toMatchObject({ customer: 'globex', ...DENIED });
        expect(again.seen.map(({ customerId }) => customerId)).not.toContain('acme');
        expect(requested()).toBe(1);
      },
    );
  });
});

describe('an initialIdentity that has been used', () => {
  let known: AppProps;
  let count: () => number;
  beforeEach(async () => {
    const { props, requested } = await start(async (props) => props);
    // A new object for each mount, because the page is parsed again each time.
    known = { ...props, initialIdentity: identityOf('acme') };
    count = requested;
  });

  test('initialIdentity is not used by a provider that mounts after signOut()', async () => {
    const first = renderApp(known);
    await until(() => first.customer().status !== 'loading');
    act(() => first.customer().signOut());
    first.unmount();

    const before = count();
    const second = renderApp({ ...known, initialIdentity: identityOf('acme') });

    expect(await shows('ready')).toMatchObject({ customer: 'globex' });
    expect(second.seen.map(({ customerId }) => customerId)).not.toContain('acme');
    expect(count()).toBe(before + 1);
  });

  test('initialIdentity is not used by a provider that gets another key after signOut()', async () => {
    const tree = (key: number) => (
      <StrictMode>
        <HardenedStiggProvider key={key} {...known}>
          <Customer />
        </HardenedStiggProvider>
      </StrictMode>
    );
    const view = render(tree(1));
    await until(() => !view.container.textContent?.includes('loading'));
    act(() => view.getByRole('button').click());
    await until(() => view.container.textContent === 'anonymous nobody');

    view.rerender(tree(2));

    await until(() => view.container.textContent === 'ready globex');
  });

  test('initialIdentity is not used by a second provider on the page where the user signed out', async () => {
    const first = openTab(known);
    await until(() => first.customer().status !== 'loading');
    act(() => first.customer().signOut());

    const second = openTab(known);

    await second.becomes('globex');
    expect(second.seen.map(({ customerId }) => customerId)).not.toContain('acme');
  });
});

function Customer() {
  const { status, customerId, signOut } = useHardenedCustomer();
  return (
    <button type="button" onClick={signOut}>
      {status} {customerId ?? 'nobody'}
    </button>
  );
}

import { useBooleanEntitlement } from '@stigg/react-sdk';
import { act, render } from '@testing-library/react';
import {
  type Entitlements,
  HardenedStiggProvider,
  type HardenedStiggProviderProps,
  useHardenedCustomer,
} from 'hardened-stigg';
import { identityPreloadScript, preloadIdentity } from 'hardened-stigg/preload';
import { Fragment, StrictMode, Suspense, version } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { startIdentity, startStigg } from './helpers/backend';
import { until, untilRendered } from './helpers/until';

const SSO: Entitlements = { sso: true };
const entries: string[] = [];

afterEach(() => {
  entries.length = 0;
  globalThis.__hardenedStiggIdentity = undefined;
});

function Reader() {
  const { status, customerId } = useHardenedCustomer();
  const { hasAccess } = useBooleanEntitlement({ featureId: 'sso' });
  const entry = `${customerId ?? status}: ${hasAccess ? 'granted' : 'denied'}`;
  if (entries.at(-1) !== entry) entries.push(entry);
  return <p>{entry}</p>;
}

function SignOut() {
  const { signOut } = useHardenedCustomer();
  return (
    <button type="button" onClick={signOut}>
      sign out
    </button>
  );
}

/** React 18 renders a boundary again if a context changes before it is hydrated, and StiggProvider changes its own. */
const Boundary = version.startsWith('18.') ? Fragment : Suspense;

const tree = (props: HardenedStiggProviderProps, strict: boolean) => {
  const app = (
    <HardenedStiggProvider {...props}>
      <Reader />
      <Boundary>
        <Reader />
      </Boundary>
    </HardenedStiggProvider>
  );
  return strict ? <StrictMode>{app}</StrictMode> : app;
};

async function start(entitlements: Entitlements | undefined = SSO) {
  const { emulator, stigg, customerRequests } = await startStigg();
  const known = {
    customerId: 'acme',
    customerToken: emulator.issueToken('acme', 600_000),
    expiresIn: 600,
    entitlements,
  };
  const endpoint = await startIdentity(() => Response.json(known));
  return {
    known,
    endpoint,
    props: { ...stigg, identityEndpoint: endpoint.url },
    isHandedOver: () => customerRequests().some(({ operation }) => operation === 'GetEntitlements'),
  };
}

/** Takes the HTML of a server, and lets React hydrate it. */
async function hydrate(props: HardenedStiggProviderProps, strict: boolean, arrive = () => {}) {
  const container = document.body.appendChild(document.createElement('div'));
  container.innerHTML = renderToString(tree(props, false));
  const html = container.textContent;
  entries.length = 0;
  arrive();
  const onError = vi.spyOn(console, 'error');
  const onRecoverableError = vi.fn();
  await act(async () => {
    const root = hydrateRoot(container, tree(props, strict), { onRecoverableError });
    onTestFinished(() => {
      act(() => root.unmount());
      container.remove();
    });
  });
  return { html, onError, onRecoverableError, container };
}

describe.each([false, true])('StrictMode: %s', (strict) => {
  test.each([
    ['initialIdentity', (known: object) => ({ initialIdentity: known })],
    ['identity', (known: object) => ({ identity: known, identityEndpoint: undefined })],
  ])("with %s, hydration keeps the server's content, and nothing is denied", async (_, give) => {
    const { known, props, isHandedOver } = await start();
    const { html, onError, onRecoverableError, container } = await hydrate(
      { ...props, ...give(known) } as HardenedStiggProviderProps,
      strict,
    );
    await untilRendered(isHandedOver);

    expect(html).toBe('acme: grantedacme: granted');
    expect(container.textContent).toBe(html);
    expect(entries).toEqual(['acme: granted']);
    expect(onError).not.toHaveBeenCalled();
    expect(onRecoverableError).not.toHaveBeenCalled();
  });

  test.each([
    ['preloadIdentity()', (url: string) => preloadIdentity(url)],
    [
      'identityPreloadScript()',
      (url: string) => {
        const script = identityPreloadScript(url);
        new Function(script.slice(script.indexOf('>') + 1, -'</script>'.length))();
      },
    ],
  ])(
    'with %s, a preloaded answer that has arrived makes the first render ready',
    async (_, preload) => {
      const { props, endpoint, isHandedOver } = await start();
      preload(endpoint.url);
      await until(() => globalThis.__hardenedStiggIdentity?.arrived !== undefined);

      render(tree(props, strict));
      expect(entries).toEqual(['acme: granted']);
      await untilRendered(isHandedOver);

      expect(entries).toEqual(['acme: granted']);
      expect(endpoint.requests).toHaveLength(1);
      expect(globalThis.__hardenedStiggIdentity).toBeUndefined();
    },
  );

  test('a preloaded answer does not change the first render of a page that hydrates', async () => {
    const { props, endpoint } = await start();
    preloadIdentity(endpoint.url);
    await until(() => globalThis.__hardenedStiggIdentity?.arrived !== undefined);
    const preloaded = globalThis.__hardenedStiggIdentity;
    globalThis.__hardenedStiggIdentity = undefined; // the server has none
    const { html, onError, onRecoverableError, container } = await hydrate(props, strict, () => {
      globalThis.__hardenedStiggIdentity = preloaded;
    });
    await untilRendered(() => entries.at(-1) === 'acme: granted');

    expect(html).toBe('loading: deniedloading: denied');
    expect(entries).toEqual(['loading: denied', 'acme: granted']);
    expect(container.textContent).toBe('acme: grantedacme: granted');
    expect(onError).not.toHaveBeenCalled();
    expect(onRecoverableError).not.toHaveBeenCalled();
    expect(endpoint.requests).toHaveLength(1);
  });
});

test.each([
  ['without entitlements', (answer: object) => ({ ...answer, entitlements: undefined })],
  ['that is wrong', (answer: object) => ({ ...answer, entitlements: { sso: 'yes' } })],
  ['that is over', (answer: object) => ({ ...answer, expiresIn: 0 })],
  ['of nobody', () => null],
])('a preloaded answer %s is loading first', async (_, change) => {
  const { props, endpoint, known } = await start();
  endpoint.answer = () => Response.json(change(known));
  preloadIdentity(endpoint.url);
  await until(() => globalThis.__hardenedStiggIdentity?.arrived !== undefined);

  render(tree(props, false));
  expect(entries).toEqual(['loading: denied']);
});

test('after a sign-out on this page, a preloaded answer is not used', async () => {
  const { props, endpoint } = await start();
  const { unmount, getByText } = render(
    <HardenedStiggProvider {...props}>
      <SignOut />
    </HardenedStiggProvider>,
  );
  act(() => getByText('sign out').click());
  unmount();
  preloadIdentity(endpoint.url);
  await until(() => globalThis.__hardenedStiggIdentity?.arrived !== undefined);

  render(tree(props, false));
  expect(entries).toEqual(['loading: denied']);
});

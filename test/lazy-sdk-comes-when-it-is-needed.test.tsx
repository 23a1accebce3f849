import {
  type BooleanEntitlement,
  type StiggContextValue,
  useBooleanEntitlement as useSdkEntitlement,
  useStiggContext,
} from '@stigg/react-sdk';
import { act, render, screen } from '@testing-library/react';
import { HardenedStiggProvider as EagerProvider, type Entitlements } from 'hardened-stigg';
import { MockHardenedStiggProvider } from 'hardened-stigg/testing';
import { Component, type ReactNode, StrictMode, useEffect } from 'react';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { startIdentity, startStigg } from './helpers/backend';
import { untilRendered } from './helpers/until';

const KNOWN: Entitlements = { sso: true, seats: 5, reports: { limit: 10, usage: 3 } };

/** Each test has a page of its own, on which the SDK has not loaded. */
let lazy: typeof import('hardened-stigg/lazy');
const entries: string[] = [];
let mounts = 0;
beforeEach(async () => {
  entries.length = 0;
  mounts = 0;
  vi.resetModules();
  lazy = await import('hardened-stigg/lazy');
});

function Reader() {
  const { status, customerId } = lazy.useHardenedCustomer();
  const sso = lazy.useBooleanEntitlement({ featureId: 'sso' });
  const seats = lazy.useNumericEntitlement({ featureId: 'seats' });
  const reports = lazy.useMeteredEntitlement({ featureId: 'reports' });
  const granted = [sso, seats, reports].filter(({ hasAccess }) => hasAccess).length;
  const entry = `${customerId ?? status}: ${granted} of 3`;
  if (entries.at(-1) !== entry) entries.push(entry);
  useEffect(() => {
    mounts++;
  }, []);
  return null;
}

function Actions() {
  const { refresh, signOut } = lazy.useHardenedCustomer();
  return (
    <>
      <button type="button" onClick={refresh}>
        refresh
      </button>
      <button type="button" onClick={signOut}>
        sign out
      </button>
    </>
  );
}

/** A component that needs Stigg's SDK, as its widgets do. */
function OfTheSdk({ name }: { name: string }) {
  const { stigg } = useStiggContext() as StiggContextValue;
  return (
    <button type="button" onClick={() => stigg.refresh()}>
      {`${name}: ${stigg.isCustomerLoaded}`}
    </button>
  );
}

const read: BooleanEntitlement[] = [];

function Bare() {
  const options = { fallback: { hasAccess: true } };
  read.push(
    lazy.useBooleanEntitlement({ featureId: 'sso', options }),
    lazy.useBooleanEntitlement({ featureId: 'sso' }),
  );
  return null;
}

async function start() {
  const customers = { acme: { name: 'Acme', entitlements: KNOWN } };
  const { emulator, stigg, customerRequests } = await startStigg({ customers });
  const says = { entitlements: KNOWN as Entitlements | undefined };
  const identity = await startIdentity(() =>
    Response.json({
      customerId: 'acme',
      customerToken: emulator.issueToken('acme', 600_000),
      ...says,
    }),
  );
  return {
    emulator,
    customers,
    identity,
    says,
    props: { ...stigg, identityEndpoint: identity.url },
    loads: () =>
      customerRequests().filter(({ operation }) => operation === 'GetEntitlements').length,
  };
}

type Props = Awaited<ReturnType<typeof start>>['props'];

function show(props: Props, children?: ReactNode, strict = false) {
  const app = (
    <lazy.HardenedStiggProvider {...props}>
      <Reader />
      {children}
    </lazy.HardenedStiggProvider>
  );
  return render(strict ? <StrictMode>{app}</StrictMode> : app);
}

const becomes = (entry: string) =>
  untilRendered(
    () => entries.at(-1) === entry,
    () => `${entry}; it was ${entries}`,
  );

class Boundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state = { error: null as Error | null };
  static getDerivedStateFromError = (error: Error) => ({ error });
  override render() {
    const { error } = this.state;
    return error ? (
      <button type="button" onClick={() => this.setState({ error: null })}>
        {error.message}
      </button>
    ) : (
      this.props.children
    );
  }
}

describe.each([false, true])('StrictMode: %s', (strict) => {
  test('if the identity has entitlements, nothing is requested from Stigg', async () => {
    const { props, emulator } = await start();
    show(props, null, strict);
    await becomes('acme: 3 of 3');
    expect(entries).toEqual(['loading: 0 of 3', 'acme: 3 of 3']);
    expect(emulator.requests).toEqual([]);
  });

  test('preloadStigg() loads the SDK with one verified request, no remount, and nothing denied', async () => {
    const { props, loads } = await start();
    show(props, null, strict);
    await becomes('acme: 3 of 3');
    const mounted = mounts;

    await act(() => lazy.preloadStigg());
    await untilRendered(() => loads() > 0);
    await act(async () => {});

    expect(loads()).toBe(1);
    expect(entries).toEqual(['loading: 0 of 3', 'acme: 3 of 3']);
    expect(mounts).toBe(mounted);
  });

  test('without entitlements, the SDK is loaded, and Stigg answers', async () => {
    const { props, says, loads } = await start();
    says.entitlements = undefined;
    show(props, null, strict);
    await becomes('acme: 3 of 3');
    expect(entries).toEqual(['loading: 0 of 3', 'acme: 3 of 3']);
    expect(loads()).toBe(1);
  });

  test('a widget shows its fallback until Stigg has accepted the customer', async () => {
    const { props, loads } = await start();
    const Widget = lazy.lazyWidget(() => OfTheSdk);
    show(props, <Widget name="acme" fallback={<p>please wait</p>} />, strict);
    expect(screen.getByText('please wait')).toBeInTheDocument();

    await untilRendered(() => screen.queryByText('please wait') === null);

    expect(screen.getByText('acme: true')).toBeInTheDocument();
    expect(loads()).toBe(1);
    expect(entries).not.toContain('acme: 0 of 3');
  });
});

test('a sign-out while the SDK loads wins', async () => {
  const { props, loads } = await start();
  show(props, <Actions />);
  await becomes('acme: 3 of 3');
  const loaded = lazy.preloadStigg();
  act(() => screen.getByText('sign out').click());
  expect(entries.at(-1)).toBe('anonymous: 0 of 3');
  await act(() => loaded);
  await act(async () => {});
  expect(entries.at(-1)).toBe('anonymous: 0 of 3');
  expect(loads()).toBe(0);
});

test('a refusal by Stigg, after the SDK has loaded, grants nothing', async () => {
  const { props, identity } = await start();
  const forged = { customerId: 'acme', customerToken: 'forged', entitlements: KNOWN };
  identity.answer = () => Response.json(forged);
  show(props);
  await becomes('acme: 3 of 3');
  await act(() => lazy.preloadStigg());
  await becomes('error: 0 of 3');
});

test('before the SDK has loaded, refresh() brings new entitlements', async () => {
  const { props, says, emulator } = await start();
  show(props, <Actions />);
  await becomes('acme: 3 of 3');
  says.entitlements = { sso: true };
  act(() => screen.getByText('refresh').click());
  await becomes('acme: 1 of 3');
  expect(emulator.requests).toEqual([]);
});

test('entitlements that a widget refreshes reach the hooks outside it', async () => {
  const { props, customers } = await start();
  const Widget = lazy.lazyWidget(() => OfTheSdk);
  show(props, <Widget name="acme" />);
  await untilRendered(() => screen.queryByText('acme: true') !== null);
  expect(entries.at(-1)).toBe('acme: 3 of 3');

  customers.acme.entitlements = { sso: true };
  act(() => screen.getByText('acme: true').click());
  await becomes('acme: 1 of 3');
});

test('two widgets load the SDK and the customer once, even if one of them unmounts', async () => {
  const { props, loads } = await start();
  const Widget = lazy.lazyWidget(() => OfTheSdk);
  const { rerender } = show(props, [
    <Widget key="1" name="acme" />,
    <Widget key="2" name="acme" />,
  ]);
  rerender(
    <lazy.HardenedStiggProvider {...props}>
      <Reader />
      {[<Widget key="2" name="acme" />]}
    </lazy.HardenedStiggProvider>,
  );
  await untilRendered(() => screen.queryAllByText('acme: true').length === 1);
  expect(loads()).toBe(1);
});

test('if the SDK fails to load, the error boundary of the widget gets the error, and a retry can succeed', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.doMock('../src/lazy/with-sdk', () => {
    throw new Error('404');
  });
  const { props } = await start();
  const Widget = lazy.lazyWidget(() => OfTheSdk);
  show(
    props,
    <Boundary>
      <Widget name="acme" fallback={<p>please wait</p>} />
    </Boundary>,
  );
  await becomes('acme: 3 of 3');
  await untilRendered(() => screen.queryByRole('button') !== null);
  expect(screen.getByRole('button').textContent).toContain('cannot be loaded');
  expect(entries.at(-1)).toBe('acme: 3 of 3');

  vi.doUnmock('../src/lazy/with-sdk');
  act(() => screen.getByRole('button').click());
  expect(screen.getByText('please wait')).toBeInTheDocument();
  await untilRendered(() => screen.queryByText('acme: true') !== null);
});

test('if the identity has no entitlements and the SDK fails to load, the error is stigg_unreachable', async () => {
  vi.doMock('../src/lazy/with-sdk', () => {
    throw new Error('404');
  });
  const { props, says } = await start();
  says.entitlements = undefined;
  const onError = vi.fn();
  show({ ...props, onError } as Props);
  await becomes('error: 0 of 3');
  expect(onError.mock.calls[0]?.[0]).toMatchObject({ code: 'stigg_unreachable' });
  vi.doUnmock('../src/lazy/with-sdk');
});

test.each([true, false])(
  'hooks and widgets of another copy of this entry work under the provider (entitlements known ahead: %s)',
  async (isKnown) => {
    const { props, says, loads } = await start();
    if (!isKnown) says.entitlements = undefined;
    const { HardenedStiggProvider } = lazy;
    vi.resetModules();
    lazy = await import('hardened-stigg/lazy');
    expect(lazy.HardenedStiggProvider).not.toBe(HardenedStiggProvider);
    const Widget = lazy.lazyWidget(() => OfTheSdk);

    render(
      <HardenedStiggProvider {...props}>
        <Reader />
        <Widget name="widget" fallback={<p>waiting</p>} />
      </HardenedStiggProvider>,
    );

    expect(screen.getByText('waiting')).toBeVisible();
    await untilRendered(() => screen.queryByText('widget: true') !== null);
    await becomes('acme: 3 of 3');
    expect(loads()).toBe(1);
  },
);

describe('the hooks of the lazy entry', () => {
  test.each<[string, (children: ReactNode, props: Props) => ReactNode]>([
    [
      'the other provider',
      (children, props) => <EagerProvider {...props}>{children}</EagerProvider>,
    ],
    [
      'the mock provider',
      (children) => (
        <MockHardenedStiggProvider
          customer={{ status: 'ready', customerId: 'acme' }}
          entitlements={KNOWN}
        >
          {children}
        </MockHardenedStiggProvider>
      ),
    ],
  ])('the hooks of the lazy entry work under %s', async (_, wrap) => {
    const { props } = await start();
    render(wrap(<Reader />, props));
    await becomes('acme: 3 of 3');
    expect(entries).not.toContain('acme: 0 of 3');
  });

  test('the hooks of the lazy entry give the fallback without a provider, as those of the SDK do', () => {
    render(<Bare />);
    expect(read).toMatchObject([
      { hasAccess: true, isFallback: true },
      { hasAccess: false, isFallback: true },
    ]);
  });
});

test('an identity that comes later without entitlements loads the SDK, and takes nothing back', async () => {
  const { props, says, loads } = await start();
  show(props, <Actions />);
  await becomes('acme: 3 of 3');
  says.entitlements = undefined;
  act(() => screen.getByText('refresh').click());
  await untilRendered(() => loads() === 1);
  await act(async () => {});
  expect(entries).toEqual(['loading: 0 of 3', 'acme: 3 of 3']);
});

test.each([false, true])(
  'a new apiKey is loading in that very render, and requests a fresh identity (the SDK is on its way: %s)',
  async (isOnItsWay) => {
    const { props, says, identity, loads } = await start();
    const { rerender } = show(props);
    await becomes('acme: 3 of 3');

    says.entitlements = { sso: true };
    const loaded = isOnItsWay ? lazy.preloadStigg() : undefined;
    rerender(
      <lazy.HardenedStiggProvider {...props} apiKey="client-other">
        <Reader />
      </lazy.HardenedStiggProvider>,
    );
    expect(entries.at(-1)).toBe('loading: 0 of 3');
    await act(async () => loaded);
    await untilRendered(() => identity.requests.length === 2);
    await becomes(isOnItsWay ? 'acme: 3 of 3' : 'acme: 1 of 3');

    expect(loads()).toBe(isOnItsWay ? 1 : 0);
  },
);

/** Adds a widget to an app that has shown its actions, and waits for its customer. */
async function addWidget(app: ReturnType<typeof show>, props: Props) {
  const Widget = lazy.lazyWidget(() => OfTheSdk);
  app.rerender(
    <lazy.HardenedStiggProvider {...props}>
      <Reader />
      <Actions />
      <Widget name="acme" />
    </lazy.HardenedStiggProvider>,
  );
  await untilRendered(() => screen.queryByText('acme: true') !== null);
}

test('the SDK that comes while the endpoint fails is given the customer whose token is good', async () => {
  const { props, identity } = await start();
  const onError = vi.fn();
  const withErrors = { ...props, retries: 0, onError } as Props;
  const app = show(withErrors, <Actions />);
  await becomes('acme: 3 of 3');
  identity.answer = () => new Response(null, { status: 503 });
  act(() => screen.getByText('refresh').click());
  await untilRendered(() => onError.mock.calls.length > 0);

  await addWidget(app, withErrors);
  expect(entries).toEqual(['loading: 0 of 3', 'acme: 3 of 3']);
});

test('a widget is of the nearest provider, whichever entry that is of', async () => {
  const { props } = await start();
  const Widget = lazy.lazyWidget(() => () => (
    <p>{`sso: ${useSdkEntitlement({ featureId: 'sso' }).hasAccess}`}</p>
  ));
  show(
    props,
    <MockHardenedStiggProvider entitlements={{ seats: 5 }}>
      <Widget />
    </MockHardenedStiggProvider>,
  );
  await becomes('acme: 3 of 3');
  await untilRendered(() => screen.queryByText(/sso/) !== null);
  expect(screen.getByText(/sso/).textContent).toBe('sso: false');
});

test('an SDK that a widget brings, after it could not be loaded, is given the customer at once', async () => {
  vi.doMock('../src/lazy/with-sdk', () => {
    throw new Error('404');
  });
  const { props, says } = await start();
  const onError = vi.fn();
  const withErrors = { ...props, onError } as Props;
  const app = show(withErrors, <Actions />);
  await becomes('acme: 3 of 3');
  says.entitlements = undefined;
  act(() => screen.getByText('refresh').click());
  await untilRendered(() => onError.mock.calls.length > 0);

  vi.doUnmock('../src/lazy/with-sdk');
  await addWidget(app, withErrors);
  expect(entries).toEqual(['loading: 0 of 3', 'acme: 3 of 3']);
});

test.each([undefined, null, ''])(
  'apiKey={%j} throws at mount, and not with the arrival of the SDK',
  async (apiKey) => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const { props } = await start();
    expect(() => show({ ...props, apiKey: apiKey as string })).toThrow(/\bapiKey\b/);
  },
);

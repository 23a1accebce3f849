import { act, render, screen } from '@testing-library/react';
import {
  HardenedCustomerGate,
  HardenedStiggProvider,
  type SettledHardenedCustomer,
  useHardenedCustomer,
} from 'hardened-stigg';
import { Component, type ReactNode, StrictMode, Suspense } from 'react';
import { describe, expect, expectTypeOf, test, vi } from 'vitest';
import type { AppProps } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';

class Boundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state = { error: null as Error | null };
  static getDerivedStateFromError = (error: Error) => ({ error });
  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return <Retry error={error} reset={() => this.setState({ error: null })} />;
  }
}

function Retry({ error, reset }: { error: Error; reset: () => void }) {
  const { refresh } = useHardenedCustomer();
  const retry = () => {
    void refresh();
    reset();
  };
  return (
    <button type="button" onClick={retry}>
      {(error as { code?: string }).code}
    </button>
  );
}

function Reader() {
  const customer = useHardenedCustomer({ suspense: true });
  expectTypeOf(customer).toEqualTypeOf<SettledHardenedCustomer>();
  expectTypeOf(customer.status).toEqualTypeOf<'ready' | 'anonymous'>();
  return <p>{customer.customerId ?? 'a visitor'}</p>;
}

const renderInProvider = (props: AppProps, children: ReactNode) => {
  const tree = (current: AppProps) => (
    <StrictMode>
      <HardenedStiggProvider {...current}>{children}</HardenedStiggProvider>
    </StrictMode>
  );
  const view = render(tree(props));
  return { ...view, rerender: (next: AppProps) => view.rerender(tree(next)) };
};

const suspended = (
  <Boundary>
    <Suspense fallback={<p>waiting</p>}>
      <Reader />
      <Reader />
      <Reader />
    </Suspense>
  </Boundary>
);

describe('useHardenedCustomer({ suspense: true })', () => {
  test('with suspense, the hook suspends while loading, and many readers cost one request', async () => {
    const { stigg } = await startStigg();
    const identity = await startIdentity(signedIn('acme'));

    renderInProvider({ ...stigg, identityEndpoint: identity.url }, suspended);

    expect(screen.getByText('waiting')).toBeInTheDocument();
    expect(await screen.findAllByText('acme')).toHaveLength(3);
    expect(identity.requests).toHaveLength(1);
  });

  test('with suspense, the hook does not suspend for a visitor', async () => {
    const { stigg } = await startStigg();
    renderInProvider({ ...stigg, identityEndpoint: async () => null }, suspended);
    expect(await screen.findAllByText('a visitor')).toHaveLength(3);
  });

  test('with suspense, an error goes to the nearest error boundary, where a retry works', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const { stigg } = await startStigg();
    const identity = await startIdentity(() => new Response('', { status: 403 }));
    renderInProvider({ ...stigg, identityEndpoint: identity.url }, suspended);
    const retry = await screen.findByText('identity_http_error');

    identity.answer = signedIn('acme');
    act(() => retry.click());

    expect(screen.getByText('waiting')).toBeInTheDocument();
    expect(await screen.findAllByText('acme')).toHaveLength(3);
    expect(identity.requests).toHaveLength(2);
    vi.restoreAllMocks();
  });

  test('with suspense, another session key during loading is waited for', async () => {
    const { stigg } = await startStigg();
    const silent = await startIdentity(() => new Promise(() => {}));
    const identity = await startIdentity(signedIn('globex'));
    const view = renderInProvider(
      { ...stigg, identityEndpoint: silent.url, sessionKey: 1 },
      suspended,
    );
    await expect.poll(() => silent.requests).toHaveLength(1);

    view.rerender({ ...stigg, identityEndpoint: identity.url, sessionKey: 2 });

    expect(await screen.findAllByText('globex')).toHaveLength(3);
  });
});

describe('HardenedCustomerGate', () => {
  const gate = (
    <HardenedCustomerGate
      loading={<p>loading slot</p>}
      anonymous={<p>anonymous slot</p>}
      error={(error, retry) => (
        <button type="button" onClick={retry}>
          {error.code}
        </button>
      )}
    >
      <p>the app</p>
    </HardenedCustomerGate>
  );

  test('the gate renders by status, and retry requests again', async () => {
    const { stigg } = await startStigg();
    const identity = await startIdentity(() => new Response('', { status: 403 }));
    renderInProvider({ ...stigg, identityEndpoint: identity.url }, gate);
    expect(screen.getByText('loading slot')).toBeInTheDocument();
    const retry = await screen.findByText('identity_http_error');
    expect(screen.queryByText('the app')).toBeNull();

    identity.answer = signedIn('acme');
    act(() => retry.click());
    expect(screen.getByText('loading slot')).toBeInTheDocument();
    expect(await screen.findByText('the app')).toBeInTheDocument();
  });

  test('the gate shows a visitor the anonymous slot', async () => {
    const { stigg } = await startStigg();
    renderInProvider({ ...stigg, identityEndpoint: async () => null }, gate);
    expect(await screen.findByText('anonymous slot')).toBeInTheDocument();
  });

  test('the gate takes a node for error, and shows nothing without a slot', async () => {
    const { stigg } = await startStigg();
    const identity = await startIdentity(() => new Response('', { status: 403 }));
    const { container } = renderInProvider(
      { ...stigg, identityEndpoint: identity.url },
      <HardenedCustomerGate error={<p>sorry</p>}>the app</HardenedCustomerGate>,
    );
    expect(container.textContent).toBe('');
    expect(await screen.findByText('sorry')).toBeInTheDocument();
  });
});

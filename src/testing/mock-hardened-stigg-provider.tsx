import { type StiggClient, StiggContext, StiggProvider, useStiggContext } from '@stigg/react-sdk';
import type { HardenedCustomer, HardenedCustomerActions, HardenedStiggError } from 'hardened-stigg';
import { type PropsWithChildren, type ReactElement, useEffect, useMemo, useState } from 'react';
import type { Entitlements } from '../entitlements/types';
import { CustomerContext } from '../react/context';
import { createMockClient } from './mock-client';

/**
 * One state of {@link HardenedCustomer}, without the fields that follow from its `status`. Actions do nothing by
 * default.
 */
export type MockCustomer = Partial<Pick<HardenedCustomerActions, 'signOut'>> & {
  /** Default: resolves to nothing. */
  refresh?: () => Promise<unknown>;
} & (
    | { status: 'loading'; isLoading?: true; customerId?: null; error?: null }
    | { status: 'ready'; isLoading?: false; customerId: string; error?: null }
    | { status: 'anonymous'; isLoading?: false; customerId?: null; error?: null }
    | { status: 'error'; isLoading?: false; customerId?: null; error: HardenedStiggError }
  );

/** Both are optional, and can change from one render to the next. */
export interface MockHardenedStiggProviderProps extends PropsWithChildren {
  /** What `useHardenedCustomer()` returns. Default: `ready`, as `mock-customer`. */
  customer?: MockCustomer | undefined;
  /** What Stigg's hooks and guards answer while the status is `ready`, for every resource. Default: nothing. */
  entitlements?: Entitlements | undefined;
}

const READY: MockCustomer = { status: 'ready', customerId: 'mock-customer' };
const refreshNothing = async () => {};
const signOutNobody = () => {};

/**
 * Replaces `HardenedStiggProvider` in tests and stories: it shows the state that you pass, and makes no request. The
 * hook, the gate, and Stigg's own hooks and guards work under it unchanged; Stigg's widgets render empty.
 *
 * As in the real provider, nothing is granted unless the status is `ready`.
 *
 * @example
 * ```tsx
 * render(
 *   <MockHardenedStiggProvider
 *     customer={{ status: 'ready', customerId: 'acme' }}
 *     entitlements={{ sso: true, seats: 5, reports: { limit: 10, usage: 3 } }}
 *   >
 *     <Dashboard />
 *   </MockHardenedStiggProvider>,
 * );
 * ```
 */
export function MockHardenedStiggProvider(props: MockHardenedStiggProviderProps): ReactElement {
  return (
    <StiggProvider apiKey="client-mock" offline>
      <MockSession {...props} />
    </StiggProvider>
  );
}

/** What stays the same while the provider is mounted, so that effects that depend on it do not run again. */
function createMock(offline: StiggClient) {
  // StiggProvider sets its state once this resolves. In a test, that would be outside of act().
  offline.waitForInitialization = () => new Promise(() => {});
  const listeners = new Set<() => void>();
  let state: HardenedCustomer;
  let granted: Entitlements | null;
  const getState = () => state;
  return {
    stigg: createMockClient(offline, () => granted),
    session: {
      subscribe: (listener: () => void) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      getState,
      getServerState: getState,
      stiggContext: StiggContext,
    },
    /** Call it while rendering: components below then read what this render was given. */
    set: (nextState: HardenedCustomer, entitlements: Entitlements) => {
      state = nextState;
      granted = state.status === 'ready' ? entitlements : null;
    },
    notify: () => {
      for (const listener of [...listeners]) listener();
    },
  };
}

function MockSession({
  customer = READY,
  entitlements = {},
  children,
}: MockHardenedStiggProviderProps) {
  const context = useStiggContext();
  const [mock] = useState(() => createMock(context.stigg));

  const { status, customerId = null, error = null } = customer;
  const { refresh = refreshNothing, signOut = signOutNobody } = customer;
  const state = useMemo(() => {
    const isLoading = status === 'loading';
    return { status, customerId, error, isLoading, refresh, signOut } as HardenedCustomer;
  }, [status, customerId, error, refresh, signOut]);

  mock.set(state, entitlements);
  // biome-ignore lint/correctness/useExhaustiveDependencies: memoised readers are told of another state
  useEffect(mock.notify, [state]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: readers of entitlements render with new ones
  const value = useMemo(
    () => ({ ...context, stigg: mock.stigg, isInitialized: true }),
    [context, mock, entitlements, status],
  );
  return (
    <CustomerContext.Provider value={mock.session}>
      <StiggContext.Provider value={value}>{children}</StiggContext.Provider>
    </CustomerContext.Provider>
  );
}

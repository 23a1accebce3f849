import type { StiggProviderProps } from '@stigg/react-sdk';
import { StiggContext, StiggProvider, useStiggContext } from '@stigg/react-sdk';
import {
  createContext,
  type PropsWithChildren,
  type ReactElement,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import type { HardenedStiggError } from './errors';
import { type CustomerSession, createCustomerSession } from './session/customer-session';
import type { IdentityEndpoint } from './types';

/** Every `StiggProvider` prop but the identity, which this provider owns, and its own. */
export interface HardenedStiggProviderProps
  extends PropsWithChildren<
    Omit<StiggProviderProps, 'customerId' | 'customerToken' | 'stiggClient'>
  > {
  /** Who is signed in: the URL of your identity endpoint, or a function. A new value alone asks nothing. */
  identityEndpoint: IdentityEndpoint;
  /** How often a failed identity request is repeated, with exponential backoff. Default: 3. */
  retries?: number | undefined;
  /** Milliseconds that one identity request, and then Stigg (60,000 at most), may take. Default: 10,000. */
  timeoutMs?: number | undefined;
  /** Called once for every load that fails after its retries; also while an earlier customer stays `ready`. */
  onError?: ((error: HardenedStiggError) => void) | undefined;
}

export const CustomerSessionContext = createContext<CustomerSession | null>(null);
CustomerSessionContext.displayName = 'CustomerSessionContext';

/**
 * Wraps the app root. Renders Stigg's own `StiggProvider`, asks the identity endpoint who is signed
 * in, and hands the signed customer to Stigg. Components read the outcome with `useHardenedCustomer`.
 *
 * @example
 * ```tsx
 * <HardenedStiggProvider apiKey="client-…" identityEndpoint="/api/identity">
 *   <App />
 * </HardenedStiggProvider>
 * ```
 */
export function HardenedStiggProvider({
  identityEndpoint,
  retries = 3,
  timeoutMs = 10_000,
  onError,
  resourceId,
  children,
  ...stiggProps
}: HardenedStiggProviderProps): ReactElement {
  const [session] = useState(createCustomerSession);

  // Effects of a parent run after its children's: by now the binding has attached the client, and
  // StiggProvider has done its own clearCustomer(), which would wipe an identity set earlier.
  useEffect(() => session.configure({ identityEndpoint, retries, timeoutMs, resourceId, onError }));
  useEffect(() => session.start(), [session]);

  return (
    // Not even plain JavaScript gets to pass an identity past the session.
    <StiggProvider
      {...stiggProps}
      customerId={undefined}
      customerToken={undefined}
      stiggClient={undefined}
    >
      <CustomerSessionContext.Provider value={session}>
        <StiggBinding session={session} resourceId={resourceId}>
          {children}
        </StiggBinding>
      </CustomerSessionContext.Provider>
    </StiggProvider>
  );
}

/** Ties the session to the client that StiggProvider made, and Stigg's own hooks to the session. */
function StiggBinding({
  session,
  resourceId,
  children,
}: PropsWithChildren<{ session: CustomerSession; resourceId: string | undefined }>) {
  const context = useStiggContext();
  const { stigg } = context;
  const state = useSyncExternalStore(session.subscribe, session.getState, session.getServerState);

  useEffect(() => session.attach(stigg), [session, stigg]);

  // A new value per state: the SDK tells its readers when entitlements arrive, but not when they go.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const value = useMemo(() => ({ ...context, resourceId }), [context, resourceId, state]);
  return <StiggContext.Provider value={value}>{children}</StiggContext.Provider>;
}

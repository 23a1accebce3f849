import type { StiggClient, StiggProviderProps } from '@stigg/react-sdk';
import { StiggContext, StiggProvider, useStiggContext } from '@stigg/react-sdk';
import {
  createContext,
  type PropsWithChildren,
  type ReactElement,
  useEffect,
  useInsertionEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import type { HardenedStiggError } from './errors';
import {
  type CustomerSession,
  type CustomerStore,
  createCustomerSession,
  createSessionOwner,
  type SessionOwner,
} from './session/customer-session';
import type { Identity, IdentityEndpoint } from './types';

/** Every `StiggProvider` prop but the identity, which this provider owns, and its own. */
export interface HardenedStiggProviderProps
  extends PropsWithChildren<
    Omit<StiggProviderProps, 'customerId' | 'customerToken' | 'stiggClient'>
  > {
  /** Who is signed in: the URL of your identity endpoint, or a function. A new value alone asks nothing. */
  identityEndpoint: IdentityEndpoint;
  /**
   * The identity, where it is known already (server-rendered); `null` for a visitor. Taken once, when the
   * provider mounts, instead of the first request; while it is good, nothing is asked.
   */
  initialIdentity?: Identity | null | undefined;
  /**
   * Anything that changes with the signed-in user, such as your user id. A change starts over with nothing
   * granted; `null` is signed out, and asks nothing. Left out: call `refresh()` and `signOut()` yourself.
   */
  sessionKey?: string | number | null | undefined;
  /** How often a failed identity request is repeated, with exponential backoff. Default: 3. */
  retries?: number | undefined;
  /** Milliseconds that one identity request, and then Stigg (60,000 at most), may take. Default: 10,000. */
  timeoutMs?: number | undefined;
  /** Milliseconds before a token expires that the next is asked for; at most half its lifetime. Default: 60,000. */
  refreshMarginMs?: number | undefined;
  /**
   * Whether this tab asks again when another tab of the origin signs out or changes customer, and when it
   * becomes visible after more than five minutes. Default: `true`.
   */
  syncTabs?: boolean | undefined;
  /** Called once for every load that fails after its retries; also while an earlier customer stays `ready`. */
  onError?: ((error: HardenedStiggError) => void) | undefined;
}

/**
 * What the hook reads. The mock provider, an entry of its own, gives it too.
 *
 * @internal
 */
export const CustomerSessionContext = createContext<CustomerStore | null>(null);

/**
 * Wraps the app root. Renders Stigg's own `StiggProvider`, asks the identity endpoint who is signed
 * in, and hands the signed customer to Stigg. Components read the outcome with `useHardenedCustomer`.
 *
 * With `offline`, as with a `sessionKey` of `null`, nobody is asked and the status is `anonymous`.
 *
 * @example
 * ```tsx
 * <HardenedStiggProvider apiKey="client-your-publishable-key" identityEndpoint="/api/identity">
 *   <App />
 * </HardenedStiggProvider>
 * ```
 */
export function HardenedStiggProvider({
  identityEndpoint,
  initialIdentity,
  sessionKey,
  retries = 3,
  timeoutMs = 10_000,
  refreshMarginMs = 60_000,
  syncTabs = true,
  onError,
  resourceId,
  children,
  ...stiggProps
}: HardenedStiggProviderProps): ReactElement {
  const { apiKey, offline } = stiggProps;
  const [owner] = useState(() => createSessionOwner(initialIdentity));

  // Before any other effect: a component that calls refresh() in one means the props of this render.
  useInsertionEffect(() => {
    owner.options = {
      identityEndpoint,
      retries,
      timeoutMs,
      refreshMarginMs,
      syncTabs,
      apiKey,
      onError,
    };
  });

  return (
    // Not even plain JavaScript gets to pass an identity past the session.
    <StiggProvider
      {...stiggProps}
      customerId={undefined}
      customerToken={undefined}
      stiggClient={undefined}
    >
      <SessionBinding
        owner={owner}
        apiKey={apiKey}
        sessionKey={offline ? null : sessionKey}
        resourceId={resourceId}
      >
        {children}
      </SessionBinding>
    </StiggProvider>
  );
}

interface SessionBindingProps {
  owner: SessionOwner;
  apiKey: string;
  sessionKey: string | number | null | undefined;
  resourceId: string | undefined;
}

/** Holds the session of the client that StiggProvider made, and ties Stigg's own hooks to it. */
function SessionBinding({
  owner,
  apiKey,
  sessionKey,
  resourceId,
  children,
}: PropsWithChildren<SessionBindingProps>) {
  const context = useStiggContext();
  const session = useSession(owner, context.stigg, apiKey, sessionKey);
  const grant = useSyncExternalStore(session.subscribe, session.getGrant, () => undefined);

  useEffect(() => session.setResource(resourceId), [session, resourceId]);

  // A new value for each grant: the SDK tells its readers when entitlements come, but not when they go.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const value = useMemo(
    () => ({
      ...context,
      resourceId,
      stigg: session.stigg,
      refreshData: async () => {
        await context.refreshData();
        await session.stigg.refresh();
      },
    }),
    [context, resourceId, session, grant],
  );
  return (
    <CustomerSessionContext.Provider value={session}>
      <StiggContext.Provider value={value}>{children}</StiggContext.Provider>
    </CustomerSessionContext.Provider>
  );
}

/**
 * One session for each user of each client. The render that brings another of either has the new
 * session, with nothing granted, already.
 */
function useSession(
  owner: SessionOwner,
  stigg: StiggClient,
  apiKey: string,
  sessionKey: string | number | null | undefined,
): CustomerSession {
  const create = (isAhead: boolean) => ({
    stigg,
    apiKey,
    sessionKey,
    /** The client is still that of the last apiKey: StiggProvider brings the new one in a later render. */
    isAhead,
    session: createCustomerSession(owner, stigg, sessionKey === null),
  });
  let [held, hold] = useState(() => create(false));
  if (held.stigg !== stigg || held.apiKey !== apiKey || held.sessionKey !== sessionKey) {
    held = create(held.stigg === stigg && (held.isAhead || held.apiKey !== apiKey));
    hold(held);
  }
  const { session, isAhead } = held;

  useInsertionEffect(() => {
    owner.current = session;
  }, [owner, session]);
  useEffect(() => (isAhead ? undefined : session.start()), [session, isAhead]);
  return session;
}

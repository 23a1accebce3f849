import type { StiggProviderProps } from '@stigg/react-sdk';
import { StiggContext, StiggProvider, useStiggContext } from '@stigg/react-sdk';
import {
  type PropsWithChildren,
  type ReactElement,
  useEffect,
  useInsertionEffect,
  useMemo,
  useState,
} from 'react';
import { createHardenedCustomer, type HardenedCustomerCore } from '../core/hardened-customer';
import type { HardenedStiggError } from '../errors';
import type { Identity, IdentityEndpoint } from '../types';
import { CustomerContext } from './context';
import { useSession } from './use-session';

/** Every `StiggProvider` prop but the identity, which this provider owns, and its own. */
export interface HardenedStiggProviderProps
  extends PropsWithChildren<
    Omit<StiggProviderProps, 'customerId' | 'customerToken' | 'stiggClient'>
  > {
  /** Who is signed in: the URL of your identity endpoint, or a function. A new value alone requests nothing. */
  identityEndpoint: IdentityEndpoint;
  /**
   * The identity, if it is known already (server-rendered); `null` for a visitor. Used once, in place of the
   * first request, and not after anybody has signed out or in on this page.
   */
  initialIdentity?: Identity | null | undefined;
  /**
   * Anything that changes with each login, such as your session id. A change starts over with nothing granted;
   * `null` is signed out, and requests nothing until `refresh()`. Left out: call `refresh()` and `signOut()`
   * yourself.
   */
  sessionKey?: string | number | null | undefined;
  /**
   * `false` while your auth library does not know yet who is signed in: the status is `loading`, and nothing is
   * requested. Default: `true`.
   */
  enabled?: boolean | undefined;
  /** How often a failed identity request is repeated, with exponential backoff. Default: 3. */
  retries?: number | undefined;
  /** Milliseconds that one identity request, and then Stigg (60,000 at most), may take. Default: 10,000. */
  timeoutMs?: number | undefined;
  /** Milliseconds before a token expires at which the next is requested; at most half its lifetime. Default: 60,000. */
  refreshMarginMs?: number | undefined;
  /**
   * Whether this tab requests its identity again when another tab of the origin settles on another customer or
   * on nobody, and when it becomes visible after more than five minutes. Default: `true`.
   */
  syncTabs?: boolean | undefined;
  /** Called once for every load that fails after its retries; also while an earlier customer stays `ready`. */
  onError?: ((error: HardenedStiggError) => void) | undefined;
}

/**
 * Wraps the app root. Renders Stigg's own `StiggProvider`, requests the identity
 * endpoint, and hands the signed customer to Stigg. Components read the outcome with `useHardenedCustomer`.
 *
 * With `offline`, as with a `sessionKey` of `null`, nothing is requested and the status is `anonymous`.
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
  enabled = true,
  retries,
  timeoutMs,
  refreshMarginMs,
  syncTabs = true,
  onError,
  resourceId,
  children,
  ...stiggProps
}: HardenedStiggProviderProps): ReactElement {
  const { apiKey, offline } = stiggProps;
  const [core] = useState(() => createHardenedCustomer(initialIdentity));
  if (!identityEndpoint) {
    throw new TypeError(
      'HardenedStiggProvider needs identityEndpoint (a URL or a function) or identity: set one of them.',
    );
  }

  // Before any other effect: a component that calls refresh() in one means the props of this render.
  useInsertionEffect(() => {
    core.configure({
      identityEndpoint: offline ? nobody : identityEndpoint,
      retries: typeof retries === 'number' ? retries : 3,
      timeoutMs: usable(timeoutMs, 10_000),
      refreshMarginMs: usable(refreshMarginMs, 60_000),
      syncTabs,
      apiKey,
      onError,
    });
  });
  useEffect(() => core.mount(), [core]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the channel has the name of the apiKey
  useEffect(() => (syncTabs ? core.openTabs() : undefined), [core, syncTabs, apiKey]);

  return (
    // Not even plain JavaScript gets to pass an identity past the session.
    <StiggProvider
      {...stiggProps}
      customerId={undefined}
      customerToken={undefined}
      stiggClient={undefined}
    >
      <SessionBinding
        core={core}
        apiKey={apiKey}
        sessionKey={offline ? null : sessionKey}
        isEnabled={enabled}
        resourceId={resourceId}
      >
        {children}
      </SessionBinding>
    </StiggProvider>
  );
}

const nobody = async () => null;

/** A number of milliseconds, or the default in place of nonsense. */
const usable = (ms: number | null | undefined, fallback: number) =>
  typeof ms === 'number' && ms >= 0 ? ms : fallback;

interface SessionBindingProps {
  core: HardenedCustomerCore;
  apiKey: string;
  sessionKey: string | number | null | undefined;
  isEnabled: boolean;
  resourceId: string | undefined;
}

/** Binds the session to the client that StiggProvider made, and Stigg's own hooks to the session. */
function SessionBinding({
  core,
  resourceId,
  children,
  ...login
}: PropsWithChildren<SessionBindingProps>) {
  const context = useStiggContext();
  const { session, store, stigg, version } = useSession(core, context.stigg, login);

  useEffect(() => session.setResource(resourceId), [session, resourceId]);

  // A new value for each version: the SDK tells its readers when entitlements come, but not when they go.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const value = useMemo(
    () => ({
      ...context,
      resourceId,
      stigg,
      refreshData: async () => {
        await context.refreshData();
        await stigg.refresh();
      },
    }),
    [context, resourceId, stigg, version],
  );
  return (
    <CustomerContext.Provider value={store}>
      <StiggContext.Provider value={value}>{children}</StiggContext.Provider>
    </CustomerContext.Provider>
  );
}

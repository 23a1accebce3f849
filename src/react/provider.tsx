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
import { isServer } from './is-server';
import { useSession } from './use-session';

/** Who is signed in: requested from your backend, or told by a prop. */
export type IdentitySource =
  | {
      /** The URL of your identity endpoint, or a function. A new value alone requests nothing. */
      identityEndpoint: IdentityEndpoint;
      /**
       * The identity, if it is known already (server-rendered); `null` for a visitor. Used once, in place of the
       * first request, and not after anybody has signed out or in on this page.
       */
      initialIdentity?: Identity | null | undefined;
      /** Not with an `initialIdentity`. */
      identity?: never;
    }
  | {
      /**
       * The identity, followed as `<StiggProvider customerId customerToken>` follows its props: another token is a
       * rotation, another customer starts over in that very render, `null` is a visitor, and `undefined` is still
       * loading.
       */
      identity: Identity | null | undefined;
      /**
       * What `refresh()` and a token that is due request. Left out: `refresh()` gives Stigg the `identity` anew, and a
       * token that runs out is `identity_invalid`.
       */
      identityEndpoint?: IdentityEndpoint | undefined;
      /** Not with an `identity`. */
      initialIdentity?: never;
    };

/** The props that are the same whoever says who is signed in. */
export interface HardenedStiggOptions {
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

/** Every `StiggProvider` prop but the identity, and this provider's own. */
export type HardenedStiggProviderProps = PropsWithChildren<
  Omit<StiggProviderProps, 'customerId' | 'customerToken' | 'stiggClient'> &
    HardenedStiggOptions &
    IdentitySource
>;

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
export function HardenedStiggProvider(props: HardenedStiggProviderProps): ReactElement {
  const {
    identityEndpoint,
    initialIdentity,
    identity,
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
  } = props;
  const { apiKey, offline } = stiggProps;
  const isTold = 'identity' in props;
  if (!identityEndpoint && !isTold) {
    throw new TypeError(
      'HardenedStiggProvider needs identityEndpoint (a URL or a function) or identity: set one of them.',
    );
  }
  const options = {
    identityEndpoint: offline ? nobody : identityEndpoint,
    identity: offline ? undefined : identity,
    retries: typeof retries === 'number' ? retries : 3,
    timeoutMs: usable(timeoutMs, 10_000),
    // Without an endpoint there is no other token to request in time.
    refreshMarginMs: identityEndpoint ? usable(refreshMarginMs, 60_000) : 0,
    syncTabs,
    apiKey,
    onError,
  };
  const [core] = useState(() => createHardenedCustomer(options, initialIdentity));

  // Before any other effect: a component that calls refresh() in one means the props of this render.
  useInsertionEffect(() => core.configure(options));
  useEffect(() => core.mount(), [core]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the channel has the name of the apiKey
  useEffect(() => (syncTabs ? core.openTabs() : undefined), [core, syncTabs, apiKey]);

  return (
    // Not even plain JavaScript gets to pass an identity past the session.
    <StiggProvider
      {...stiggProps}
      // Rendered on a server, it would request Stigg's configuration.
      offline={offline || isServer}
      customerId={undefined}
      customerToken={undefined}
      stiggClient={undefined}
    >
      <SessionBinding
        core={core}
        apiKey={apiKey}
        sessionKey={offline || identity === null ? null : loginKey(sessionKey, identity)}
        isEnabled={enabled && !(isTold && identity === undefined)}
        identity={options.identity}
        resourceId={resourceId}
      >
        {children}
      </SessionBinding>
    </StiggProvider>
  );
}

const nobody = async () => null;

/** Another customer is another login. */
const loginKey = (
  sessionKey: string | number | null | undefined,
  identity: Identity | undefined,
) => (identity && sessionKey !== null ? `${sessionKey} ${identity.customerId}` : sessionKey);

/** A number of milliseconds, or the default in place of nonsense. */
const usable = (ms: number | null | undefined, fallback: number) =>
  typeof ms === 'number' && ms >= 0 ? ms : fallback;

interface SessionBindingProps {
  core: HardenedCustomerCore;
  apiKey: string;
  sessionKey: string | number | null | undefined;
  isEnabled: boolean;
  identity: Identity | null | undefined;
  resourceId: string | undefined;
}

/** Binds the session to the client that StiggProvider made, and Stigg's own hooks to the session. */
function SessionBinding({
  core,
  identity,
  resourceId,
  children,
  ...login
}: PropsWithChildren<SessionBindingProps>) {
  const context = useStiggContext();
  const start = { identity, resourceId };
  const { session, store, stigg, version } = useSession(core, context.stigg, login, start);

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

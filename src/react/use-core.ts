import { useEffect, useInsertionEffect, useState } from 'react';
import { createHardenedCustomer } from '../core/hardened-customer';
import type { Identity } from '../types';
import type { HardenedStiggProviderProps } from './provider-props';

/**
 * Makes what lives as long as a provider, and turns its props into those of the session and of `StiggProvider`.
 *
 * @param loadClient loads the SDK, if the entry starts without it
 */
export function useCore(props: HardenedStiggProviderProps, loadClient?: () => Promise<void>) {
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
    retries: typeof retries === 'number' ? Math.max(retries, 0) || 0 : 3, // `|| 0` is for NaN
    timeoutMs: usable(timeoutMs, 10_000),
    // Without an endpoint there is no other token to request in time.
    refreshMarginMs: identityEndpoint ? usable(refreshMarginMs, 60_000) : 0,
    syncTabs,
    apiKey,
    onError,
  };
  const [core] = useState(() => createHardenedCustomer(options, initialIdentity, loadClient));

  // This effect runs before all others. So a refresh() in an effect uses the props of this render.
  useInsertionEffect(() => core.configure(options));
  useEffect(() => core.mount(), [core]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the channel has the name of the apiKey
  useEffect(() => (syncTabs ? core.openTabs() : undefined), [core, syncTabs, apiKey]);

  return {
    core,
    session: {
      apiKey,
      sessionKey: offline || identity === null ? null : loginKey(sessionKey, identity),
      isEnabled: enabled && !(isTold && identity === undefined),
      identity: options.identity,
      resourceId,
    },
    // The types forbid these props. Plain JavaScript could still pass them, and the session would not know.
    stiggProps: {
      ...stiggProps,
      customerId: undefined,
      customerToken: undefined,
      stiggClient: undefined,
    },
    children,
  };
}

const nobody = async () => null;

/** Another customer is another login. */
const loginKey = (
  sessionKey: string | number | null | undefined,
  identity: Identity | undefined,
) => (identity && sessionKey !== null ? `${sessionKey} ${identity.customerId}` : sessionKey);

/** A number of milliseconds, or the default if the value is not one. */
const usable = (ms: number | null | undefined, fallback: number) =>
  typeof ms === 'number' && ms >= 0 ? ms : fallback;

import { useSyncExternalStore } from 'react';
import { HardenedStiggError } from '../errors';
import { isServer } from '../react/is-server';

type WithSdk = typeof import('./with-sdk');

/** The chunk with Stigg's SDK, or the error if it could not be loaded; empty before that. */
type SdkState = { loaded?: WithSdk; error?: HardenedStiggError };

const NOT_YET: SdkState = {};
const listeners = new Set<() => void>();
let state = NOT_YET;
let loading: Promise<void> | undefined;

function settle(next: SdkState) {
  state = next;
  for (const listener of [...listeners]) listener();
}

/**
 * Loads the chunk with Stigg's SDK once. After a failure, the next call tries again.
 *
 * @throws HardenedStiggError `stigg_unreachable`
 */
export function loadSdk(): Promise<void> {
  loading ??= import('./with-sdk').then(
    (loaded) => settle({ loaded }),
    () => {
      loading = undefined;
      const error = new HardenedStiggError(
        'stigg_unreachable',
        "The file with Stigg's SDK cannot be loaded: check the network, and reload the page after a deployment.",
      );
      settle({ error });
      throw error;
    },
  );
  return loading;
}

/**
 * Loads Stigg's SDK now, so that a widget that mounts later does not wait for it. For example, call it when the pointer
 * is over a link to the pricing page. Loads it once. Does nothing on a server.
 *
 * @returns settles when the SDK has loaded, or could not be loaded; never rejects
 */
export const preloadStigg = async (): Promise<void> => {
  if (!isServer) await loadSdk().catch(() => {});
};

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useSdk = (): SdkState =>
  useSyncExternalStore(
    subscribe,
    () => state,
    () => NOT_YET,
  );

/** The SDK of this copy of the entry. */
export const sdk = { useSdk, preloadStigg };

export type Sdk = typeof sdk;

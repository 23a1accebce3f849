import { useContext, useSyncExternalStore } from 'react';
import { CustomerSessionContext } from './provider';
import type { HardenedCustomer } from './types';

/**
 * Who the customer is, as a union to switch on by `status`. The same object until something changes;
 * `refresh` and `signOut` never change. Never holds the token.
 *
 * @throws Error outside a `HardenedStiggProvider`
 */
export function useHardenedCustomer(): HardenedCustomer {
  const session = useContext(CustomerSessionContext);
  if (!session) {
    throw new Error(
      'useHardenedCustomer() was called outside <HardenedStiggProvider>. Wrap the app root in it.',
    );
  }
  return useSyncExternalStore(session.subscribe, session.getState, session.getServerState);
}

import { useContext, useSyncExternalStore } from 'react';
import { CustomerSessionContext } from './provider';
import type { HardenedCustomer } from './types';

/** What the hook returns with `suspense: true`: it suspends while loading, and throws an error. */
export type SettledHardenedCustomer = Extract<HardenedCustomer, { status: 'ready' | 'anonymous' }>;

/**
 * Who the customer is, as a union to switch on by `status`. The same object until something changes;
 * `refresh` and `signOut` never change. Never holds the token.
 *
 * With `suspense: true` it suspends while `loading` and throws the `HardenedStiggError` to the nearest
 * error boundary; the `<Suspense>` has to be inside the provider. Call `refresh()` before you reset an
 * error boundary.
 *
 * @throws Error outside a `HardenedStiggProvider`
 */
export function useHardenedCustomer(options: { suspense: true }): SettledHardenedCustomer;
export function useHardenedCustomer(options?: { suspense?: boolean }): HardenedCustomer;
export function useHardenedCustomer({ suspense }: { suspense?: boolean } = {}): HardenedCustomer {
  const session = useContext(CustomerSessionContext);
  if (!session) {
    throw new Error(
      'useHardenedCustomer() needs <HardenedStiggProvider> above it: wrap the app root.',
    );
  }
  const customer = useSyncExternalStore(
    session.subscribe,
    session.getState,
    session.getServerState,
  );
  if (suspense) {
    if (customer.error) throw customer.error;
    if (customer.isLoading) {
      // A server never learns who the customer is, and must not wait: React leaves this to the browser.
      if (typeof window === 'undefined') throw new Error('Suspended to the browser.');
      throw new Promise<void>((resolve) => {
        const unsubscribe = session.subscribe(() => {
          unsubscribe();
          resolve();
        });
      });
    }
  }
  return customer;
}

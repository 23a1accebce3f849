import { useContext, useEffect, useLayoutEffect, useReducer, useSyncExternalStore } from 'react';
import type { HardenedCustomer } from '../types';
import { CustomerContext } from './context';
import { isServer } from './is-server';

/** What the hook returns with `suspense: true`: it suspends while loading, and throws an error. */
export type SettledHardenedCustomer = Extract<HardenedCustomer, { status: 'ready' | 'anonymous' }>;

/** A server never learns who the customer is, so nothing waits there. Next.js knows this digest, and reports no error. */
const leftToTheBrowser = () =>
  Object.assign(new Error('useHardenedCustomer({ suspense: true }) is left to the browser.'), {
    digest: 'BAILOUT_TO_CLIENT_SIDE_RENDERING',
  });

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
  const store = useContext(CustomerContext);
  if (!store) {
    throw new Error(
      'useHardenedCustomer() needs <HardenedStiggProvider> above it: wrap the app root.',
    );
  }
  const customer = useSyncExternalStore(store.subscribe, store.getState, store.getServerState);

  // In a transition, React commits nothing while a reader suspends, and without a commit nothing would be loaded.
  // So this render shows what was there. The reader suspends after the commit, before anything is painted.
  const before = suspense && customer.isLoading ? store.getCommitted?.() : undefined;
  const last = before?.getState();
  const shown = last?.status === 'ready' || last?.status === 'anonymous' ? last : customer;
  const [, renderAgain] = useReducer((count: number) => count + 1, 0);
  // React 18 warns of a layout effect on a server, and only a reader that suspends needs one.
  const useEffectInTime = suspense && !isServer ? useLayoutEffect : useEffect;
  useEffectInTime(() => {
    if (shown !== customer) renderAgain();
  });

  if (suspense) {
    if (shown.error) throw shown.error;
    if (shown.isLoading) {
      if (isServer) throw leftToTheBrowser();
      throw new Promise<void>((resolve) => {
        const unsubscribe = (before ?? store).subscribe(() => {
          unsubscribe();
          resolve();
        });
      });
    }
  }
  return shown;
}

import { type Context, createContext, version } from 'react';
import { onePerPage } from '../one-per-page';
import type { HardenedCustomer } from '../types';

/** What the hook reads, of the provider or of the mock provider. */
export interface CustomerStore {
  subscribe: (listener: () => void) => () => void;
  getState: () => HardenedCustomer;
  /** What a server renders, and a browser until it has hydrated. */
  getServerState: () => HardenedCustomer;
  /** For a render that React has not committed yet: the store of the last commit. */
  getCommitted?: () => CustomerStore | undefined;
  /** The context from which components read the stand-in: Stigg's own, or that of the lazy entry. */
  // biome-ignore lint/suspicious/noExplicitAny: this file imports no SDK
  stiggContext: Context<any>;
}

/** One for each version of React on the page, because a context works with one version only. */
export const CustomerContext = onePerPage(`context/${version}`, () =>
  createContext<CustomerStore | null>(null),
);
CustomerContext.displayName = 'HardenedCustomerContext';

import { type Context, createContext, version } from 'react';
import { onePerPage } from '../one-per-page';
import type { HardenedCustomer } from '../types';

/** What the hook reads, of the provider or of the mock provider. */
export interface CustomerStore {
  subscribe: (listener: () => void) => () => void;
  getState: () => HardenedCustomer;
  /** What a server renders, and a browser until it has hydrated. */
  getServerState: () => HardenedCustomer;
  /** In a render that React has not committed yet: the store of the last that it has. */
  getCommitted?: () => CustomerStore | undefined;
  /** Where components read the stand-in from: Stigg's own context, unless the SDK comes later. */
  // biome-ignore lint/suspicious/noExplicitAny: this file knows no SDK
  stiggContext: Context<any>;
}

/** One for each React that a page has loaded: contexts of different versions are not alike. */
export const CustomerContext = onePerPage(`context/${version}`, () =>
  createContext<CustomerStore | null>(null),
);
CustomerContext.displayName = 'HardenedCustomerContext';

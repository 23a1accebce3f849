import type { StiggContextValue } from '@stigg/react-sdk';
import { createContext, version } from 'react';
import { onePerPage } from '../one-per-page';
import type { StandInOwner } from '../stigg/stand-in';
import type { Reads } from './create-reads';
import type { Sdk } from './sdk';

export interface LazyStigg {
  /** Answers the entitlement hooks; named as in Stigg's own context, so that one hook reads both. */
  stigg: Reads;
  /** What `StiggProvider` gives below itself, once the SDK has loaded. */
  context: StiggContextValue | undefined;
  owner: StandInOwner;
  resourceId: string | undefined;
  version: number;
  /** The SDK of this provider's copy of the entry. A page may have more than one copy. */
  sdk: Sdk;
}

/** Replaces Stigg's own context, which comes with the SDK. */
export const LazyStiggContext = onePerPage(`lazy-context/${version}`, () =>
  createContext<LazyStigg | null>(null),
);
LazyStiggContext.displayName = 'LazyStiggContext';

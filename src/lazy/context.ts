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
  /** The SDK that this provider has loaded, or will: the page may have more than one copy of this entry. */
  sdk: Sdk;
}

/** In the place of Stigg's own context, which comes with the SDK. */
export const LazyStiggContext = onePerPage(`lazy-context/${version}`, () =>
  createContext<LazyStigg | null>(null),
);
LazyStiggContext.displayName = 'LazyStiggContext';

import type { StiggContextValue } from '@stigg/react-sdk';
import { createContext } from 'react';
import type { StandInOwner } from '../stigg/stand-in';
import type { Reads } from './create-reads';

export interface LazyStigg {
  /** Answers the entitlement hooks; named as in Stigg's own context, so that one hook reads both. */
  stigg: Reads;
  /** What `StiggProvider` gives below itself, once the SDK has loaded. */
  context: StiggContextValue | undefined;
  owner: StandInOwner;
  resourceId: string | undefined;
  version: number;
}

/** In the place of Stigg's own context, which comes with the SDK. */
export const LazyStiggContext = createContext<LazyStigg | null>(null);
LazyStiggContext.displayName = 'LazyStiggContext';

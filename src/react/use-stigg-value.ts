import type { StiggClient, StiggContextValue } from '@stigg/react-sdk';
import { useMemo } from 'react';
import { createClientView } from '../stigg/client-view';
import type { StandInOwner } from '../stigg/stand-in';

/** However many widgets show a customer, they share one stand-in. */
const standIns = new WeakMap<StandInOwner, StiggClient>();

function standInOf(stigg: StiggClient, owner: StandInOwner): StiggClient {
  let standIn = standIns.get(owner);
  if (!standIn) {
    standIn = createClientView(stigg, owner);
    standIns.set(owner, standIn);
  }
  return standIn;
}

/** What Stigg's own hooks and widgets read: the context of `StiggProvider`, with the stand-in as its client. */
export function useStiggValue(
  context: StiggContextValue,
  owner: StandInOwner,
  resourceId: string | undefined,
  version: number,
): StiggContextValue {
  const stigg = standInOf(context.stigg, owner);
  // A new value for each version: the SDK tells its readers when entitlements come, but not when they go.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  return useMemo(
    () => ({
      ...context,
      resourceId,
      stigg,
      refreshData: async () => {
        await context.refreshData();
        await stigg.refresh();
      },
    }),
    [context, resourceId, stigg, version],
  );
}

import type { StiggContextValue } from '@stigg/react-sdk';
import { useMemo } from 'react';
import { createClientView } from '../stigg/client-view';
import type { StandInOwner } from '../stigg/stand-in';

/** What Stigg's own hooks and widgets read: the context of `StiggProvider`, with the stand-in as its client. */
export function useStiggValue(
  context: StiggContextValue,
  owner: StandInOwner,
  resourceId: string | undefined,
  version: number,
): StiggContextValue {
  const stigg = useMemo(() => createClientView(context.stigg, owner), [context.stigg, owner]);
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

import type { StiggContextValue } from '@stigg/react-sdk';
import { type ReactElement, useCallback, useMemo, useState } from 'react';
import { CustomerContext } from '../react/context';
import { isServer } from '../react/is-server';
import type { HardenedStiggProviderProps } from '../react/provider-props';
import { useCore } from '../react/use-core';
import { useSession } from '../react/use-session';
import { LazyStiggContext } from './context';
import { createReads } from './create-reads';
import { loadSdk, sdk, useSdk } from './sdk';

/**
 * `HardenedStiggProvider` without `@stigg/react-sdk`, which is loaded by `import()` once something needs it: a widget
 * of this entry, `preloadStigg()`, or an identity without `entitlements`. It takes the same props. Never loads it on a
 * server.
 *
 * @throws TypeError without an `identityEndpoint` or an `identity`; in a browser, without an `apiKey`
 * @example
 * ```tsx
 * <HardenedStiggProvider apiKey="client-your-publishable-key" identityEndpoint="/api/identity">
 *   <App />
 * </HardenedStiggProvider>
 * ```
 */
export function HardenedStiggProvider(props: HardenedStiggProviderProps): ReactElement {
  const { core, session, stiggProps, children } = useCore(props, loadSdk);
  const { apiKey, resourceId } = session;
  // Stigg's SDK throws for this too. But it may load later, and would then end an app that runs.
  if (!(apiKey || stiggProps.offline || isServer)) {
    throw new TypeError('HardenedStiggProvider needs apiKey: set it to your publishable key.');
  }
  const { loaded } = useSdk();
  const [given, setGiven] = useState<{ apiKey: string; context: StiggContextValue }>();
  const onContext = useCallback(
    (context: StiggContextValue) => setGiven({ apiKey, context }),
    [apiKey],
  );
  // What came for the last apiKey does not count for this one.
  const context = given?.apiKey === apiKey ? given?.context : undefined;
  const { store, owner, version } = useSession(core, context?.stigg, LazyStiggContext, session);

  const { entitlementsFallback } = stiggProps;
  const stigg = useMemo(
    () => createReads(owner, entitlementsFallback),
    [owner, entitlementsFallback],
  );
  const value = useMemo(
    () => ({ stigg, context, owner, resourceId, version, sdk }),
    [stigg, context, owner, resourceId, version],
  );
  return (
    <CustomerContext.Provider value={store}>
      <LazyStiggContext.Provider value={value}>{children}</LazyStiggContext.Provider>
      {loaded && <loaded.StiggBridge key={apiKey} {...stiggProps} onContext={onContext} />}
    </CustomerContext.Provider>
  );
}

import { StiggContext, StiggProvider, useStiggContext } from '@stigg/react-sdk';
import type { PropsWithChildren, ReactElement } from 'react';
import type { HardenedCustomerCore } from '../core/hardened-customer';
import { CustomerContext } from './context';
import { isServer } from './is-server';
import type { HardenedStiggProviderProps } from './provider-props';
import { useCore } from './use-core';
import { type SessionProps, useSession } from './use-session';
import { useStiggValue } from './use-stigg-value';

/**
 * Wraps the app root. Renders Stigg's own `StiggProvider`, requests the identity
 * endpoint, and hands the signed customer to Stigg. Components read the outcome with `useHardenedCustomer`.
 *
 * With `offline`, as with a `sessionKey` of `null`, nothing is requested and the status is `anonymous`.
 *
 * @example
 * ```tsx
 * <HardenedStiggProvider apiKey="client-your-publishable-key" identityEndpoint="/api/identity">
 *   <App />
 * </HardenedStiggProvider>
 * ```
 */
export function HardenedStiggProvider(props: HardenedStiggProviderProps): ReactElement {
  const { core, session, stiggProps, children } = useCore(props);
  return (
    <StiggProvider
      {...stiggProps}
      // Rendered on a server, it would request Stigg's configuration.
      offline={stiggProps.offline || isServer}
    >
      <SessionBinding core={core} session={session}>
        {children}
      </SessionBinding>
    </StiggProvider>
  );
}

interface SessionBindingProps {
  core: HardenedCustomerCore;
  session: SessionProps;
}

/** Binds the session to the client that StiggProvider made, and Stigg's own hooks to the session. */
function SessionBinding({ core, session, children }: PropsWithChildren<SessionBindingProps>) {
  const context = useStiggContext();
  const { store, owner, version } = useSession(core, context.stigg, StiggContext, session);
  const value = useStiggValue(context, owner, session.resourceId, version);
  return (
    <CustomerContext.Provider value={store}>
      <StiggContext.Provider value={value}>{children}</StiggContext.Provider>
    </CustomerContext.Provider>
  );
}

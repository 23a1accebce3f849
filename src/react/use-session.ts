import { useEffect, useInsertionEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { HardenedCustomerCore } from '../core/hardened-customer';
import type { Session } from '../core/session';
import type { Client } from '../stigg/client';
import type { StandInOwner } from '../stigg/stand-in';
import type { Identity } from '../types';
import type { CustomerStore } from './context';

/** What decides whose answers a render shows. */
interface Login {
  apiKey: string;
  sessionKey: string | number | null | undefined;
  isEnabled: boolean;
}

/** What decides whose answers a render shows, and what a new session begins with. */
export interface SessionProps extends Login {
  identity: Identity | null | undefined;
  resourceId: string | undefined;
}

/** What a render reads, and every later one until the login or the client changes. */
interface View extends Login {
  /** The SDK's client in this render, if the SDK has loaded. */
  given: Client | undefined;
  /** The client to use; `undefined` while `given` is still that of the last apiKey. */
  client: Client | undefined;
  session: Session;
  store: CustomerStore;
}

/** Holds which view React has committed last. */
interface Committed {
  view: View | undefined;
}

function createView(
  core: HardenedCustomerCore,
  committed: Committed,
  login: Login,
  given: Client | undefined,
  stiggContext: CustomerStore['stiggContext'],
  createSession: () => Session,
  last?: View,
): View {
  const isSameKey = last && last.apiKey === login.apiKey;
  // A token belongs to the environment of its apiKey. A user who has signed out stays signed out.
  const hasSession =
    (isSameKey || last?.session.getSnapshot().status === 'anonymous') &&
    Object.is(last.sessionKey, login.sessionKey);
  const session = hasSession ? last.session : createSession();
  // StiggProvider brings the client of a new apiKey in a later render.
  const isAhead = last && last.given === given && !(last.client && isSameKey);
  const view: View = {
    ...login,
    given,
    client: isAhead ? undefined : given,
    session,
    store: {
      subscribe: session.subscribe,
      // A render whose client is not the attached one must not show what the attached one holds.
      getState: () => {
        const state = session.getSnapshot();
        return login.isEnabled && (isMine(view) || state.status === 'anonymous')
          ? state
          : core.loading;
      },
      getServerState: () => (login.isEnabled ? session.getFirst() : core.loading),
      getCommitted: () => (committed.view === view ? undefined : committed.view?.store),
      stiggContext,
    },
  };
  return view;
}

const isMine = ({ session, client }: View) => [undefined, client].includes(session.getClient());

/** Only React knows whether it has hydrated. */
const never = () => () => {};

interface BoundSession {
  store: CustomerStore;
  /** Another object for another customer. */
  owner: StandInOwner;
  /** Another number each time that the answers come from somebody else. */
  version: number;
}

/**
 * Ties sessions to React, one for each login. A render with another session key, apiKey or client has a view that
 * denies at once. What that view needs starts when React commits the render.
 *
 * @param given the SDK's client of this render, if there is one
 * @param stiggContext what components below read the stand-in from
 */
export function useSession(
  core: HardenedCustomerCore,
  given: Client | undefined,
  stiggContext: CustomerStore['stiggContext'],
  { identity, resourceId, ...login }: SessionProps,
): BoundSession {
  const isHydrated = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const { sessionKey } = login;
  const createSession = () => core.createSession({ sessionKey, identity, resourceId, isHydrated });
  const [committed] = useState<Committed>(() => ({ view: undefined }));
  let [view, setView] = useState(() =>
    createView(core, committed, login, given, stiggContext, createSession),
  );
  if (
    view.given !== given ||
    view.apiKey !== login.apiKey ||
    view.isEnabled !== login.isEnabled ||
    !Object.is(view.sessionKey, sessionKey)
  ) {
    view = createView(core, committed, login, given, stiggContext, createSession, view);
    setView(view);
  }
  const { session, client, isEnabled, store } = view;

  // This effect runs before all others. So a refresh() or signOut() in an effect is for this session.
  useInsertionEffect(() => {
    committed.view = view;
    core.use(session);
  }, [core, committed, view, session]);
  useEffect(() => (isEnabled ? session.start() : undefined), [session, isEnabled]);
  useEffect(() => (client ? session.attach(client) : undefined), [session, client]);
  useEffect(() => session.setResource(resourceId), [session, resourceId]);

  const version = useSyncExternalStore(session.subscribe, session.getVersion, () => 0);
  const { customerId } = useSyncExternalStore(
    store.subscribe,
    store.getState,
    store.getServerState,
  );
  const loginSignal = session.getLogin();
  // Another object for another customer, and for the same customer after an absence: compilers, memo caches and the
  // SDK's data hooks compare the stand-in that is made from it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const owner = useMemo(
    () => ({
      getAnswers: () => (isEnabled && isMine(view) ? session.getAnswers() : undefined),
      login: loginSignal,
      whenLoaded: session.whenLoaded,
      keepResource: session.keepResource,
      refresh: core.loading.refresh,
      signOut: core.loading.signOut,
    }),
    [core, view, customerId, loginSignal],
  );
  return { store, owner, version };
}

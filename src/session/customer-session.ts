import type { StiggClient } from '@stigg/react-sdk';
import { HardenedStiggError } from '../errors';
import { parseIdentity } from '../identity/parse';
import { takePreloadedIdentity } from '../identity/preloaded-identity';
import type {
  HardenedCustomer,
  HardenedCustomerActions,
  Identity,
  IdentityEndpoint,
} from '../types';
import { loadCustomer } from './load-customer';
import { createManagedClient } from './managed-client';
import { createAlarm, MIN_INTERVAL_MS, NEVER, schedule } from './refresh-timer';
import { backoff, requestIdentity } from './request-identity';

/** What a session reads anew for every load, so that a changed prop never restarts one. */
interface CustomerSessionOptions {
  identityEndpoint: IdentityEndpoint;
  retries: number;
  timeoutMs: number;
  refreshMarginMs: number;
  syncTabs: boolean;
  apiKey: string;
  onError: ((error: HardenedStiggError) => void) | undefined;
}

/** What the sessions of one provider have in common. */
export interface SessionOwner {
  options: CustomerSessionOptions;
  /** The session that `refresh()` and `signOut()` are meant for. */
  current: CustomerSession | undefined;
  /** Whether nothing has been asked yet: an identity that was known or asked for ahead is of use once. */
  isFresh: boolean;
  initialIdentity: Identity | null | undefined;
  /** The customer that this tab settled on last: what other tabs are told the change of. */
  customerId: string | null | undefined;
  /** Stable for the life of the provider, whichever session is current. */
  actions: HardenedCustomerActions;
}

/** What the hook reads, of a session or of the mock provider. */
export interface CustomerStore {
  subscribe: (listener: () => void) => () => void;
  getState: () => HardenedCustomer;
  /** What a server renders, and a browser until it has hydrated: always `loading`. */
  getServerState: () => HardenedCustomer;
}

export interface CustomerSession extends CustomerStore, HardenedCustomerActions {
  /** The client that components see. */
  stigg: StiggClient;
  /** Another value whenever it changes who answers entitlements. */
  getGrant: () => unknown;
  setResource: (resourceId: string | undefined) => void;
  /** Starts the first load; the returned function ends all activity and forgets the customer. */
  start: () => () => void;
}

/** When a machine wakes up, a network returns or a tab is looked at, timers may be late. */
const WAKING_EVENTS = ['visibilitychange', 'focus', 'online', 'pageshow'];
/** A tab that comes back after longer asks whether its customer is still signed in. */
const STALE_MS = 300_000;

/** What Stigg has accepted, and the client that holds it. */
interface Grant {
  client: StiggClient;
  identity: Identity;
  resourceId: string | undefined;
}

export function createSessionOwner(initialIdentity?: Identity | null): SessionOwner {
  const owner: SessionOwner = {
    options: {} as CustomerSessionOptions, // set before any session starts
    current: undefined,
    isFresh: true,
    initialIdentity,
    customerId: undefined,
    actions: {
      refresh: async () => owner.current?.refresh(),
      signOut: () => owner.current?.signOut(),
    },
  };
  return owner;
}

/**
 * The state machine behind the provider, free of React: identity -> Stigg -> state, for one signed-in
 * user and one Stigg client. At most one load runs at a time. It owns an AbortController, and what it
 * learns after the abort is dropped, so the last intent (refresh, sign-out, end) wins whatever order
 * answers arrive in.
 *
 * The SDK's own client is never given a customer. Each accepted identity lives in an object derived
 * from it, which answers from then on: until Stigg has accepted, whoever answered before goes on.
 */
export function createCustomerSession(
  owner: SessionOwner,
  client: StiggClient,
  isSignedOut: boolean,
): CustomerSession {
  const listeners = new Set<() => void>();
  const idle = { customerId: null, error: null, isLoading: false, ...owner.actions } as const;
  const loading: HardenedCustomer = { ...idle, status: 'loading', isLoading: true };
  const anonymous: HardenedCustomer = { ...idle, status: 'anonymous' };
  const first = isSignedOut ? anonymous : loading;

  let state: HardenedCustomer = first;
  let isStarted = false;
  let controller = new AbortController();
  /** The load in flight, and the same if it asks the endpoint. */
  let inFlight: Promise<void> | undefined;
  let asking: Promise<void> | undefined;

  let grant: Grant | undefined;
  /** The resource that is asked for, which may be ahead of that of the grant. */
  let resource: string | undefined;
  /** Whether the SDK was last configured with just what is granted: a load that failed leaves its own. */
  let isConfigured = true;

  let askedAt = 0;
  let dueAt = NEVER;
  let endsAt = NEVER;
  /** Since the last answer, while the token that it brought is good. */
  let failures: HardenedStiggError[] = [];
  const setAlarm = createAlarm(tick);

  let channel: BroadcastChannel | undefined;

  function setState(next: HardenedCustomer) {
    state = next;
    for (const listener of [...listeners]) listener();
  }

  function forget() {
    client.clearCustomer();
    grant = undefined;
    dueAt = endsAt = NEVER;
    setAlarm(dueAt);
  }

  /** Nothing of the last customer may answer once the state says that there is none. */
  function clear(next: HardenedCustomer) {
    forget();
    setState(next);
  }

  function abort() {
    controller.abort();
    inFlight = asking = undefined;
  }

  /** Other tabs share the cookie: they ask for themselves, and are told nothing more. */
  function announce(customerId: string | null, isQuiet?: boolean) {
    if (owner.customerId !== undefined && owner.customerId !== customerId && !isQuiet) {
      channel?.postMessage(0);
    }
    owner.customerId = customerId;
  }

  function fail(error: HardenedStiggError) {
    // Neither a failure that may pass nor a silent Stigg says anything about what was known before.
    const mayPass = error.retryable || error.code === 'stigg_unreachable';
    const isKnown = state === anonymous || (grant !== undefined && grant.resourceId === resource);
    if (mayPass && isKnown) {
      if (endsAt < NEVER) {
        failures.push(error);
        dueAt =
          Date.now() + (error.retryAfterMs ?? backoff(owner.options.retries + failures.length));
      }
    } else clear({ ...idle, status: 'error', error });
    // Not called directly: an onError that throws must not reach whoever awaits refresh().
    void Promise.resolve(error).then(owner.options.onError);
  }

  /** Gives an identity to Stigg, unless Stigg has it. */
  async function apply(identity: Identity, signal: AbortSignal) {
    const { customerId, customerToken } = identity;
    const resourceId = resource;
    if (
      isConfigured &&
      grant?.identity.customerToken === customerToken &&
      grant.identity.customerId === customerId &&
      grant.resourceId === resourceId
    ) {
      return;
    }
    if (state.customerId !== customerId) clear(loading);
    isConfigured = false;
    const { timeoutMs } = owner.options;
    const loaded = await loadCustomer(client, identity, resourceId, timeoutMs, signal);
    if (signal.aborted) return;
    if (resource !== resourceId) return apply(identity, signal);
    if (!loaded) {
      throw new HardenedStiggError(
        'customer_rejected',
        'Stigg refused the customer: check that it exists in the environment of both the signing secret and the apiKey.',
      );
    }
    isConfigured = true;
    grant = { client: loaded, identity, resourceId };
    setState(state.customerId === customerId ? state : { ...idle, status: 'ready', customerId });
  }

  /** Runs `task` as the load in flight. */
  function run(task: (signal: AbortSignal) => Promise<void>, isQuiet?: boolean): Promise<void> {
    abort();
    controller = new AbortController();
    const { signal } = controller;
    if (state.error || (state === anonymous && !isQuiet)) setState(loading);
    inFlight = task(signal)
      .catch((error) => {
        if (!signal.aborted) fail(error);
      })
      .then(() => {
        if (signal.aborted) return;
        inFlight = asking = undefined;
        tick();
      });
    return inFlight;
  }

  /** The identity that is known or asked for already, once and while it is good; otherwise the endpoint's. */
  async function nextIdentity(signal: AbortSignal): Promise<Identity | null> {
    const { options, initialIdentity, isFresh } = owner;
    owner.isFresh = false;
    if (isFresh) {
      const known =
        initialIdentity === undefined
          ? await takePreloadedIdentity(options, signal)
          : parseIdentity(initialIdentity);
      if (known === null || (known && schedule(known, askedAt, 0).endsAt > askedAt)) return known;
    }
    return requestIdentity(options, signal);
  }

  /**
   * Asks who is signed in, unless that is being done. Quietly: for a tab that came back or heard from
   * another, which shows what it knows until there is an answer, and has no news for others.
   */
  function ask(isQuiet?: boolean): Promise<void> {
    if (isSignedOut) return Promise.resolve();
    asking ??= run(async (signal) => {
      askedAt = Date.now();
      dueAt = NEVER;
      const identity = await nextIdentity(signal);
      if (signal.aborted) return;
      if (identity) {
        const times = schedule(identity, Date.now(), owner.options.refreshMarginMs);
        if (!(times.endsAt > Date.now())) {
          throw new HardenedStiggError(
            'identity_invalid',
            'The token came expired: check expiresIn, expiresAt and the clocks.',
          );
        }
        await apply(identity, signal);
        if (signal.aborted) return;
        ({ dueAt, endsAt } = times);
        failures = [];
      } else clear(anonymous);
      announce(state.customerId, isQuiet);
    }, isQuiet);
    return asking;
  }

  function begin() {
    if (isStarted && state === loading && !inFlight) void ask();
  }

  /** Does what is due. Called by the alarm, by a page that wakes up, and after every load. */
  function tick() {
    const now = Date.now();
    if (now >= endsAt) {
      const error = failures.at(-1);
      clear(error && !inFlight ? { ...idle, status: 'error', error } : loading);
      if (!error) dueAt = Math.max(now, askedAt + MIN_INTERVAL_MS);
    }
    if (grant && grant.resourceId !== resource && !inFlight) {
      const { identity } = grant;
      void run((signal) => apply(identity, signal));
    }
    if (now >= dueAt) {
      dueAt = NEVER; // also where a load is in flight already: the alarm must not come back for it
      void ask();
    }
    setAlarm(Math.min(dueAt, endsAt));
  }

  function wake({ type }: Event) {
    if (document.visibilityState === 'hidden') return;
    tick();
    const age = Date.now() - askedAt;
    const isStale = type === 'visibilitychange' && owner.options.syncTabs && age > STALE_MS;
    if (isStale || (state.error?.retryable && age > MIN_INTERVAL_MS)) void ask(true);
  }

  function signOut() {
    abort();
    clear(anonymous);
    announce(null);
  }

  /** Until `life` aborts. */
  function listen(life: AbortSignal) {
    for (const target of [document, window]) {
      for (const type of WAKING_EVENTS) target.addEventListener(type, wake, { signal: life });
    }
    const { syncTabs, apiKey } = owner.options;
    if (!syncTabs || typeof BroadcastChannel === 'undefined') return;
    const opened = new BroadcastChannel(`hardened-stigg:${apiKey}`);
    channel = opened;
    opened.onmessage = async () => {
      // What is in flight may have been answered before the change; if it is aborted, somebody knew better.
      const pending = inFlight;
      const { signal } = controller;
      await pending;
      if (isStarted && !(pending && signal.aborted)) await ask(true);
    };
    life.addEventListener('abort', () => {
      opened.close();
      channel = undefined; // a closed one throws at whoever signs out later
    });
  }

  return {
    stigg: createManagedClient(client, {
      getActive: () => grant?.client ?? client,
      getResourceId: () => grant?.resourceId,
      onResource: (resourceId) => {
        resource = resourceId;
        if (grant) grant.resourceId = resourceId;
      },
      signOut,
    }),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getState: () => state,
    getServerState: () => loading,
    getGrant: () => grant,
    refresh: async () => {
      if (!isStarted) {
        // A component's mount effect runs before the provider's own: wait for the load that it starts.
        await null;
        begin();
        await inFlight;
      } else await ask();
    },
    signOut,
    setResource: (resourceId) => {
      resource = resourceId;
      tick();
    },
    start: () => {
      isStarted = true;
      if (!Object.hasOwn(client, 'waitForInitialization')) {
        // StiggProvider awaits this and handles no rejection. A customer refused before the SDK's own
        // configuration has come would leave it uninitialised for good, with an unhandled rejection.
        const wait = client.waitForInitialization.bind(client);
        client.waitForInitialization = () => wait().catch(() => client);
      }
      const life = new AbortController();
      listen(life.signal);
      if (isSignedOut) {
        announce(null);
        owner.isFresh = false; // what was known was known of nobody, and not of whoever signs in next
      }
      // Deferred: effects of a parent run after its children's, and StiggProvider's own clear the
      // customer. And StrictMode's mount, unmount and mount again ask once.
      queueMicrotask(begin);
      return () => {
        isStarted = false;
        abort();
        life.abort();
        forget();
        // Whoever suspended on this session looks for another: React 18 does not see the context change.
        setState(first);
      };
    },
  };
}

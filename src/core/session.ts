import { isHidden, type WakeReason } from '../browser/wake';
import { HardenedStiggError } from '../errors';
import {
  createAlarm,
  type Lifetime,
  later,
  lifetimeOf,
  msUntil,
  NEVER,
  notBefore,
  now,
  sooner,
} from '../identity/lifetime';
import type { Pace } from '../identity/pace';
import { expired, type Source, type SourceOptions } from '../identity/source';
import type { Client } from '../stigg/client';
import { loadCustomer, silence, withStiggDeadline } from '../stigg/load-customer';
import type { HardenedCustomer, Identity } from '../types';
import {
  ANONYMOUS,
  accepted,
  answerOf,
  begun,
  failed,
  type Held,
  identified,
  isTemporary,
  LOADING,
  ranOut,
  wanted,
  withoutClient,
  withResource,
} from './held';
import { createLoads, type Load } from './load';

/** What a session reads anew each time, so that a changed prop never restarts it. */
export interface SessionOptions extends SourceOptions {
  refreshMarginMs: number;
  syncTabs: boolean;
}

/** What the sessions of one provider share. It lives as long as the provider does. */
export interface SessionContext {
  options: () => SessionOptions;
  source: Source;
  pace: Pace;
  /** The session settled on somebody, or on nobody. */
  settled: (answer: string | null) => void;
  report: (error: HardenedStiggError) => void;
  /** What the hook returns for what is held: the last object, if that says the same. */
  show: (held: Held, last: HardenedCustomer | undefined) => HardenedCustomer;
}

/** One login: from one session key to the next. */
export interface Session {
  getSnapshot: () => HardenedCustomer;
  subscribe: (listener: () => void) => () => void;
  /** Another number whenever another client answers. */
  getVersion: () => number;
  /** The SDK's client that is attached. */
  getClient: () => Client | undefined;
  /** The client that holds the customer, if one may answer now; it looks at the clocks. */
  getActive: () => Client | undefined;
  /** The resource that the active client holds with its customer. */
  getActiveResource: () => string | undefined;
  /** Aborts once the customer of now is over: by a sign-out, a switch, an error, or the end. */
  getLogin: () => AbortSignal;
  /** Resolves as soon as the status is not `loading`. */
  whenLoaded: () => Promise<void>;
  refresh: () => Promise<void>;
  signOut: () => void;
  /** The page is looked at again. */
  wake: (reason: WakeReason) => void;
  /** Another tab has settled on this answer. */
  hear: (answer: unknown) => void;
  /** The resource that is wanted. */
  setResource: (resourceId: string | undefined) => void;
  /** A component has set this resource on the active client. */
  keepResource: (resourceId: string | undefined) => void;
  /** Gives the session its client; the returned function takes it away. */
  attach: (client: Client) => () => void;
  /** Starts the first load; the returned function ends all activity and forgets the customer. */
  start: () => () => void;
  /** Another session has taken over. */
  retire: () => void;
}

/** A tab that comes back after this long requests whether its customer is still signed in, in milliseconds. */
const STALE_MS = 300_000;
/** Tabs that hear the same news spread their requests over this time, in milliseconds. */
const SPREAD_MS = 1000;

/**
 * One login: what is held, and the one load that changes it. The client is attached when there is one, and may
 * be taken away or replaced; what it held goes with it.
 *
 * The SDK's own client is never given a customer. Each accepted identity lives in an object derived from it,
 * which answers from then on: until Stigg has accepted, the one before goes on.
 */
export function createSession(
  { options, source, pace, settled, report, show }: SessionContext,
  sessionKey: unknown,
): Session {
  const isSignedOut = sessionKey === null;
  const first = isSignedOut ? ANONYMOUS : LOADING;
  const listeners = new Set<() => void>();
  const setAlarm = createAlarm(tick);
  const loads = createLoads(request, (news) => {
    const isOutdated = news !== undefined && news !== answerOf(held);
    // A token can be over by the time that Stigg has accepted it: nothing else would lead on from there.
    if (isOutdated || held.status === 'loading') want();
    else tick();
  });

  let held: Held = first;
  let snapshot = show(held, undefined);
  let version = 0;
  let login = new AbortController();
  let isStarted = false;
  let client: Client | undefined;
  let resource: string | undefined;

  function notify() {
    for (const listener of [...listeners]) listener();
  }

  /** Resolves as soon as `value` gives something. Whatever changes here notifies, so nothing polls. */
  const until = <T>(value: () => T | undefined | false) =>
    new Promise<T>((resolve) => {
      const look = () => {
        const found = value();
        if (found === undefined || found === false) return;
        listeners.delete(look);
        resolve(found);
      };
      listeners.add(look);
      look();
    });

  /** The only place that changes what is held. Everything else follows from the difference. */
  function commit(next: Held) {
    const last = held;
    held = next;
    const before = last.status === 'ready' ? last.grant : undefined;
    const grant = next.status === 'ready' ? next.grant : undefined;
    // Nothing of the last customer may answer once the state says that there is none.
    if (last.status !== next.status && !grant) client?.clearCustomer();
    if (before && !grant) {
      if (client) silence(before.client, client);
      endLogin();
    }
    if (before?.client !== grant?.client) version++;
    snapshot = show(held, snapshot);
    arm();
    const answer = answerOf(held);
    if (isStarted && answer !== undefined) settled(answer);
    notify();
  }

  function endLogin() {
    login.abort(new Error('The customer signed out or changed before Stigg answered.'));
    login = new AbortController();
  }

  /** The next moment at which something is due or over. An error is not retried while nobody looks. */
  function arm() {
    const isLeftAlone = !isStarted || (held.status === 'error' && isHidden());
    const endsAt = held.status === 'ready' ? held.endsAt : NEVER;
    setAlarm(isLeftAlone ? NEVER : sooner(held.dueAt, endsAt));
  }

  /** Does what is due. Called by the alarm, by a page that wakes up, and after every load. */
  function tick() {
    if (!isStarted) return;
    if (held.status === 'ready' && msUntil(held.endsAt) <= 0) {
      if (held.failure) pace.restart();
      commit(
        ranOut(held, loads.isRunning(), held.failure ? pace.backgroundAt(0) : pace.earliest()),
      );
    }
    if (held.status === 'ready' && held.grant.resourceId !== resource)
      void loads.join(true, reapply);
    if (msUntil(held.dueAt) <= 0 && !(held.status === 'error' && isHidden())) {
      const earliest = pace.earliest();
      if (msUntil(earliest) <= 0) void loads.join(true);
      else commit(wanted(begun(held, true), earliest));
    }
    arm();
  }

  /** An automatic request is wanted in `ms` milliseconds, or as soon as one is allowed. */
  function want(ms = 0) {
    commit(wanted(held, notBefore(pace.earliest(), later(now(), ms))));
    tick();
  }

  function fail(error: HardenedStiggError) {
    pace.failed(error);
    commit(failed(held, error, resource, pace.retryAt(options().retries), pace.backgroundAt));
    report(error);
  }

  /** StiggProvider brings the client of a new apiKey a little later. */
  const untilClient = (signal: AbortSignal): Promise<Client> =>
    withStiggDeadline(options().timeoutMs, signal, () => until(() => client));

  /** Gives an identity to Stigg, unless Stigg has it. */
  async function apply(identity: Identity, lifetime: Lifetime, signal: AbortSignal): Promise<void> {
    const resourceId = resource;
    const { customerId, customerToken } = identity;
    if (held.status === 'ready' && !held.failure) {
      const { grant } = held;
      if (
        grant.identity.customerId === customerId &&
        grant.identity.customerToken === customerToken &&
        grant.resourceId === resourceId
      ) {
        return commit(accepted(grant, lifetime));
      }
    }
    commit(identified(held, customerId));
    return give(identity, lifetime, signal);
  }

  async function give(identity: Identity, lifetime: Lifetime, signal: AbortSignal): Promise<void> {
    const resourceId = resource;
    const stigg = client ?? (await untilClient(signal));
    const loaded = await loadCustomer(stigg, identity, resourceId, options().timeoutMs, signal);
    if (signal.aborted) return;
    if (resource !== resourceId) return give(identity, lifetime, signal);
    if (!loaded) {
      throw new HardenedStiggError(
        'customer_rejected',
        'Stigg refused the customer: check that it exists in the environment of both the signing secret and the apiKey.',
      );
    }
    commit(accepted({ identity, client: loaded, resourceId }, lifetime));
  }

  /** Requests who is signed in, and gives it to Stigg. */
  async function request({ signal, isQuiet, sent, pause }: Load) {
    commit(begun(held, isQuiet));
    const onSent = () => {
      sent();
      pace.sent();
    };
    try {
      if (!client) await untilClient(signal);
      const identity = await source.next(signal, { sent: onSent, pause }, sessionKey != null);
      if (signal.aborted) return;
      if (identity) {
        const lifetime = lifetimeOf(identity, now(), options().refreshMarginMs);
        if (!(msUntil(lifetime.endsAt) > 0)) throw expired('The token');
        await apply(identity, lifetime, signal);
      } else commit(ANONYMOUS);
      if (!signal.aborted) pace.answered();
    } catch (error) {
      if (!signal.aborted) fail(error as HardenedStiggError);
    }
  }

  /** Gives Stigg the identity that it has, with another resource. */
  async function reapply({ signal, sent }: Load) {
    sent();
    try {
      if (held.status === 'ready') await apply(held.grant.identity, held, signal);
    } catch (error) {
      if (!signal.aborted) fail(error as HardenedStiggError);
    }
  }

  function begin() {
    if (isStarted && held.status === 'loading') void loads.join(false);
  }

  function stop() {
    loads.abort();
    client?.clearCustomer();
  }

  /** Whether nothing but refresh() may request anything: the app has said that nobody is signed in. */
  const isIdle = () => !isStarted || (isSignedOut && held.status === 'anonymous');

  return {
    getSnapshot: () => snapshot,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    // It looks at the clocks as well, so that a render finds out that the token is over.
    getVersion: () => (held.status === 'ready' && msUntil(held.endsAt) <= 0 ? -1 : version),
    getClient: () => client,
    getActive: () => {
      if (held.status !== 'ready') return undefined;
      if (msUntil(held.endsAt) > 0) return held.grant.client;
      // No timer has told us: the machine slept, or a clock was set.
      if (!isHidden()) queueMicrotask(tick);
      return undefined;
    },
    getActiveResource: () => (held.status === 'ready' ? held.grant.resourceId : undefined),
    getLogin: () => login.signal,
    whenLoaded: async () => {
      await until(() => held.status !== 'loading');
    },
    refresh: async () => {
      const { signal } = login;
      if (!isStarted) await until(() => isStarted || signal.aborted);
      if (!isStarted) return;
      source.spend();
      commit(begun(held, false));
      await loads.renew(false);
      await until(() => held.status !== 'loading' || !isStarted);
    },
    signOut: () => {
      stop();
      source.distrust();
      commit(ANONYMOUS);
    },
    wake: (reason) => {
      if (isIdle()) return;
      tick();
      const isWorthIt =
        held.status === 'error'
          ? isTemporary(held.error)
          : reason === 'visible' && options().syncTabs && pace.isOlderThan(STALE_MS);
      if (reason === 'restored') void loads.renew(true);
      else if (isWorthIt && !loads.isRunning()) want();
    },
    hear: (answer) => {
      if (isIdle() || loads.outdate(answer) || answer === answerOf(held)) return;
      want((1 - Math.random()) * SPREAD_MS);
    },
    setResource: (resourceId) => {
      resource = resourceId;
      tick();
    },
    keepResource: (resourceId) => {
      resource = resourceId;
      if (held.status === 'ready') commit(withResource(held, resourceId));
    },
    attach: (attached) => {
      client = attached;
      if (!Object.hasOwn(attached, 'waitForInitialization')) {
        // StiggProvider awaits this and handles no rejection. A customer refused before the SDK's own
        // configuration has come would leave it uninitialised for good, with an unhandled rejection.
        const wait = attached.waitForInitialization.bind(attached);
        attached.waitForInitialization = () => wait().catch(() => attached);
      }
      notify();
      if (isStarted && held.status === 'error') want();
      return () => {
        stop();
        commit(withoutClient(held));
        client = undefined;
        notify();
        queueMicrotask(begin);
      };
    },
    start: () => {
      isStarted = true;
      if (isSignedOut) source.spend(); // it was known of nobody, and not of the one who signs in next
      commit(held);
      // Deferred: effects of a parent run after its children's, and StiggProvider's own clear the
      // customer. And StrictMode's mount, unmount and mount again make one request.
      queueMicrotask(begin);
      return () => {
        isStarted = false;
        stop();
        commit(first);
      };
    },
    retire: () => {
      endLogin();
      notify();
    },
  };
}

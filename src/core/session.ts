import { isHidden, type WakeReason } from '../browser/wake';
import type { Entitlements } from '../entitlements/types';
import { HardenedStiggError } from '../errors';
import {
  createAlarm,
  type Lifetime,
  later,
  lifetimeOf,
  msUntil,
  NEVER,
  now,
  sooner,
} from '../identity/lifetime';
import type { Pace } from '../identity/pace';
import { expired, type Source, type SourceOptions } from '../identity/source';
import type { Client } from '../stigg/client';
import { loadCustomer, silence, withStiggDeadline } from '../stigg/load-customer';
import { surviveRefusals } from '../stigg/survive-refusals';
import type { HardenedCustomer, Identity } from '../types';
import {
  ANONYMOUS,
  accepted,
  answerOf,
  backgroundFailure,
  begun,
  failed,
  type Grant,
  type Held,
  hasSignedOut,
  identified,
  isTemporary,
  isVouched,
  LOADING,
  type Ready,
  ranOut,
  renewalAt,
  SIGNED_OUT,
  wanted,
  withoutClient,
  withResource,
} from './held';
import { createLoads, type Load } from './load';

/** What a session reads each time that it needs it. So a changed prop never restarts it. */
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
  /** Loads the SDK, if the entry starts without it. Rejects with a `HardenedStiggError`. */
  loadClient: (() => Promise<void>) | undefined;
  /** What the hook returns for what is held: the last object, if that says the same. */
  show: (held: Held, last: HardenedCustomer | undefined) => HardenedCustomer;
}

/** What a session begins with. */
export interface SessionStart {
  sessionKey: unknown;
  /** The `identity` prop of this render: it counts before it is committed. */
  identity: Identity | null | undefined;
  resourceId: string | undefined;
  /** `false` on a server, and in the browser's first render over its HTML. */
  isHydrated: boolean;
}

/** What answers for a customer: a client that Stigg has accepted it in, or what the backend has vouched for. */
export interface Answers {
  client: Client | undefined;
  /** The resource that the client holds with the customer. */
  resourceId: string | undefined;
  entitlements: Entitlements | undefined;
}

/** One login: from one session key to the next. */
export interface Session {
  getSnapshot: () => HardenedCustomer;
  /** What a server renders, and a browser until it has hydrated. */
  getFirst: () => HardenedCustomer;
  subscribe: (listener: () => void) => () => void;
  /** Another number each time that the answers come from somebody else. */
  getVersion: () => number;
  /** The SDK's client that is attached. */
  getClient: () => Client | undefined;
  /** What answers for the customer now, if anything may. It looks at the clocks. */
  getAnswers: () => Answers | undefined;
  /** Aborts when the current customer ends: by a sign-out, a switch or an error, or with the session. */
  getLogin: () => AbortSignal;
  /** Resolves as soon as the status is not `loading` any more, and Stigg itself has answered. */
  whenLoaded: () => Promise<void>;
  refresh: () => Promise<void>;
  /** The `identity` prop is another. */
  follow: () => void;
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

/** Whose answers count: those of the client, or of the backend. */
const answersOf = (grant: Grant | undefined) => grant?.client ?? grant?.identity.entitlements;

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
  { options, loadClient, source, pace, settled, report, show }: SessionContext,
  { sessionKey, identity, resourceId, isHydrated }: SessionStart,
): Session {
  const isSignedOut = sessionKey === null;
  const first = isSignedOut ? ANONYMOUS : firstHeld();
  const listeners = new Set<() => void>();
  const setAlarm = createAlarm(tick);
  const loads = createLoads(request, (news) => {
    const isOutdated = news !== undefined && news !== answerOf(held);
    // A token can be over when Stigg accepts it. Then nothing else starts the next load.
    if (isOutdated || held.status === 'loading') want();
    else tick();
  });

  let held: Held = first;
  let snapshot = show(held, undefined);
  const firstSnapshot = isVouched(held) ? snapshot : show(LOADING, undefined);
  let version = 0;
  let login = new AbortController();
  let isStarted = false;
  let client: Client | undefined;
  let resource = resourceId;

  function lifetimeFrom(identity: Identity) {
    return lifetimeOf(identity, now(), options().refreshMarginMs);
  }

  function firstHeld(): Held {
    const known = source.peek(identity, isHydrated);
    return known ? identified(LOADING, known, resourceId, lifetimeFrom(known)) : LOADING;
  }

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
    const isOver = before && answerOf(last) !== answerOf(next);
    // Nothing of the last customer may answer once the state says that there is none.
    if (isOver || (last.status !== next.status && !grant)) client?.clearCustomer();
    if (isOver) {
      if (client && before.client) silence(before.client, client);
      endLogin();
    }
    if (answersOf(before) !== answersOf(grant)) version++;
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

  /** When the next request is due. What failed is not tried again while nobody looks. */
  const dueAt = () => (isHidden() && backgroundFailure(held) ? NEVER : held.dueAt);

  /** The next moment at which something is due or over. */
  function arm() {
    const endsAt = held.status === 'ready' ? held.endsAt : NEVER;
    setAlarm(isStarted ? sooner(dueAt(), endsAt) : NEVER);
  }

  /** Whether Stigg does not have the customer yet, or has it with another resource. What failed waits for its next attempt. */
  const hasToBeGiven = ({ grant, failure }: Ready) =>
    grant.client ? grant.resourceId !== resource : client && failure?.code !== 'stigg_unreachable';

  /** Does what is due. Called by the alarm, by a page that wakes up, and after every load. */
  function tick() {
    if (!isStarted) return;
    if (held.status === 'ready' && msUntil(held.endsAt) <= 0) {
      pace.restart();
      commit(ranOut(held, loads.isRunning(), held.failure ? pace.backgroundAt(0) : now()));
    }
    const ready = held;
    if (ready.status === 'ready' && hasToBeGiven(ready)) {
      void loads.join(true, (load) => reapply(load, ready));
    }
    if (msUntil(dueAt()) <= 0) {
      const earliest = msUntil(renewalAt(held)) <= 0 ? pace.soonest() : pace.earliest();
      if (msUntil(earliest) <= 0) void loads.join(true);
      else commit(wanted(begun(held, true), earliest));
    }
    arm();
  }

  /** An automatic request is wanted in `ms` milliseconds. If none is allowed then, tick() puts it off. */
  function want(ms = 0) {
    commit(wanted(held, later(now(), ms)));
    tick();
  }

  function fail(error: HardenedStiggError) {
    pace.failed(error);
    commit(failed(held, error, resource, pace.retryAt(options().retries), pace.backgroundAt));
    report(error);
  }

  /** StiggProvider brings the client of a new apiKey a little later. */
  const untilClient = (signal: AbortSignal): Promise<Client> =>
    withStiggDeadline(options().timeoutMs, signal, async () => {
      await loadClient?.();
      return until(() => client);
    });

  /** Gives an identity to Stigg, unless Stigg has it. */
  async function apply(identity: Identity, lifetime: Lifetime, signal: AbortSignal): Promise<void> {
    const { customerId, customerToken } = identity;
    if (held.status === 'ready' && !held.failure) {
      const { grant } = held;
      if (
        grant.client &&
        grant.identity.customerId === customerId &&
        grant.identity.customerToken === customerToken &&
        grant.resourceId === resource
      ) {
        return commit(accepted(grant, lifetime));
      }
    }
    commit(identified(held, identity, resource, lifetime));
    return give(identity, lifetime, signal);
  }

  async function give(identity: Identity, lifetime: Lifetime, signal: AbortSignal): Promise<void> {
    if (isVouched(held) && identity.entitlements && !client) return; // attach() goes on from here
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
      const identity = await source.next(signal, { sent: onSent, pause }, sessionKey != null);
      if (signal.aborted) return;
      if (identity) {
        const lifetime = lifetimeFrom(identity);
        if (!(msUntil(lifetime.endsAt) > 0)) throw expired('The token');
        await apply(identity, lifetime, signal);
      } else commit(ANONYMOUS);
      pace.answered();
    } catch (error) {
      if (!signal.aborted) fail(error as HardenedStiggError);
    }
  }

  /** Gives Stigg the identity that it has, with another resource. */
  async function reapply({ signal, sent }: Load, ready: Ready) {
    sent();
    try {
      await apply(ready.grant.identity, { ...ready, dueAt: ready.renewAt }, signal);
    } catch (error) {
      if (!signal.aborted) fail(error as HardenedStiggError);
    }
  }

  function begin() {
    const isKnown = isVouched(held);
    if (isStarted && (isKnown || held.status === 'loading')) void loads.join(isKnown);
  }

  function stop() {
    loads.abort();
    client?.clearCustomer();
  }

  /** Whether only refresh() may request something, because the app has said that nobody is signed in. */
  const isIdle = () => !isStarted || (isSignedOut && held.status === 'anonymous');

  return {
    getSnapshot: () => snapshot,
    getFirst: () => firstSnapshot,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    // It looks at the clocks too, so that a render sees that the token has ended.
    getVersion: () => (held.status === 'ready' && msUntil(held.endsAt) <= 0 ? -1 : version),
    getClient: () => client,
    getAnswers: () => {
      if (held.status !== 'ready') return undefined;
      if (msUntil(held.endsAt) > 0) {
        // Not the grant: React's tools find what this returns, and no tool may find the token.
        const { identity, ...given } = held.grant;
        return { ...given, entitlements: identity.entitlements };
      }
      // No timer has told us: the machine slept, or a clock was set.
      if (!isHidden()) queueMicrotask(tick);
      return undefined;
    },
    getLogin: () => login.signal,
    whenLoaded: async () => {
      await until(() => held.status !== 'loading' && !isVouched(held));
    },
    refresh: async () => {
      const { signal } = login;
      source.spend();
      commit(begun(held, false));
      if (!isStarted) {
        await until(() => isStarted || signal.aborted);
        if (!isStarted || hasSignedOut(held)) return; // a sign-out after the call wins
      }
      await loads.renew(false);
      await until(() => held.status !== 'loading' || !isStarted);
    },
    follow: () => {
      if (!isStarted) return;
      loads.abort(); // it loads the last identity
      void loads.join(true);
    },
    signOut: () => {
      stop();
      source.distrust();
      commit(SIGNED_OUT);
    },
    wake: (reason) => {
      if (isIdle()) return;
      tick();
      const failure = backgroundFailure(held);
      const isWorthIt = failure
        ? isTemporary(failure)
        : reason === 'visible' && options().syncTabs && pace.isOlderThan(STALE_MS);
      if (reason === 'restored') void loads.renew(true);
      else if (isWorthIt && !loads.isRunning()) want();
    },
    hear: (answer) => {
      if (isIdle() || loads.outdate(answer) || answer === answerOf(held)) return;
      want((1 - Math.random()) * SPREAD_MS);
    },
    setResource: (resourceId) => {
      if (resourceId === resource) return;
      resource = resourceId;
      // A resource has entitlements of its own, and nobody has vouched for them.
      if (isVouched(held) && resourceId) {
        commit(LOADING);
        queueMicrotask(begin);
      }
      tick();
    },
    keepResource: (resourceId) => {
      resource = resourceId;
      if (held.status === 'ready') commit(withResource(held, resourceId));
    },
    attach: (attached) => {
      client = attached;
      surviveRefusals(attached);
      notify();
      if (isStarted && backgroundFailure(held)) want();
      queueMicrotask(tick);
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
      if (isSignedOut) source.spend(); // it is not about the user who signs in next
      commit(held);
      // Deferred: effects of a parent run after its children's, and StiggProvider's own clear the
      // customer. And StrictMode's mount, unmount and mount again make one request.
      queueMicrotask(begin);
      return () => {
        isStarted = false;
        stop();
        if (!hasSignedOut(held)) commit(isSignedOut || source.isAhead() ? first : LOADING);
      };
    },
    retire: () => {
      endLogin();
      notify();
    },
  };
}

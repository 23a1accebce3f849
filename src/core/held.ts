import type { HardenedStiggError } from '../errors';
import { type Lifetime, type Moment, NEVER, sooner } from '../identity/lifetime';
import type { Client } from '../stigg/client';
import type { Identity } from '../types';

/*
 * What a session holds, and every way in which that changes. Each function is pure: it takes what is held and
 * gives what is held next. session.ts decides which one applies, and its commit() does what follows from the
 * difference.
 */

/** A customer who may be answered for. */
export interface Grant {
  identity: Identity;
  /** The client that holds the customer, because Stigg has accepted it. `undefined` while only the backend has vouched. */
  client: Client | undefined;
  /** The resource that the client holds with the customer. */
  resourceId: string | undefined;
}

interface Loading {
  status: 'loading';
  /** Whether Stigg has refused the customer: that counts until Stigg takes it back, whatever fails meanwhile. */
  isRefused: boolean;
  dueAt: Moment;
}

export interface Ready extends Lifetime {
  status: 'ready';
  grant: Grant;
  /** When the next token is due, whatever else is due before. */
  renewAt: Moment;
  /** The last failure since the token came: what is shown once the token is over. */
  failure: HardenedStiggError | undefined;
  /** How many loads have failed since then. */
  failures: number;
}

interface Anonymous {
  status: 'anonymous';
  /** Whether by `signOut()`, which counts also for a provider that is hidden and shown again, as StrictMode does once. */
  bySignOut: boolean;
  dueAt: Moment;
}

interface Failed {
  status: 'error';
  failure: HardenedStiggError;
  /** As in {@link Loading}. */
  isRefused: boolean;
  /** How many loads have failed, one after the other. */
  failures: number;
  dueAt: Moment;
}

/** In each state, `dueAt` is when the next automatic request is due; `NEVER` if none is. */
export type Held = Loading | Ready | Anonymous | Failed;

export const LOADING: Loading = { status: 'loading', isRefused: false, dueAt: NEVER };
export const ANONYMOUS: Anonymous = { status: 'anonymous', bySignOut: false, dueAt: NEVER };
export const SIGNED_OUT: Anonymous = { ...ANONYMOUS, bySignOut: true };

export const hasSignedOut = (held: Held): boolean => held.status === 'anonymous' && held.bySignOut;

/** Whether a later attempt can succeed without anybody's help. */
export const isTemporary = ({ retryable, code }: HardenedStiggError): boolean =>
  retryable || code === 'stigg_unreachable';

/** Whether only the backend has vouched for the customer: Stigg has not answered yet. */
export const isVouched = (held: Held): held is Ready =>
  held.status === 'ready' && !held.grant.client;

/** The failure that is tried again in the background, while somebody looks at the page. */
export const backgroundFailure = (held: Held): HardenedStiggError | undefined =>
  held.status === 'error' || isVouched(held) ? held.failure : undefined;

/** When the next token is requested from a backend that answers, while Stigg is silent. */
export const renewalAt = (held: Held): Moment =>
  isVouched(held) && held.failure?.code === 'stigg_unreachable' ? held.renewAt : NEVER;

const isRefused = (held: Held): boolean => 'isRefused' in held && held.isRefused;

/** A load begins. It shows only if the user wanted it: nobody waits for the others. */
export function begun(held: Held, isQuiet: boolean): Held {
  if (isQuiet || held.status === 'ready') return { ...held, dueAt: NEVER };
  return { ...LOADING, isRefused: isRefused(held) };
}

/** Stigg has accepted the customer. */
export const accepted = (grant: Grant, { dueAt, endsAt }: Lifetime): Ready => ({
  status: 'ready',
  grant,
  dueAt,
  renewAt: dueAt,
  endsAt,
  failure: undefined,
  failures: 0,
});

/**
 * The identity is known, and Stigg loads it next. Nobody else's customer may answer meanwhile. If the backend
 * has vouched for entitlements, they count until Stigg answers, unless Stigg has refused before.
 */
export function identified(
  held: Held,
  identity: Identity,
  resourceId: string | undefined,
  lifetime: Lifetime,
): Held {
  const isSame = held.status === 'ready' && held.grant.identity.customerId === identity.customerId;
  // If the backend lists no entitlements this time, the last ones stay.
  if (isSame && (held.grant.client || !identity.entitlements)) return held;
  if (identity.entitlements && !resourceId && !isRefused(held)) {
    const vouched = accepted({ identity, client: undefined, resourceId }, lifetime);
    // A Stigg that goes on being silent is tried ever more rarely, also with a new token.
    return isSame ? { ...vouched, failures: held.failures } : vouched;
  }
  return held.status === 'ready' ? LOADING : held;
}

/**
 * A load failed. A temporary failure says nothing against what was held before, unless another resource
 * (`resourceId`) was to be loaded. `retryAt` is for a session that Stigg has accepted; `backgroundAt` tells when
 * attempt number n (from 0) in the background is due.
 */
export function failed(
  held: Held,
  failure: HardenedStiggError,
  resourceId: string | undefined,
  retryAt: Moment,
  backgroundAt: (attempt: number) => Moment,
): Held {
  const failures = 'failures' in held ? held.failures + 1 : 1;
  const isTried = isTemporary(failure);
  if (isTried) {
    if (held.status === 'anonymous') return held;
    if (held.status === 'ready' && held.grant.resourceId === resourceId) {
      // A token without an end needs no other.
      const keptAt = held.endsAt.wall < NEVER.wall ? retryAt : NEVER;
      const next = { ...held, failure, failures };
      const triedAt = sooner(backgroundAt(held.failures), renewalAt(next));
      return { ...next, dueAt: held.grant.client ? keptAt : triedAt };
    }
  }
  return {
    status: 'error',
    failure,
    isRefused: isRefused(held) || failure.code === 'customer_rejected',
    failures,
    dueAt: isTried ? backgroundAt(failures - 1) : NEVER,
  };
}

/** The token is over. While a load runs (`isLoading`), its answer is waited for; otherwise the next is due at `nextAt`. */
export function ranOut({ failure }: Ready, isLoading: boolean, nextAt: Moment): Held {
  if (isLoading) return LOADING;
  return failure
    ? { status: 'error', failure, isRefused: false, failures: 1, dueAt: nextAt }
    : { ...LOADING, dueAt: nextAt };
}

/** An automatic request is wanted at `at`, unless one is due before. */
export const wanted = (held: Held, at: Moment): Held => ({
  ...held,
  dueAt: sooner(held.dueAt, at),
});

/** A component has set another resource on the client that answers. */
export const withResource = (held: Ready, resourceId: string | undefined): Ready => ({
  ...held,
  grant: { ...held.grant, resourceId },
});

/** The client is gone, and with it what it held. */
export const withoutClient = (held: Held): Held =>
  held.status === 'anonymous' || isVouched(held) ? held : LOADING;

/** Whom the session settled on: a customer id, `null` for nobody, `undefined` while it has not. */
export function answerOf(held: Held): string | null | undefined {
  if (held.status === 'ready') return held.grant.identity.customerId;
  return held.status === 'anonymous' ? null : undefined;
}

import type { HardenedStiggError } from '../errors';
import { type Lifetime, type Moment, NEVER, sooner } from '../identity/lifetime';
import type { Client } from '../stigg/client';
import type { Identity } from '../types';

/*
 * What a session holds, and every way in which that changes. Each function is pure: it takes what is held and
 * gives what is held next. session.ts decides which one applies, and its commit() does what follows from the
 * difference.
 */

/** What Stigg has accepted. */
export interface Grant {
  identity: Identity;
  /** The client that holds this customer. */
  client: Client;
  /** The resource that it holds with the customer. */
  resourceId: string | undefined;
}

interface Loading {
  status: 'loading';
  dueAt: Moment;
}

export interface Ready extends Lifetime {
  status: 'ready';
  grant: Grant;
  /** The last failure since the token came: what is shown once the token is over. */
  failure: HardenedStiggError | undefined;
}

interface Anonymous {
  status: 'anonymous';
  dueAt: Moment;
}

interface Failed {
  status: 'error';
  error: HardenedStiggError;
  /** How often it was tried again in the background. */
  attempt: number;
  dueAt: Moment;
}

/** In each state, `dueAt` is when the next automatic request is due; `NEVER` if none is. */
export type Held = Loading | Ready | Anonymous | Failed;

export const LOADING: Loading = { status: 'loading', dueAt: NEVER };
export const ANONYMOUS: Anonymous = { status: 'anonymous', dueAt: NEVER };

/** Whether a later attempt can succeed without anybody's help. */
export const isTemporary = ({ retryable, code }: HardenedStiggError): boolean =>
  retryable || code === 'stigg_unreachable';

/** A load begins. Only one that the user asked for shows: nobody watches the others. */
export function begun(held: Held, isQuiet: boolean): Held {
  const shows = held.status === 'anonymous' || held.status === 'error';
  return shows && !isQuiet ? LOADING : { ...held, dueAt: NEVER };
}

/** The identity names `customerId`: nobody else's customer may answer while Stigg loads this one. */
export const identified = (held: Held, customerId: string): Held =>
  held.status === 'ready' && held.grant.identity.customerId !== customerId ? LOADING : held;

/** Stigg has accepted the customer. */
export const accepted = (grant: Grant, { dueAt, endsAt }: Lifetime): Ready => ({
  status: 'ready',
  grant,
  dueAt,
  endsAt,
  failure: undefined,
});

/**
 * A load failed. A temporary failure says nothing against what was held before, unless another resource
 * (`resourceId`) was to be loaded; `retryAt` is for a session that stays; `backgroundAt` tells when attempt number n of one in `error` is due.
 */
export function failed(
  held: Held,
  error: HardenedStiggError,
  resourceId: string | undefined,
  retryAt: Moment,
  backgroundAt: (attempt: number) => Moment,
): Held {
  if (isTemporary(error)) {
    if (held.status === 'anonymous') return held;
    if (held.status === 'ready' && held.grant.resourceId === resourceId) {
      // A token without an end needs no other.
      return { ...held, failure: error, dueAt: held.endsAt.wall < NEVER.wall ? retryAt : NEVER };
    }
  }
  const attempt = held.status === 'error' ? held.attempt + 1 : 0;
  return {
    status: 'error',
    error,
    attempt,
    dueAt: isTemporary(error) ? backgroundAt(attempt) : NEVER,
  };
}

/** The token is over. While a load runs (`isLoading`), its answer is waited for; otherwise the next is due at `nextAt`. */
export function ranOut({ failure }: Ready, isLoading: boolean, nextAt: Moment): Held {
  if (isLoading) return LOADING;
  return failure
    ? { status: 'error', error: failure, attempt: 0, dueAt: nextAt }
    : { status: 'loading', dueAt: nextAt };
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

/** The client is gone, and with it what it held. Who is anonymous stays so. */
export const withoutClient = (held: Held): Held => (held.status === 'anonymous' ? held : LOADING);

/** Whom the session settled on: a customer id, `null` for nobody, `undefined` while it has not. */
export function answerOf(held: Held): string | null | undefined {
  if (held.status === 'ready') return held.grant.identity.customerId;
  return held.status === 'anonymous' ? null : undefined;
}

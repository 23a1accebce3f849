import { HardenedStiggError } from '../errors';
import { onePerPage } from '../one-per-page';
import type { Identity, IdentityEndpoint } from '../types';
import { lifetimeOf, type Moment, msUntil, NEVER, now } from './lifetime';
import { parseIdentity } from './parse';
import { peekPreloadedIdentity, takePreloadedIdentity } from './preloaded';
import { type RequestTurns, requestIdentity } from './request';

/** What the source reads for each request. So a changed prop never starts one. */
export interface SourceOptions {
  /** `undefined` if the `identity` prop alone says who is signed in. */
  identityEndpoint: IdentityEndpoint | undefined;
  /** The `identity` prop; `undefined` if there is none. */
  identity: Identity | null | undefined;
  retries: number;
  timeoutMs: number;
  apiKey: string;
}

export interface Source {
  /** Who is known to be signed in, without a request: for a first render. */
  peek: (identity: Identity | null | undefined, isHydrated: boolean) => Identity | undefined;
  /**
   * Who is signed in: known ahead, once; otherwise what the endpoint answers.
   *
   * @throws HardenedStiggError the last failure; anything, once `signal` has aborted
   */
  next: (
    signal: AbortSignal,
    turns: RequestTurns,
    hasSessionKey: boolean,
  ) => Promise<Identity | null>;
  /** Whether the identity that was known ahead is still unused. */
  isAhead: () => boolean;
  /** The `identity` prop was `last` before: if it says something else now, that is used. */
  renew: (last: Identity | null | undefined) => void;
  /** What was known ahead is used up. */
  spend: () => void;
  /** Somebody has signed out or in on this page: what was known ahead is over, for later providers too. */
  distrust: () => void;
}

/** The error for a token that had ended when it came. */
export const expired = (what: string): HardenedStiggError =>
  new HardenedStiggError(
    'identity_invalid',
    `${what} has expired. Check expiresIn, expiresAt and the clocks, and give a new one in time.`,
  );

const msLeft = (identity: Identity, received: Moment) =>
  msUntil(lifetimeOf(identity, received, 0).endsAt);

/** An identity that was given at `received`: checked, and with the lifetime that is left of it. */
function left(value: unknown, name: string, received: Moment): Identity | null {
  const identity = parseIdentity(value, name);
  if (identity) {
    const ms = msLeft(identity, received);
    if (!(ms > 0)) throw expired(name);
    identity.expiresIn = ms / 1000; // `Infinity` if it has no lifetime
  }
  return identity;
}

type MaybeIdentity = Identity | null | undefined;

const isSameToken = (a: MaybeIdentity, b: MaybeIdentity) =>
  a?.customerToken === b?.customerToken &&
  a?.expiresIn === b?.expiresIn &&
  a?.expiresAt === b?.expiresAt;

function textOf(entitlements: unknown): string | undefined {
  try {
    return JSON.stringify(entitlements);
  } catch {
    return 'no entitlements'; // next() says so
  }
}

/** Entitlements that are written in the JSX are another object in each render. */
const listTheSame = (a: MaybeIdentity, b: MaybeIdentity) =>
  a?.entitlements === b?.entitlements || textOf(a?.entitlements) === textOf(b?.entitlements);

/** The places where somebody has signed out or in since the page was loaded. */
const changed = onePerPage('changed', () => new Set<string>());

/**
 * Where identities come from: the `identity` prop, whenever it is another. Without one, what was known ahead
 * (`initialIdentity`, or else a preloaded answer) is believed once, while it is good, and not after anybody has
 * signed out or in on this page. After that, the endpoint.
 */
export function createSource(
  options: () => SourceOptions,
  initialIdentity: Identity | null | undefined,
  report: (error: HardenedStiggError) => void,
): Source {
  const { identity: first } = options();
  // A page that reads a clock cannot be prerendered with Next.js. With nothing known, nothing needs one.
  const createdAt = (initialIdentity ?? first) ? now() : NEVER;
  let isAhead = true;
  /** When the token of an `identity` prop came. An object that comes back after another is as old as it was. */
  const times = new WeakMap<object, Moment>();
  const receivedAt = (identity: Identity | null) => times.get(identity ?? {}) ?? now();
  const date = (identity: Identity, at: Moment) => {
    if (typeof identity === 'object' && !times.has(identity)) times.set(identity, at);
  };
  if (first) date(first, createdAt);

  const spend = () => {
    isAhead = false;
  };
  const place = () => {
    const { apiKey, identityEndpoint } = options();
    return `${apiKey} ${typeof identityEndpoint === 'function' ? '' : identityEndpoint}`;
  };
  const isBelieved = () => isAhead && !changed.has(place());

  async function ahead(signal: AbortSignal): Promise<Identity | null | undefined> {
    if (initialIdentity === undefined) {
      const taken = await takePreloadedIdentity(options(), signal);
      return taken && !(msLeft(taken, now()) > 0) ? undefined : taken;
    }
    try {
      return left(initialIdentity, 'initialIdentity', createdAt);
    } catch (error) {
      report(error as HardenedStiggError);
      return undefined;
    }
  }

  return {
    isAhead: () => isAhead,
    spend,
    renew: (last) => {
      const { identity } = options();
      const isSame = isSameToken(identity, last);
      // A page that renders the same token again does not prolong it.
      if (identity) date(identity, isSame && last ? receivedAt(last) : now());
      if (!isSame || !listTheSame(identity, last)) isAhead = true;
    },
    peek: (identity, isHydrated) => {
      try {
        let known = identity;
        if (known === undefined && isBelieved()) {
          known = initialIdentity;
          if (known === undefined && isHydrated) known = peekPreloadedIdentity(options());
        }
        if (!known) return undefined;
        return (
          left(known, '', known === initialIdentity ? createdAt : receivedAt(known)) ?? undefined
        );
      } catch {
        return undefined; // next() says why
      }
    },
    next: async (signal, turns, hasSessionKey) => {
      const { identity, identityEndpoint } = options();
      const isNews = isAhead;
      const isUsed = isBelieved();
      spend();
      if (identity !== undefined) {
        if (isNews || !identityEndpoint) {
          turns.sent(); // the prop is older than a refresh() that comes now, which needs the endpoint
          return left(identity, 'identity', receivedAt(identity));
        }
      } else if (isUsed) {
        turns.sent(); // as above
        const known = await ahead(signal);
        // A `null` that was known ahead does not count if the app says that somebody is signed in.
        if (known || (known === null && !hasSessionKey)) return known;
      }
      return requestIdentity(options(), signal, turns);
    },
    distrust: () => {
      spend();
      changed.add(place());
    },
  };
}

import { HardenedStiggError } from '../errors';
import { onePerPage } from '../one-per-page';
import type { Identity, IdentityEndpoint } from '../types';
import { lifetimeOf, msUntil, now } from './lifetime';
import { parseIdentity } from './parse';
import { takePreloadedIdentity } from './preloaded';
import { type RequestTurns, requestIdentity } from './request';

/** What the source reads anew for every request, so that a changed prop never starts one. */
export interface SourceOptions {
  identityEndpoint: IdentityEndpoint;
  retries: number;
  timeoutMs: number;
  apiKey: string;
}

export interface Source {
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
  /** What was known ahead is used up. */
  spend: () => void;
  /** Somebody has signed out or in on this page: what was known ahead is over, for later providers too. */
  distrust: () => void;
}

const isOver = (identity: Identity) => !(msUntil(lifetimeOf(identity, now(), 0).endsAt) > 0);

/** What a token that was over when it came is answered with. */
export const expired = (what: string): HardenedStiggError =>
  new HardenedStiggError(
    'identity_invalid',
    `${what} came expired: check expiresIn, expiresAt and the clocks.`,
  );

/** Where somebody has signed out or in since the page was loaded. */
const changed = onePerPage('changed', () => new Set<string>());

/**
 * Where identities come from. What was known ahead (`initialIdentity`, or else a preloaded answer) is believed
 * once, while it is good, and not after anybody has signed out or in on this page.
 */
export function createSource(
  options: () => SourceOptions,
  initialIdentity: Identity | null | undefined,
  report: (error: HardenedStiggError) => void,
): Source {
  let isAhead = true;

  const spend = () => {
    isAhead = false;
  };
  const place = () => {
    const { apiKey, identityEndpoint } = options();
    return `${apiKey} ${typeof identityEndpoint === 'function' ? '' : identityEndpoint}`;
  };

  async function ahead(
    signal: AbortSignal,
    turns: RequestTurns,
  ): Promise<Identity | null | undefined> {
    if (initialIdentity === undefined) {
      turns.sent(); // long ago: a refresh() that comes now needs another
      return takePreloadedIdentity(options(), signal);
    }
    try {
      const known = parseIdentity(initialIdentity, 'initialIdentity');
      if (known && isOver(known)) throw expired('initialIdentity');
      return known;
    } catch (error) {
      report(error as HardenedStiggError);
      return undefined;
    }
  }

  return {
    spend,
    next: async (signal, turns, hasSessionKey) => {
      const isBelieved = isAhead && !changed.has(place());
      spend();
      const known = isBelieved ? await ahead(signal, turns) : undefined;
      // Nobody, known ahead, is not believed if the app says that somebody is signed in.
      if (known === null && !hasSessionKey) return null;
      if (known && !isOver(known)) return known;
      return requestIdentity(options(), signal, turns);
    },
    distrust: () => {
      spend();
      changed.add(place());
    },
  };
}

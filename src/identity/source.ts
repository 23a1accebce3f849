import type { HardenedStiggError } from '../errors';
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

  async function ahead(signal: AbortSignal): Promise<Identity | null | undefined> {
    const wasAhead = isAhead && !changed.has(place());
    spend();
    if (!wasAhead) return undefined;
    if (initialIdentity === undefined) return takePreloadedIdentity(options(), signal);
    try {
      return parseIdentity(initialIdentity, 'initialIdentity');
    } catch (error) {
      report(error as HardenedStiggError);
      return undefined;
    }
  }

  return {
    spend,
    next: async (signal, turns, hasSessionKey) => {
      const known = await ahead(signal);
      // Nobody, known ahead, is not believed if the app says that somebody is signed in.
      if (known === null && !hasSessionKey) return null;
      if (known && msUntil(lifetimeOf(known, now(), 0).endsAt) > 0) return known;
      return requestIdentity(options(), signal, turns);
    },
    distrust: () => {
      spend();
      changed.add(place());
    },
  };
}

import type { HardenedStiggError } from '../errors';
import { later, MIN_INTERVAL_MS, type Moment, msUntil, notBefore, now } from './lifetime';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
const FIRST_BACKGROUND_MS = 5000;
const LONGEST_BACKGROUND_MS = 300_000;

const ANY_TIME: Moment = { wall: 0, mono: 0 };

/** `first`, doubled with each attempt, at most `longest`. Shortened by up to a half, so that clients do not come back in step. */
const jittered = (first: number, attempt: number, longest: number) =>
  Math.min(first * 2 ** attempt, longest) * (1 - Math.random() / 2);

/** Milliseconds before attempt number `attempt` (from 0) is repeated: 500, 1000, 2000 … 30,000. */
export const retryDelay = (attempt: number) => jittered(FIRST_RETRY_MS, attempt, LONGEST_RETRY_MS);

/** The pause that a server asked for in milliseconds; `undefined` if it asked for none, or for nonsense. */
export const pauseOf = ({ retryAfterMs }: HardenedStiggError): number | undefined =>
  typeof retryAfterMs === 'number' && retryAfterMs > 0 && retryAfterMs < Number.POSITIVE_INFINITY
    ? retryAfterMs
    : undefined;

/**
 * When an automatic request is allowed, whatever causes it: a second after the last one, later the more
 * often it failed, and never before the moment that a `Retry-After` names.
 */
export interface Pace {
  /** To be called with each request. */
  sent: () => void;
  answered: () => void;
  failed: (error: HardenedStiggError) => void;
  /** The earliest moment for an automatic request. */
  earliest: () => Moment;
  /** The same, if what failed was not the identity endpoint. */
  soonest: () => Moment;
  /** When a session that is still `ready` repeats a request that failed. */
  retryAt: (retries: number) => Moment;
  /** When attempt number `attempt` (from 0) in the background is due: after 5 s, doubling to 5 minutes. */
  backgroundAt: (attempt: number) => Moment;
  /** Another schedule begins: what failed on the last one counts as one failure. */
  restart: () => void;
  /** Whether the last request is older than `ms` milliseconds. */
  isOlderThan: (ms: number) => boolean;
}

export function createPace(): Pace {
  let sentAt = ANY_TIME;
  let allowedAt = ANY_TIME;
  let failures = 0;
  const distance = (failures: number) =>
    Math.min(MIN_INTERVAL_MS * 2 ** Math.max(failures - 1, 0), LONGEST_BACKGROUND_MS);
  const soonest = (failures = 0) => notBefore(allowedAt, later(sentAt, distance(failures)));
  const earliest = () => soonest(failures);
  const after = (ms: number) => notBefore(earliest(), later(now(), ms));
  return {
    sent: () => {
      sentAt = now();
    },
    answered: () => {
      failures = 0;
      allowedAt = ANY_TIME; // a server that answers does not want the pause any more
    },
    failed: (error) => {
      failures++;
      const pause = pauseOf(error);
      // What fails without a word about it, such as a network, does not end a pause that the server asked for.
      if (pause !== undefined) allowedAt = later(now(), pause);
    },
    earliest,
    soonest: () => soonest(),
    retryAt: (retries) => after(retryDelay(retries + failures)),
    backgroundAt: (attempt) => after(jittered(FIRST_BACKGROUND_MS, attempt, LONGEST_BACKGROUND_MS)),
    restart: () => {
      failures = 1;
    },
    isOlderThan: (ms) => -msUntil(sentAt) > ms,
  };
}

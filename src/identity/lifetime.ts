import type { Identity } from '../types';
import { MAX_TIMEOUT_MS } from '../with-deadline';

/**
 * A moment on two clocks. The wall clock goes on while a machine sleeps, but it can be set back. The
 * monotonic clock is never set, but some machines stop it while they sleep.
 */
export interface Moment {
  /** Epoch milliseconds, as `Date.now()` gives them. */
  readonly wall: number;
  /** Milliseconds, as `performance.now()` gives them. */
  readonly mono: number;
}

export const NEVER: Moment = { wall: Number.POSITIVE_INFINITY, mono: Number.POSITIVE_INFINITY };

/** Automatic requests keep this distance, in milliseconds, however short a lifetime is. */
export const MIN_INTERVAL_MS = 1000;

export const now = (): Moment => ({ wall: Date.now(), mono: performance.now() });

export const later = ({ wall, mono }: Moment, ms: number): Moment => ({
  wall: wall + ms,
  mono: mono + ms,
});

const both = (choose: (a: number, b: number) => number) => (a: Moment, b: Moment) => ({
  wall: choose(a.wall, b.wall),
  mono: choose(a.mono, b.mono),
});
export const sooner = both(Math.min);
export const notBefore = both(Math.max);

/** Milliseconds until `at`, by the clock that says less; not more than 0 once one of them has got there. */
export const msUntil = (at: Moment, from = now()): number =>
  Math.min(at.wall - from.wall, at.mono - from.mono);

/** When the next token is due, and when this one is over; `NEVER` if it has no lifetime. */
export interface Lifetime {
  dueAt: Moment;
  endsAt: Moment;
}

/**
 * The lifetime of a token that was received at `received`. A lifetime is relative, so a clock that is
 * wrong does no harm as long as it is wrong by the same amount.
 */
export function lifetimeOf(
  { expiresIn, expiresAt }: Identity,
  received: Moment,
  refreshMarginMs: number,
): Lifetime {
  const ms =
    expiresIn != null
      ? expiresIn * 1000
      : expiresAt != null
        ? new Date(expiresAt).getTime() - received.wall
        : Number.POSITIVE_INFINITY;
  return {
    endsAt: later(received, ms),
    dueAt: later(received, Math.max(ms - Math.min(refreshMarginMs, ms / 2), MIN_INTERVAL_MS)),
  };
}

/** One timer for a moment that can be further away than a timer can hold. Calls `onTime` at or after it. */
export function createAlarm(onTime: () => void): (at: Moment) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (at) => {
    clearTimeout(timer);
    const ms = msUntil(at);
    // A capped timer comes early: `onTime` looks at the clocks, finds nothing due, and sets the next.
    if (ms < Number.POSITIVE_INFINITY) timer = setTimeout(onTime, Math.min(ms, MAX_TIMEOUT_MS));
  };
}

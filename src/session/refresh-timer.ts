import type { Identity } from '../types';
import { MAX_TIMEOUT_MS } from '../with-deadline';

export const NEVER = Number.POSITIVE_INFINITY;

/** However short a lifetime is, the endpoint is not asked more often. */
export const MIN_INTERVAL_MS = 1000;

/**
 * When a token that came at `receivedAt` runs out and when the next one is due, in epoch milliseconds of
 * the local clock; `NEVER` where it has no lifetime. A lifetime is relative, so a clock that is wrong
 * does no harm as long as it is wrong by the same amount.
 */
export function schedule(
  { expiresIn, expiresAt }: Identity,
  receivedAt: number,
  refreshMarginMs: number,
): { dueAt: number; endsAt: number } {
  const lifetime =
    expiresIn != null
      ? expiresIn * 1000
      : expiresAt != null
        ? new Date(expiresAt).getTime() - receivedAt
        : NEVER;
  const endsAt = receivedAt + lifetime;
  return {
    endsAt,
    dueAt: Math.max(endsAt - Math.min(refreshMarginMs, lifetime / 2), receivedAt + MIN_INTERVAL_MS),
  };
}

/** One timer for a moment that may be further away than a timer can hold. Calls `onTime` at or after it. */
export function createAlarm(onTime: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (at: number) => {
    clearTimeout(timer);
    const delay = at - Date.now();
    // A capped timer comes early: `onTime` looks at the clock, finds nothing due, and sets the next.
    if (delay < NEVER) {
      timer = setTimeout(onTime, Math.min(delay, MAX_TIMEOUT_MS));
    }
  };
}

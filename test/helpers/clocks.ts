import { act } from '@testing-library/react';
import { vi } from 'vitest';

const NOW = Date.UTC(2030, 0, 1);
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Lets messages between tabs, and answers that need no timer, arrive. */
export async function quiet(turns = 100) {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Fake timers, and the two clocks of a browser. A test calls `vi.useRealTimers()` when it is done. */
export function fakeClocks() {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
    now: NOW,
  });
  const now = performance.now.bind(performance);
  let ahead = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now() + ahead);
  return {
    /** Time passes on both clocks, and timers run. */
    pass: async (ms: number) => {
      await act(() => vi.advanceTimersByTimeAsync(ms));
      await act(() => quiet(5));
    },
    /** The clock is set, or a machine sleeps whose other clock stops. */
    moveWallClock: (ms: number) => vi.setSystemTime(Date.now() + ms),
    /** A machine sleeps, and the wall clock has been set back by as much. */
    moveMonotonicClock: (ms: number) => {
      ahead += ms;
    },
  };
}

import { act } from '@testing-library/react';
import { onTestFinished, vi } from 'vitest';
import { quiet } from './clocks';

const { setTimeout } = globalThis; // and not the one of a test that has fake timers

/** Stops every clock that the package can read until the test ends. Only `pass` moves them. */
export function stopTime(now = Date.now()) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'], now });
  onTestFinished(() => {
    vi.useRealTimers();
  });
}

/** Time passes, and timers run; then running work in this process finishes. */
export async function pass(ms: number) {
  await act(() => vi.advanceTimersByTimeAsync(ms));
  await act(async () => {});
}

/**
 * Time passes until `check` holds, at most `ms`, in steps that leave real servers the time to answer: a
 * deadline must not pass while an answer is on its way.
 */
export async function passUntil(check: () => boolean, ms: number, step = 500) {
  for (let passed = 0; !check(); passed += step) {
    if (passed >= ms) throw new Error(`${ms} ms passed in vain for ${check}`);
    await pass(step);
    await act(() => new Promise((resolve) => setTimeout(resolve, 5)));
  }
}

/** Gives messages between tabs, and real requests that they may lead to, many turns of the event loop. */
export async function turns(count = 100) {
  await act(() => quiet(count));
}

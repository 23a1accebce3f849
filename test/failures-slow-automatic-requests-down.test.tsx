import { beforeEach, describe, expect, test, vi } from 'vitest';
import { HardenedStiggError } from '../src/errors';
import { type Moment, msUntil } from '../src/identity/lifetime';
import { createPace } from '../src/identity/pace';
import { stopTime } from './helpers/fake-time';

/** A failed request, whose server asked for a pause of so many milliseconds. */
const failure = (retryAfterMs?: number) =>
  new HardenedStiggError('identity_http_error', 'Busy.', { retryable: true, retryAfterMs });

const inMs = (at: Moment) => Math.round(msUntil(at));

/** A pace after as many failed requests, the last of them just now. Pauses are not shortened by chance. */
function afterFailures(count: number, retryAfterMs?: number) {
  const pace = createPace();
  for (let i = 0; i < count; i++) {
    pace.sent();
    pace.failed(failure(retryAfterMs));
  }
  return pace;
}

beforeEach(() => {
  stopTime();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});

test('before the first request, an automatic one may come at any time', () => {
  const pace = createPace();
  expect(inMs(pace.earliest())).toBeLessThanOrEqual(0);
  expect(pace.isOlderThan(1000)).toBe(true);
});

test.each([
  [0, 1000],
  [1, 1000],
  [2, 2000],
  [3, 4000],
  [9, 256_000],
  [10, 300_000],
  [40, 300_000],
])('after %i failures, an automatic request comes %i ms after the last one', (failures, ms) => {
  const pace = afterFailures(failures);
  pace.sent();
  expect(inMs(pace.earliest())).toBe(ms);
  expect(inMs(pace.soonest())).toBe(1000);
  vi.advanceTimersByTime(400);
  expect(inMs(pace.earliest())).toBe(ms - 400);
});

test.each([
  [0, 0, 500],
  [2, 0, 2000],
  [3, 1, 8000],
  [3, 2, 16_000],
  [0, 6, 32_000], // no earlier than any other automatic request
  [0, 10, 300_000],
])(
  'with %i retries and %i failures, a ready session repeats the request after %i ms',
  (retries, failures, ms) => {
    expect(inMs(afterFailures(failures).retryAt(retries))).toBe(ms);
  },
);

test.each([
  [0, 5000],
  [1, 10_000],
  [5, 160_000],
  [6, 300_000],
  [60, 300_000],
])('attempt %i in the background comes after %i ms', (attempt, ms) => {
  expect(inMs(afterFailures(1).backgroundAt(attempt))).toBe(ms);
});

test('chance shortens a pause by up to a half', () => {
  vi.mocked(Math.random).mockReturnValue(1);
  expect(inMs(createPace().backgroundAt(0))).toBe(2500);
  expect(inMs(createPace().retryAt(2))).toBe(1000);
});

test('another schedule begins with one failure, however many there were', () => {
  const pace = afterFailures(10);
  pace.restart();
  expect(inMs(pace.earliest())).toBe(1000);
  expect(inMs(pace.backgroundAt(0))).toBe(5000);
  pace.failed(failure());
  expect(inMs(pace.earliest())).toBe(2000);
});

describe('a pause that the server asked for', () => {
  test('a pause holds for every automatic request', () => {
    const pace = afterFailures(1, 60_000);
    expect(inMs(pace.earliest())).toBe(60_000);
    expect(inMs(pace.soonest())).toBe(60_000);
    expect(inMs(pace.retryAt(0))).toBe(60_000);
    expect(inMs(pace.backgroundAt(0))).toBe(60_000);
  });

  test('an answer ends the pause', () => {
    const pace = afterFailures(3, 60_000);
    pace.answered();
    expect(inMs(pace.earliest())).toBe(1000);
  });

  test.each([undefined, 0, -1, Number.NaN, Number.POSITIVE_INFINITY, '20' as unknown as number])(
    'a failure that names no pause (%s) does not end it',
    (retryAfterMs) => {
      const pace = afterFailures(1, 60_000);
      pace.failed(failure(retryAfterMs));
      expect(inMs(pace.earliest())).toBe(60_000);
    },
  );

  test('a later pause replaces it, also with a shorter one', () => {
    const pace = afterFailures(1, 60_000);
    pace.failed(failure(20_000));
    expect(inMs(pace.earliest())).toBe(20_000);
  });
});

test('the age of the last request is more than a time only after that time', () => {
  const pace = createPace();
  pace.sent();
  vi.advanceTimersByTime(1000);
  expect(pace.isOlderThan(1000)).toBe(false);
  vi.advanceTimersByTime(1);
  expect(pace.isOlderThan(1000)).toBe(true);
});

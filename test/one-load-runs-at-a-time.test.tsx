import { expect, onTestFinished, test, vi } from 'vitest';
import { createLoads, type Load } from '../src/core/load';
import { turn } from './helpers/core';

/** Loads that a test ends. */
function start() {
  const begun: (Load & { end: () => void })[] = [];
  const done = vi.fn();
  const loads = createLoads(
    (load) => new Promise<void>((resolve) => begun.push({ ...load, end: resolve })),
    done,
  );
  onTestFinished(() => loads.abort());
  /** Whether a promise has settled by now. */
  const isSettled = async (promise: Promise<void>) => {
    await turn();
    return Promise.race([promise.then(() => true), turn().then(() => false)]);
  };
  return { loads, begun, done, isSettled };
}

test('a load that runs is joined, and everybody settles with it', async () => {
  const { loads, begun, done, isSettled } = start();
  const first = loads.join(false);
  const second = loads.join(true);
  expect(begun).toHaveLength(1);
  expect(loads.isRunning()).toBe(true);
  expect(await isSettled(second)).toBe(false);
  begun[0]?.end();
  await Promise.all([first, second]);
  expect(loads.isRunning()).toBe(false);
  expect(done).toHaveBeenCalledExactlyOnceWith(undefined);
});

test('renew() before the request goes out joins the load, and after that it begins one more', async () => {
  const { loads, begun, isSettled } = start();
  const first = loads.join(false);
  const joined = loads.renew(false);
  begun[0]?.sent();
  const sameTurn = loads.renew(false);
  await turn();
  const next = loads.renew(false);
  const shared = loads.renew(false);
  expect(begun).toHaveLength(1);
  begun[0]?.end();
  await Promise.all([first, joined, sameTurn]);
  expect(begun).toHaveLength(2);
  expect(await isSettled(next)).toBe(false);
  begun[1]?.end();
  await Promise.all([next, shared]);
  expect(begun).toHaveLength(2);
});

test.each([
  [true, true, true],
  [true, false, false],
  [false, true, false],
  [false, false, false],
])(
  'a load that follows is quiet if all who wait for it are: %s and %s',
  async (one, other, isQuiet) => {
    const { loads, begun } = start();
    void loads.join(true);
    begun[0]?.sent();
    await turn();
    void loads.renew(one);
    void loads.renew(other);
    begun[0]?.end();
    await turn();
    expect(begun[1]?.isQuiet).toBe(isQuiet);
  },
);

test('a pause ends at renew(), with another attempt of the same load', async () => {
  const { loads, begun } = start();
  void loads.join(false);
  begun[0]?.sent();
  await turn();
  const pause = begun[0]?.pause(60_000);
  void loads.renew(false);
  expect(await pause).toBe(true);
  expect(begun).toHaveLength(1);
});

test('a load that another one waits for takes no pause, and makes no other attempt', async () => {
  const { loads, begun } = start();
  void loads.join(false);
  begun[0]?.sent();
  await turn();
  void loads.renew(false);
  expect(await begun[0]?.pause(60_000)).toBe(false);
});

test('a pause is over after its time, and a load that is aborted makes no other attempt', async () => {
  const { loads, begun } = start();
  void loads.join(false);
  expect(await begun[0]?.pause(1)).toBe(true);
  const pause = begun[0]?.pause(60_000);
  loads.abort();
  expect(await pause).toBe(false);
});

test('news is kept while a load runs, the last of it, and told at its end', async () => {
  const { loads, begun, done } = start();
  expect(loads.outdate('acme')).toBe(false);
  void loads.join(false);
  expect(loads.outdate('acme')).toBe(true);
  expect(loads.outdate(null)).toBe(true);
  begun[0]?.end();
  await turn();
  expect(done).toHaveBeenCalledExactlyOnceWith(null);
  expect(loads.outdate('acme')).toBe(false);
});

test('abort() settles everything, and what ends later changes nothing', async () => {
  const { loads, begun, done } = start();
  const first = loads.join(false);
  begun[0]?.sent();
  await turn();
  const next = loads.renew(false);
  loads.abort();
  await Promise.all([first, next]);
  expect(begun[0]?.signal.aborted).toBe(true);
  expect(loads.isRunning()).toBe(false);

  void loads.join(false);
  begun[0]?.end();
  await turn();
  expect(loads.isRunning()).toBe(true);
  expect(begun).toHaveLength(2);
  expect(done).not.toHaveBeenCalled();
});

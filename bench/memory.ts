import { progress, table } from './stats';
import type { World } from './world';

export interface MemoryResult {
  what: string;
  /** Heap in megabytes after so many, garbage collected. */
  megabytes: [times: number, mb: number][];
}

const STEPS = [100, 400, 700, 1000];

/** Listeners, timers and channels that 500 mounts and unmounts leave behind. */
export interface LeftBehind {
  listeners: number;
  timers: number;
  channels: number;
}

const MOUNTS = 500;

async function remount() {
  const { setOn } = globalThis as unknown as { setOn: (isOn: boolean) => void };
  setOn(false);
  await new Promise(requestAnimationFrame);
  setOn(true);
  await new Promise(requestAnimationFrame);
}

async function unmount() {
  (globalThis as unknown as { setOn: (isOn: boolean) => void }).setOn(false);
  await new Promise(requestAnimationFrame);
}

/** Counts the timers and channels that are open from here on, in the page. Methods, as tsx wraps arrow functions. */
function countOpen() {
  const open = { timers: new Set<unknown>(), channels: 0 };
  const { setTimeout, clearTimeout, BroadcastChannel } = globalThis;
  Object.assign(globalThis, {
    open,
    setTimeout(run: () => void, ms?: number) {
      const timer = setTimeout(() => {
        open.timers.delete(timer);
        run();
      }, ms);
      open.timers.add(timer);
      return timer;
    },
    clearTimeout(timer: number) {
      open.timers.delete(timer);
      clearTimeout(timer);
    },
    BroadcastChannel: new Proxy(BroadcastChannel, {
      construct(target, [name]) {
        open.channels++;
        const channel = new target(name);
        return Object.assign(channel, {
          close() {
            open.channels--;
            target.prototype.close.call(channel);
          },
        });
      },
    }),
  });
}

/** Listeners, timers and channels that are there after 500 more mounts and unmounts than one. */
export async function benchLeftBehind(world: World): Promise<LeftBehind> {
  const run = await world.open('ours');
  const listeners = async () => {
    for (let i = 0; i < 3; i++) await run.devtools.send('HeapProfiler.collectGarbage');
    return (await run.devtools.send('Memory.getDOMCounters')).jsEventListeners;
  };
  await run.page.evaluate(unmount);
  const before = await listeners();
  await run.page.evaluate(countOpen);
  for (let done = 0; done < MOUNTS; done++) {
    if (done % 50 === 0) progress(`left behind: ${done} mounts`);
    await run.page.evaluate(remount);
  }
  await run.page.evaluate(unmount);
  const open = await run.page.evaluate(() => {
    const { timers, channels } = (
      globalThis as unknown as { open: { timers: Set<unknown>; channels: number } }
    ).open;
    return { timers: timers.size, channels };
  });
  const after = await listeners();
  await run.close();
  return { listeners: after - before, ...open };
}

/** The heap after more and more mounts, and after more and more rotations. If it is not flat, something leaks. */
export async function benchMemory(world: World): Promise<MemoryResult[]> {
  const KINDS = [
    ['mounts and unmounts', remount],
    ['rotations', () => (globalThis as unknown as { rotate: () => Promise<void> }).rotate()],
  ] as const;
  const results: MemoryResult[] = [];
  for (const [what, once] of KINDS) {
    const run = await world.open('ours');
    const megabytes: [number, number][] = [];
    let done = 0;
    for (const step of STEPS) {
      for (; done < step; done++) {
        if (done % 50 === 0) progress(`memory: ${done} ${what}`);
        await run.page.evaluate(once);
      }
      for (let i = 0; i < 3; i++) await run.devtools.send('HeapProfiler.collectGarbage');
      const { usedSize } = await run.devtools.send('Runtime.getHeapUsage');
      megabytes.push([step, usedSize / 1e6]);
    }
    results.push({ what, megabytes });
    await run.close();
  }
  return results;
}

export const memoryTable = (results: readonly MemoryResult[]) =>
  table(
    ['heap in MB after', ...STEPS.map(String)],
    results.map(({ what, megabytes }) => [what, ...megabytes.map(([, mb]) => mb.toFixed(1))]),
  );

export const leftBehindTable = ({ listeners, timers, channels }: LeftBehind) =>
  table(
    [`left by ${MOUNTS} mounts and unmounts`, 'listeners', 'timers', 'channels'],
    [['', `${listeners}`, `${timers}`, `${channels}`]],
  );

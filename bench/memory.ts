import { progress, table } from './stats';
import type { World } from './world';

export interface MemoryResult {
  what: string;
  /** Heap in megabytes after so many, garbage collected. */
  megabytes: [times: number, mb: number][];
}

const STEPS = [100, 400, 700, 1000];

/** Heap after ever more mounts, and after ever more rotations: flat, or it leaks. */
export async function benchMemory(world: World): Promise<MemoryResult[]> {
  const KINDS = [
    [
      'mounts and unmounts',
      async () => {
        const { setOn } = globalThis as unknown as { setOn: (isOn: boolean) => void };
        setOn(false);
        await new Promise(requestAnimationFrame);
        setOn(true);
        await new Promise(requestAnimationFrame);
      },
    ],
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

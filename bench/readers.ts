import { format, progress, type Spread, spread, table } from './stats';
import type { World } from './world';

const COUNTS = [1, 100, 1000, 10_000];

export interface ReadersResult {
  readers: number;
  ms: Spread;
  /** Milliseconds more than one reader takes, in the same round. */
  added: Spread;
  identity: number;
  stigg: number;
  /** Renders of each reader of the hook, from mount to ready. */
  rendersEach: number;
}

/** As many readers of the hook, and of an entitlement: what they cost. */
export async function benchReaders(world: World, rounds: number): Promise<ReadersResult[]> {
  const times = new Map<number, number[]>(COUNTS.map((count) => [count, []]));
  const requests = new Map<number, { identity: number; stigg: number; hook: number }>();
  for (let round = 0; round < rounds; round++) {
    for (const count of COUNTS) {
      progress(`readers: round ${round + 1} of ${rounds}, ${count}`);
      const run = await world.open('ours', { latencyMs: 20, query: `&readers=${count}` });
      times.get(count)?.push(run.entitled.ms);
      const hook = await run.page.evaluate(
        () => (globalThis as unknown as { seen: { hook: number } }).seen.hook,
      );
      requests.set(count, { ...run.requests(), hook });
      await run.close();
    }
  }
  const one = times.get(1) as number[];
  return COUNTS.map((readers) => {
    const ms = times.get(readers) as number[];
    const { identity, stigg, hook } = requests.get(readers) as {
      identity: number;
      stigg: number;
      hook: number;
    };
    return {
      readers,
      ms: spread(ms),
      added: spread(ms.map((time, round) => time - (one[round] as number))),
      identity,
      stigg,
      rendersEach: hook / readers,
    };
  });
}

export const readersTable = (results: readonly ReadersResult[]) =>
  table(
    ['readers', 'identity requests', 'Stigg requests', 'ms', 'ms more than one', 'renders of each'],
    results.map(({ readers, identity, stigg, ms, added, rendersEach }) => [
      readers.toLocaleString('en'),
      `${identity}`,
      `${stigg}`,
      format(ms, 0),
      format(added, 0),
      `${rendersEach}`,
    ]),
  );

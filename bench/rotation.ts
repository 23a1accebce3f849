import { plot } from './plot';
import { progress, table } from './stats';
import type { Contender, World } from './world';

const ROTATIONS = 20;
const NAMES: Contender[] = ['ours', 'recipe', 'StiggProvider props'];

interface Seen {
  renders: number;
  denied: number;
  /** Of a memoised reader, which has no reason to render while what it reads stays the same. */
  idle: number;
  hook: number;
}

export interface RotationResult extends Seen {
  contender: Contender;
  /** Requests that the rotations cost. */
  identity: number;
  stigg: number;
}

/** Rotations under readers that render all the time: how many renders read a granted feature as denied. */
export async function benchRotation(world: World): Promise<RotationResult[]> {
  const results: RotationResult[] = [];
  for (const contender of NAMES) {
    progress(`rotation: ${contender}`);
    // The SDK reloads by itself what is older than 30 s; this takes less.
    const run = await world.open(contender, { latencyMs: 80, query: '&ticking' });
    const before = run.requests();
    const seen = await run.page.evaluate(async (rotations) => {
      const { seen, rotate } = globalThis as unknown as { seen: Seen; rotate: () => Promise<void> };
      Object.assign(seen, { renders: 0, denied: 0, idle: 0, hook: 0 });
      for (let i = 0; i < rotations; i++) {
        await (globalThis as unknown as { rotate: typeof rotate }).rotate();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return { ...seen };
    }, ROTATIONS);
    const after = run.requests();
    results.push({
      contender,
      ...seen,
      identity: after.identity - before.identity,
      stigg: after.stigg - before.stigg,
    });
    await run.close();
  }
  return results;
}

export const rotationTable = (results: readonly RotationResult[]) =>
  table(
    [
      '20 rotations',
      'renders of entitlement readers',
      'of these, denied',
      'wasted: of a memoised reader',
      'renders of a hook reader',
      'identity requests',
      'Stigg requests',
    ],
    results.map(({ contender, renders, denied, idle, hook, identity, stigg }) => [
      contender,
      `${renders}`,
      `**${denied}**`,
      `${idle}`,
      contender === 'ours' ? `${hook}` : '–',
      `${identity}`,
      `${stigg}`,
    ]),
  );

export const rotationPlot = (results: readonly RotationResult[]) =>
  plot('Renders that read a granted feature as denied', [
    {
      name: `Denied renders in ${ROTATIONS} rotations`,
      bars: results.map(({ contender, denied }) => ({
        label: contender,
        value: denied,
        text: `${denied}`,
      })),
    },
  ]);

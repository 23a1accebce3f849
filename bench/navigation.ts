import { plot } from './plot';
import { format, progress, type Spread, spread, table } from './stats';
import type { Contender, World } from './world';

interface Condition {
  name: string;
  latencyMs: number;
  /** Default: as fast as it gets. */
  mbits?: number;
  /** How many times slower. */
  cpu: number;
  /** How many times as many rounds as asked for. */
  times: number;
}

export interface Study {
  conditions: readonly Condition[];
  contenders: readonly Contender[];
}

/** Round trips alone. */
export const LATENCY: Study = {
  conditions: [
    // With short round trips, more of the time is spent on the machine, with its noise.
    { name: '20 ms', latencyMs: 20, cpu: 1, times: 3 },
    { name: '80 ms', latencyMs: 80, cpu: 1, times: 4 },
    { name: '300 ms', latencyMs: 300, cpu: 1, times: 1 },
    { name: '80 ms, CPU 4x slower', latencyMs: 80, cpu: 4, times: 2 },
  ],
  contenders: [
    'ours',
    'ours, preload',
    'ours, initialIdentity',
    'ours, entitlements',
    'ours, entitlements, preload',
    'ours, server-rendered',
    'ours, server-rendered, entitlements',
    'recipe',
    'recipe, again',
    'StiggProvider props',
    'limit',
  ],
};

export interface NavigationResult {
  condition: string;
  contender: Contender;
  ms: Spread;
  /** From navigation to the first contentful paint. */
  paintMs: Spread;
  /** Relative to the recipe's time in the same round. */
  ratio: Spread;
  /** Milliseconds less than the recipe's, in the same round. */
  saved: Spread;
  /** Relative to the page without Stigg in the same round. Empty if that page is not a contender. */
  overhead: Spread | undefined;
  /**
   * Size of the script files that had arrived, compressed; the minimum of all rounds, because a file that one round did
   * not need is not needed.
   */
  scriptBytes: number;
  /** Of the HTML, compressed. */
  htmlBytes: number;
  /** Requests to Stigg that had begun; the most of all rounds. */
  stiggRequests: number;
}

/**
 * In random order. In a fixed order, each contender would always run in the state in which the same other one left the
 * machine.
 */
const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);

interface Opening {
  ms: number;
  paintMs: number;
  scriptBytes: number;
  stiggRequests: number;
}

async function open(world: World, contender: Contender, condition: Condition): Promise<Opening> {
  const run = await world.open(contender, condition);
  const { ms, at, paintMs, scriptBytes } = run.entitled;
  await run.close();
  return {
    ms,
    paintMs,
    scriptBytes,
    stiggRequests: run.sentToStigg.filter((sent) => sent < at).length,
  };
}

/** Navigation to the first entitled render. Each round opens every contender once. */
export async function benchNavigation(
  world: World,
  { conditions, contenders }: Study,
  rounds: number,
): Promise<NavigationResult[]> {
  const results: NavigationResult[] = [];
  for (const condition of conditions) {
    const { name, times } = condition;
    const total = rounds * times;
    const openings = new Map<Contender, Opening[]>(contenders.map((contender) => [contender, []]));
    for (let round = 0; round < total; round++) {
      for (const contender of shuffled(contenders)) {
        progress(`navigation, ${name}: round ${round + 1} of ${total}, ${contender}`);
        openings.get(contender)?.push(await open(world, contender, condition));
      }
    }
    const timesOf = (contender: Contender) => openings.get(contender)?.map(({ ms }) => ms);
    const recipe = timesOf('recipe') as number[];
    const without = timesOf('without Stigg');
    for (const contender of contenders) {
      const opened = openings.get(contender) as Opening[];
      const ms = opened.map((opening) => opening.ms);
      const over = (others: number[]) =>
        spread(ms.map((time, round) => time / (others[round] as number)));
      results.push({
        condition: name,
        contender,
        ms: spread(ms),
        paintMs: spread(opened.map(({ paintMs }) => paintMs)),
        ratio: over(recipe),
        saved: spread(ms.map((time, round) => (recipe[round] as number) - time)),
        overhead: without && over(without),
        scriptBytes: Math.min(...opened.map(({ scriptBytes }) => scriptBytes)),
        htmlBytes: await world.htmlBytes(contender),
        stiggRequests: Math.max(...opened.map(({ stiggRequests }) => stiggRequests)),
      });
    }
  }
  return results;
}

/** How often each condition was measured. */
export const roundsLine = ({ conditions }: Study, rounds: number) =>
  `Rounds: ${conditions.map(({ name, times }) => `${rounds * times} at ${name}`).join('; ')}.`;

export const navigationTable = (
  { conditions, contenders }: Study,
  results: readonly NavigationResult[],
) =>
  table(
    ['', ...conditions.flatMap(({ name }) => [`${name}: ms`, 'x recipe', 'ms less'])],
    contenders.map((contender) => [
      contender,
      ...results
        .filter((result) => result.contender === contender)
        .flatMap(({ ms, ratio, saved }) => [format(ms, 0), format(ratio), saved.median.toFixed(0)]),
    ]),
  );

export const navigationPlot = ({ conditions }: Study, results: readonly NavigationResult[]) =>
  plot(
    'Milliseconds to the first entitled render',
    conditions.map(({ name }) => ({
      name,
      bars: results
        .filter(({ condition }) => condition === name)
        .map(({ contender, ms }) => ({
          label: contender,
          value: ms.median,
          text: `${ms.median.toFixed(0)} ms`,
        })),
    })),
  );

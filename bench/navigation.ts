import { plot } from './plot';
import { format, progress, type Spread, spread, table } from './stats';
import { CONTENDERS, type Contender, type World } from './world';

const NAMES = Object.keys(CONTENDERS) as Contender[];
const CONDITIONS = [
  // The shorter the round trips, the more of the time is the machine's, and its noise.
  { name: '20 ms', latencyMs: 20, cpu: 1, times: 3 },
  { name: '80 ms', latencyMs: 80, cpu: 1, times: 4 },
  { name: '300 ms', latencyMs: 300, cpu: 1, times: 1 },
  { name: '80 ms, CPU 4x slower', latencyMs: 80, cpu: 4, times: 2 },
];

export interface NavigationResult {
  condition: string;
  contender: Contender;
  ms: Spread;
  /** Of the recipe's time in the same round. */
  ratio: Spread;
  /** Milliseconds less than the recipe's, in the same round. */
  saved: Spread;
}

/** In an order of chance: one that always follows the same other would inherit what that one left the machine with. */
const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);

/** Navigation to the first entitled render. Each round opens every contender once. */
export async function benchNavigation(world: World, rounds: number): Promise<NavigationResult[]> {
  const results: NavigationResult[] = [];
  for (const { name, latencyMs, cpu, times: factor } of CONDITIONS) {
    const total = rounds * factor;
    const times = new Map<Contender, number[]>(NAMES.map((contender) => [contender, []]));
    for (let round = 0; round < total; round++) {
      for (const contender of shuffled(NAMES)) {
        progress(`navigation, ${name}: round ${round + 1} of ${total}, ${contender}`);
        const run = await world.open(contender, { latencyMs, cpu });
        times.get(contender)?.push(run.entitledMs);
        await run.close();
      }
    }
    const recipe = times.get('recipe') as number[];
    for (const contender of NAMES) {
      const ms = times.get(contender) as number[];
      results.push({
        condition: name,
        contender,
        ms: spread(ms),
        ratio: spread(ms.map((time, round) => time / (recipe[round] as number))),
        saved: spread(ms.map((time, round) => (recipe[round] as number) - time)),
      });
    }
  }
  return results;
}

/** How often each condition was measured. */
export const roundsLine = (rounds: number) =>
  `Rounds: ${CONDITIONS.map(({ name, times }) => `${rounds * times} at ${name}`).join('; ')}.`;

export const navigationTable = (results: readonly NavigationResult[]) =>
  table(
    ['', ...CONDITIONS.flatMap(({ name }) => [`${name}: ms`, 'x recipe', 'ms less'])],
    NAMES.map((contender) => [
      contender,
      ...results
        .filter((result) => result.contender === contender)
        .flatMap(({ ms, ratio, saved }) => [format(ms, 0), format(ratio), saved.median.toFixed(0)]),
    ]),
  );

export const navigationPlot = (results: readonly NavigationResult[]) =>
  plot(
    'Milliseconds to the first entitled render',
    CONDITIONS.map(({ name }) => ({
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

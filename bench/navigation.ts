import { format, progress, type Spread, spread, table } from './stats';
import { CONTENDERS, type Contender, type World } from './world';

const NAMES = Object.keys(CONTENDERS) as Contender[];
const CONDITIONS = [
  // The shorter the round trips, the more of the time is the machine's, and its noise.
  { name: '20 ms', latencyMs: 20, cpu: 1, times: 3 },
  { name: '80 ms', latencyMs: 80, cpu: 1, times: 2 },
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

/** Navigation to the first entitled render. Each round opens every contender once, in another order. */
export async function benchNavigation(world: World, rounds: number): Promise<NavigationResult[]> {
  const results: NavigationResult[] = [];
  for (const { name, latencyMs, cpu, times: factor } of CONDITIONS) {
    const total = rounds * factor;
    const times = new Map<Contender, number[]>(NAMES.map((contender) => [contender, []]));
    for (let round = 0; round < total; round++) {
      for (let i = 0; i < NAMES.length; i++) {
        const contender = NAMES[(i + round) % NAMES.length] as Contender;
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

/** Bars: the median time of each contender, condition by condition. */
export function navigationPlot(results: readonly NavigationResult[]): string {
  const WIDTH = 720;
  const BAR = 18;
  const LEFT = 170;
  const longest = Math.max(...results.map(({ ms }) => ms.median));
  let y = 10;
  const parts: string[] = [];
  for (const { name } of CONDITIONS) {
    y += 22;
    parts.push(`<text x="10" y="${y}" font-weight="bold">${name}</text>`);
    y += 8;
    for (const { contender, ms } of results.filter(({ condition }) => condition === name)) {
      const width = ((WIDTH - LEFT - 80) * ms.median) / longest;
      const fill = contender.startsWith('ours')
        ? '#1f6feb'
        : contender === 'limit'
          ? '#8b949e'
          : '#bf5b04';
      parts.push(
        `<text x="${LEFT - 8}" y="${y + 13}" text-anchor="end">${contender}</text>`,
        `<rect x="${LEFT}" y="${y + 2}" width="${width.toFixed(1)}" height="${BAR - 4}" fill="${fill}"/>`,
        `<text x="${(LEFT + width + 6).toFixed(1)}" y="${y + 13}">${ms.median.toFixed(0)} ms</text>`,
      );
      y += BAR;
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y + 10}" font-family="system-ui, sans-serif" font-size="12" role="img"><title>Milliseconds to the first entitled render</title><rect width="100%" height="100%" fill="#fff"/>${parts.join('')}</svg>\n`;
}

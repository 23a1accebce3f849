import { setTimeout as pause } from 'node:timers/promises';
import { serve } from '../test/helpers/serve';
import { progress, table } from './stats';
import type { Contender, World } from './world';

/** Page loads for each contender and each way to be down. */
const LOADS = 10;
/** How long after the start of a page load the page is checked. Users do not wait longer. */
const PATIENCE_S = 15;

const NAMES: Contender[] = [
  'ours, entitlements',
  'ours, entitlements, preload',
  'ours, server-rendered, entitlements',
  'ours',
  'recipe',
  'StiggProvider props',
];

export interface OutageResult {
  outage: string;
  contender: Contender;
  loads: number;
  /** How many of them show the paid feature in the end. */
  entitled: number;
}

/** Stigg, down in three ways. The last one is up, to see that each contender can end entitled. */
async function startOutages() {
  const failing = await serve(() => new Response('Service Unavailable', { status: 503 }));
  const silent = await serve(() => new Promise<Response>(() => {}));
  const gone = await serve(() => new Response());
  gone.setDown(true);
  return {
    outages: [
      { name: 'answers 503', stiggUrl: failing.url },
      { name: 'never answers', stiggUrl: silent.url },
      { name: 'hangs up', stiggUrl: gone.url },
      { name: 'is up', stiggUrl: undefined },
    ],
    close: () => Promise.all([failing, silent, gone].map((server) => server.close())),
  };
}

/** Opens a page, and checks it after the time that a user would wait. */
async function endsEntitled(world: World, contender: Contender, stiggUrl: string | undefined) {
  const run = await world.visit(contender, { latencyMs: 20, stiggUrl });
  await pause(PATIENCE_S * 1000);
  const text = await run.page.evaluate(() => document.getElementById('root')?.textContent);
  await run.close();
  return text === 'granted';
}

/** The share of page loads that end entitled while Stigg is down. */
export async function benchOutage(world: World): Promise<OutageResult[]> {
  const { outages, close } = await startOutages();
  const results: OutageResult[] = [];
  for (const { name, stiggUrl } of outages) {
    for (const contender of NAMES) {
      progress(`outage, Stigg ${name}: ${contender}`);
      const ends = await Promise.all(
        Array.from({ length: LOADS }, () => endsEntitled(world, contender, stiggUrl)),
      );
      results.push({
        outage: name,
        contender,
        loads: LOADS,
        entitled: ends.filter(Boolean).length,
      });
    }
  }
  await close();
  return results;
}

const share = ({ entitled, loads }: OutageResult) =>
  `${Math.round((100 * entitled) / loads)} %, ${entitled} of ${loads}`;

export function outageTable(results: readonly OutageResult[]): string {
  const outages = [...new Set(results.map(({ outage }) => outage))];
  return table(
    [`entitled ${PATIENCE_S} s after the page load began`, ...outages.map((one) => `Stigg ${one}`)],
    NAMES.map((name) => [
      name,
      ...results.filter(({ contender }) => contender === name).map(share),
    ]),
  );
}

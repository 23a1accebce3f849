import type { NavigationResult, Study } from './navigation';
import { format, table } from './stats';
import type { Contender } from './world';

export const FAST_PHONE = '9 Mbit/s, 80 ms, CPU 4x slower';

/** Bandwidth and CPU too: where the weight of the scripts counts. */
export const THROTTLED: Study = {
  conditions: [
    { name: '80 ms', latencyMs: 80, cpu: 1, times: 1 },
    { name: FAST_PHONE, latencyMs: 80, mbits: 9, cpu: 4, times: 1 },
    { name: '1.6 Mbit/s, 150 ms, CPU 4x slower', latencyMs: 150, mbits: 1.6, cpu: 4, times: 1 },
  ],
  contenders: [
    'recipe',
    'recipe, again',
    'StiggProvider props',
    'ours',
    'ours, preload',
    'ours, lazy',
    'ours, lazy, preload',
    'ours, lazy, server-rendered',
    'without Stigg',
  ],
};

/** Of the recipe's time, one for each condition. */
const OF_RECIPE = [0.4, 0.3, 0.25];
const OF_PAGE_WITHOUT_STIGG = 1.15;
const KB_BEYOND = 8;

const kb = (bytes: number) => (bytes / 1000).toFixed(1);

const of = (results: readonly NavigationResult[], contender: Contender) =>
  results.filter((result) => result.contender === contender);

/** HTML and scripts; every condition has the same pages. */
const bytesOf = (results: readonly NavigationResult[], contender: Contender) =>
  Math.min(...of(results, contender).map(({ htmlBytes, scriptBytes }) => htmlBytes + scriptBytes));

export const throttledTable = (results: readonly NavigationResult[]) =>
  table(
    ['', ...THROTTLED.conditions.flatMap(({ name }) => [`${name}: ms`, 'x recipe'])],
    THROTTLED.contenders.map((contender) => [
      contender,
      ...of(results, contender).flatMap(({ ms, ratio }) => [format(ms, 0), format(ratio)]),
    ]),
  );

export const weightTable = (results: readonly NavigationResult[]) =>
  table(
    [
      'before the first entitled render',
      'script files, kB gzip',
      'HTML, kB gzip',
      'both, beyond the page without Stigg',
      'requests to Stigg',
    ],
    THROTTLED.contenders.map((contender) => {
      const found = of(results, contender);
      return [
        contender,
        kb(Math.min(...found.map(({ scriptBytes }) => scriptBytes))),
        kb(Math.max(...found.map(({ htmlBytes }) => htmlBytes))),
        kb(Math.max(0, bytesOf(results, contender) - bytesOf(results, 'without Stigg'))),
        `${Math.max(...found.map(({ stiggRequests }) => stiggRequests))}`,
      ];
    }),
  );

/** The bars, for lazy with preload. */
export function throttledBarsTable(results: readonly NavigationResult[]): string {
  const found = of(results, 'ours, lazy, preload');
  const row = (what: string, bar: string, measured: string, holds: boolean) => [
    what,
    bar,
    measured,
    holds ? 'yes' : '**no**',
  ];
  const beyond = bytesOf(results, 'ours, lazy, preload') - bytesOf(results, 'without Stigg');
  const stiggRequests = Math.max(...found.map(({ stiggRequests }) => stiggRequests));
  return table(
    ['lazy with preload', 'bar', 'measured', 'holds'],
    [
      ...found.map(({ condition, ratio }, i) => {
        const bar = OF_RECIPE[i] as number;
        return row(
          `of the recipe's time, ${condition}`,
          `${bar.toFixed(2)}x`,
          `${format(ratio, 3)}x`,
          ratio.median <= bar,
        );
      }),
      ...found.map(({ condition, overhead }) =>
        row(
          `of the page without Stigg, ${condition}`,
          `${OF_PAGE_WITHOUT_STIGG}x`,
          overhead ? `${format(overhead, 3)}x` : '',
          (overhead?.median ?? Infinity) <= OF_PAGE_WITHOUT_STIGG,
        ),
      ),
      row(
        'HTML and scripts beyond the page without Stigg, gzip',
        `${KB_BEYOND} kB`,
        `${kb(beyond)} kB`,
        beyond <= KB_BEYOND * 1000,
      ),
      row('requests to Stigg before it', '0', `${stiggRequests}`, stiggRequests === 0),
    ],
  );
}

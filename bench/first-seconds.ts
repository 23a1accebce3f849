import type { NavigationResult } from './navigation';
import { FAST_PHONE } from './throttled';
import type { Contender } from './world';

const SHOWN: readonly { contender: Contender; name: string; code: string }[] = [
  { contender: 'recipe', name: 'By hand', code: 'setCustomerId(id, token)' },
  { contender: 'ours, preload', name: 'hardened-stigg', code: 'with preload' },
  { contender: 'ours, lazy, preload', name: 'hardened-stigg/lazy', code: 'with preload' },
  {
    contender: 'ours, lazy, server-rendered',
    name: 'hardened-stigg/lazy',
    code: 'rendered on a server',
  },
];
const MOMENTS_S = [0.5, 1, 2, 4];
const END_S = 4.4;

const WIDTH = 752;
const LEFT = 196;
const RIGHT = 18;
const TOP = 84;
const ROW = 40;
const BAR = 26;

const x = (ms: number) =>
  LEFT + ((WIDTH - LEFT - RIGHT) * Math.min(ms, END_S * 1000)) / (END_S * 1000);

const LEGEND = [
  { text: 'nothing yet', fill: '#c6d0d8', x: 476 },
  { text: 'locked', fill: '#c9252d', x: 566 },
  { text: 'the paid feature', fill: '#2f7d5b', x: 630 },
] as const;
const [NOTHING, LOCKED, GRANTED] = LEGEND;

interface Stage {
  from: number;
  to: number;
  fill: string;
}

/** What a visitor who has paid sees, one after the other. */
function stagesOf({ ms, paintMs }: NavigationResult): Stage[] {
  const painted = Math.min(paintMs.median, ms.median);
  return [
    { from: 0, to: painted, fill: NOTHING.fill },
    { from: painted, to: ms.median, fill: LOCKED.fill },
    { from: ms.median, to: END_S * 1000, fill: GRANTED.fill },
  ];
}

const rect = ({ from, to, fill }: Stage, y: number) =>
  `<rect x="${x(from).toFixed(1)}" y="${y}" width="${(x(to) - x(from)).toFixed(1)}" height="${BAR}" fill="${fill}"/>`;

/**
 * The first seconds of a page load as bars: an SVG for the README. It has its own background, so that it works on dark
 * pages.
 */
export function firstSeconds(results: readonly NavigationResult[]): string {
  const rows = SHOWN.map(({ contender, name, code }, i) => {
    const result = results.find(
      ({ condition, contender: its }) => condition === FAST_PHONE && its === contender,
    ) as NavigationResult;
    return { name, code, y: TOP + i * ROW, result };
  });
  const bottom = TOP + SHOWN.length * ROW;
  const height = bottom + 4;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="Arial, sans-serif" font-size="12" fill="#14202b" role="img">`,
    '<title>What a customer who has paid sees in the first seconds of a page load</title>',
    `<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="12" fill="#f3f6f8" stroke="#cfd8df"/>`,
    '<text x="18" y="30" font-size="18" font-weight="bold">A page load, seen by a customer who has paid</text>',
    `<text x="18" y="49" fill="#566676">The same app with an empty cache, as slow as on a phone: ${FAST_PHONE}.</text>`,
    ...LEGEND.map(
      ({ text, fill, x }) =>
        `<rect x="${x}" y="20" width="12" height="12" rx="2" fill="${fill}"/><text x="${x + 17}" y="30">${text}</text>`,
    ),
    ...rows.flatMap(({ y, result }) => stagesOf(result).map((stage) => rect(stage, y))),
    ...MOMENTS_S.map(
      (s) =>
        `<line x1="${x(s * 1000)}" x2="${x(s * 1000)}" y1="${TOP - 8}" y2="${bottom - 8}" stroke="#14202b" stroke-dasharray="2 3" opacity="0.5"/><text x="${x(s * 1000)}" y="${TOP - 14}" text-anchor="middle" fill="#566676">${s} s</text>`,
    ),
    ...rows.map(
      ({ name, code, y, result: { ms } }) =>
        `<text x="18" y="${y + 11}" font-weight="bold">${name}</text><text x="18" y="${y + 25}" fill="#566676">${code}</text><text x="${(x(ms.median) + 8).toFixed(1)}" y="${y + 17}" fill="#fff" font-weight="bold">after ${(ms.median / 1000).toFixed(1)} s</text>`,
    ),
    '</svg>\n',
  ].join('');
}

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

interface Stage {
  from: number;
  to: number;
  text: string;
  fill: string;
  ink: string;
}

/** What a visitor who has paid sees, one after the other. */
function stagesOf({ ms, paintMs }: NavigationResult): Stage[] {
  const painted = Math.min(paintMs.median, ms.median);
  return [
    { from: 0, to: painted, text: 'nothing', fill: '#c6d0d8', ink: '#14202b' },
    { from: painted, to: ms.median, text: 'locked', fill: '#c9252d', ink: '#fff' },
    {
      from: ms.median,
      to: END_S * 1000,
      text: `the paid feature, after ${(ms.median / 1000).toFixed(1)} s`,
      fill: '#2f7d5b',
      ink: '#fff',
    },
  ];
}

const rect = ({ from, to, fill }: Stage, y: number) =>
  `<rect x="${x(from).toFixed(1)}" y="${y}" width="${(x(to) - x(from)).toFixed(1)}" height="${BAR}" fill="${fill}"/>`;

/** Nothing if the stage is too short for it. */
const label = ({ from, to, text, ink }: Stage, y: number) =>
  x(to) - x(from) > 7 * text.length
    ? `<text x="${(x(from) + 8).toFixed(1)}" y="${y + 17}" fill="${ink}">${text}</text>`
    : '';

/** The first seconds of a page load as bars, for the README: an SVG with a background of its own, for dark pages. */
export function firstSeconds(results: readonly NavigationResult[]): string {
  const rows = SHOWN.map(({ contender, name, code }, i) => {
    const result = results.find(
      ({ condition, contender: its }) => condition === FAST_PHONE && its === contender,
    ) as NavigationResult;
    return { name, code, y: TOP + i * ROW, stages: stagesOf(result) };
  });
  const bottom = TOP + SHOWN.length * ROW;
  const height = bottom + 4;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="Arial, sans-serif" font-size="12" fill="#14202b" role="img">`,
    '<title>What a customer who has paid sees in the first seconds of a page load</title>',
    `<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="12" fill="#f3f6f8" stroke="#cfd8df"/>`,
    '<text x="18" y="30" font-size="18" font-weight="bold">A page load, seen by a customer who has paid</text>',
    `<text x="18" y="49" fill="#566676">The same app with an empty cache, as slow as on a phone: ${FAST_PHONE}.</text>`,
    ...rows.flatMap(({ y, stages }) => stages.map((stage) => rect(stage, y))),
    ...MOMENTS_S.map(
      (s) =>
        `<line x1="${x(s * 1000)}" x2="${x(s * 1000)}" y1="${TOP - 8}" y2="${bottom - 8}" stroke="#14202b" stroke-dasharray="2 3" opacity="0.5"/><text x="${x(s * 1000)}" y="${TOP - 14}" text-anchor="middle" fill="#566676">${s} s</text>`,
    ),
    ...rows.flatMap(({ name, code, y, stages }) => [
      `<text x="18" y="${y + 11}" font-weight="bold">${name}</text><text x="18" y="${y + 25}" fill="#566676">${code}</text>`,
      ...stages.map((stage) => label(stage, y)),
    ]),
    '</svg>\n',
  ].join('');
}

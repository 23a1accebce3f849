import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import type { Check, CheckStatus, Report } from './report';

/** In words, so that the report says the same without colour. */
const LABELS: Record<CheckStatus, [label: string, colour: 'green' | 'yellow' | 'red' | 'gray']> = {
  pass: ['ok  ', 'green'],
  warn: ['warn', 'yellow'],
  fail: ['FAIL', 'red'],
  skip: ['skip', 'gray'],
};

/** Colour is for terminals only, and not if NO_COLOR is set (https://no-color.org). */
const isColourful = () => Boolean(process.stdout.isTTY && !process.env.NO_COLOR);

interface Line {
  check: Check;
  /** How many checks were left out for this reason. */
  count: number;
}

/** If several checks have the same reason not to run, it is printed once. */
function toLines(checks: readonly Check[]): Line[] {
  const lines: Line[] = [];
  for (const check of checks) {
    const same = lines.find(
      (line) =>
        check.status === 'skip' &&
        line.check.status === 'skip' &&
        line.check.message === check.message,
    );
    if (same) same.count += 1;
    else lines.push({ check, count: 1 });
  }
  return lines;
}

/** Writes a report for people. */
export function print(
  report: Report,
  { identityUrl, edgeUrl }: { identityUrl: string; edgeUrl: string },
) {
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    isColourful() ? styleText(format, text, { validateStream: false }) : text;
  const group = (title: string, prefix: string) => [
    style('bold', title),
    ...toLines(report.checks.filter(({ id }) => id.startsWith(prefix))).flatMap(
      ({ check: { status, message, advice }, count }) => {
        const [label, colour] = LABELS[status];
        return [
          `  ${style(colour, label)}  ${message}${count > 1 ? ` (${count} checks)` : ''}`,
          ...(advice && status !== 'pass' ? [`        ${advice}`] : []),
        ];
      },
    ),
    '',
  ];
  const lines = [
    ...group(`Identity endpoint  ${identityUrl}`, 'identity-'),
    ...group(`Stigg  ${edgeUrl}`, 'stigg-'),
    `${style('bold', 'Verdict:')} ${style(report.ok ? 'green' : 'red', report.summary)}`,
  ];
  console.log(lines.join('\n'));
}

const FRAMES = ['-', '\\', '|', '/'];

/** Shows the current step, on a terminal only. */
export function createSpinner(stream: WriteStream | undefined) {
  let text = '';
  let frame = 0;
  const isShown = Boolean(stream?.isTTY);
  const draw = () => {
    stream?.write(`\r\u001b[K${FRAMES[frame++ % FRAMES.length]} ${text}`);
  };
  const timer = isShown ? setInterval(draw, 100) : undefined;
  return {
    show: (next: string) => {
      text = next;
      if (isShown) draw();
    },
    stop: () => {
      clearInterval(timer);
      if (isShown) stream?.write('\r\u001b[K');
    },
  };
}

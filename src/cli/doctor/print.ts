import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import type { CheckStatus, Report } from './report';

/** In words, so that nothing is lost without colour. */
const LABELS: Record<CheckStatus, [label: string, colour: 'green' | 'yellow' | 'red' | 'gray']> = {
  pass: ['ok  ', 'green'],
  warn: ['warn', 'yellow'],
  fail: ['FAIL', 'red'],
  skip: ['skip', 'gray'],
};

/** Colour only on a terminal, and not where NO_COLOR is set (https://no-color.org). */
const isColourful = () => Boolean(process.stdout.isTTY && !process.env.NO_COLOR);

/** Writes a report for people. */
export function print(
  report: Report,
  { identityUrl, edgeUrl }: { identityUrl: URL; edgeUrl: URL },
) {
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    isColourful() ? styleText(format, text, { validateStream: false }) : text;
  const group = (title: string, prefix: string) => [
    style('bold', title),
    ...report.checks
      .filter(({ id }) => id.startsWith(prefix))
      .flatMap(({ status, message, advice }) => {
        const [label, colour] = LABELS[status];
        return [
          `  ${style(colour, label)}  ${message}`,
          ...(advice && status !== 'pass' ? [`        ${advice}`] : []),
        ];
      }),
    '',
  ];
  // Without the query, which may hold what signs in.
  const lines = [
    ...group(`Identity endpoint  ${identityUrl.origin}${identityUrl.pathname}`, 'identity-'),
    ...group(`Stigg  ${edgeUrl.origin}`, 'stigg-'),
    `${style('bold', 'Verdict:')} ${style(report.ok ? 'green' : 'red', report.summary)}`,
  ];
  console.log(lines.join('\n'));
}

const FRAMES = ['-', '\\', '|', '/'];

/** Says what is going on, on a terminal only. */
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

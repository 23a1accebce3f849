import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Ajv } from 'ajv';
import { onTestFinished } from 'vitest';
import schema from '../../doctor-report.schema.json';
import { expectNoLeak } from '../helpers/leaks';

const isReport = new Ajv({ allErrors: true }).compile(schema);
type Checks = { checks: { id: string }[] };

/** What `doctor --json` prints is what the schema in the package says. */
function expectReport(stdout: string) {
  const report: Checks = JSON.parse(stdout);
  if (!isReport(report)) throw new Error(JSON.stringify(isReport.errors));
  const ids = report.checks.map(({ id }) => id);
  if (new Set(ids).size < ids.length) throw new Error(`a check occurs twice: ${ids}`);
}

const hasControl = (text: string) =>
  [...text].some((character) => {
    const code = character.charCodeAt(0);
    return (
      (code < 32 && character !== '\n') ||
      (code > 126 && code < 160) ||
      /\p{Cf}|\u2028|\u2029/u.test(character)
    );
  });

/** The session values in the arguments and the environment: the whole header, and its value. */
const sessionsIn = (args: string[], session = '') =>
  [...args.filter((_, i) => args[i - 1] === '--header'), ...session.split('\n')]
    .filter((line) => !line.startsWith('@'))
    .map((line) => line.slice(line.indexOf(':') + 1).trim())
    .flatMap((value) => [value, value.slice(value.indexOf('=') + 1), value.replace(/^\S+ /, '')])
    .filter((value) => value.length > 3 && !value.includes('…'));

/** Fails if a secret, a token, a session or a control character was printed. */
function expectClean(printed: object, args: string[], env: Record<string, string | undefined>) {
  expectNoLeak('what the command printed', printed);
  const text = Object.values(printed).join('');
  if (hasControl(text)) throw new Error('the command printed a control character');
  const secret = env.STIGG_SIGNING_SECRET?.trim();
  const found = [...sessionsIn(args, env.HARDENED_STIGG_SESSION), secret]
    .filter((value) => value && value.length > 4)
    .find((value) => text.includes(`${value}`));
  if (found) throw new Error('the command printed a session or a secret');
}

/** Starts the built command as from a terminal, but without a terminal. */
export function startCli(args: string[], env: Record<string, string | undefined> = {}) {
  const child = spawn(process.execPath, ['dist/cli/index.js', ...args], {
    env: {
      ...process.env,
      STIGG_SIGNING_SECRET: undefined,
      HARDENED_STIGG_SESSION: undefined,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    printed.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    printed.stderr += chunk;
  });
  const closed = once(child, 'close').then(([code]) => code as number);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await closed;
    expectClean(printed, args, env);
    if (args[0] === 'doctor' && args.includes('--json') && printed.stdout) {
      expectReport(printed.stdout);
    }
  });
  return { child: child as ChildProcess, printed, closed };
}

/** Runs the built command to its end. */
export async function runCli(args: string[], env?: Record<string, string | undefined>) {
  const { printed, closed } = startCli(args, env);
  return { code: await closed, ...printed };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { expectNoLeak } from '../helpers/leaks';

/** Starts the built command, as a terminal would without being one. */
export function startCli(args: string[], env: Record<string, string | undefined> = {}) {
  const child = spawn(process.execPath, ['dist/cli/index.js', ...args], {
    env: { ...process.env, STIGG_SIGNING_SECRET: undefined, ...env },
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
    expectNoLeak('what the command printed', printed);
  });
  return { child: child as ChildProcess, printed, closed };
}

/** Runs the built command to its end. */
export async function runCli(args: string[], env?: Record<string, string | undefined>) {
  const { printed, closed } = startCli(args, env);
  return { code: await closed, ...printed };
}

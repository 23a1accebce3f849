import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { expectNoLeak } from '../helpers/leaks';
import { SIGNING_SECRET } from '../helpers/secret';

const run = promisify(execFile);
const BUILT = new Set(['node_modules', 'dist', '.next']);
const INSTALL = ['install', '--no-save', '--no-package-lock', '--no-audit', '--no-fund'];

/** A terminal's environment: neither vitest's own, nor a real Stigg environment that is set up here. */
const env = {
  ...process.env,
  NODE_ENV: undefined,
  STIGG_API_KEY: undefined,
  VITE_STIGG_API_KEY: undefined,
  STIGG_SIGNING_SECRET: SIGNING_SECRET,
  PORT: '0',
};

/** Copies an example out of this repository, installs it with the packed package, and starts it. */
export async function startExample(name: string) {
  const cwd = await mkdtemp(join(tmpdir(), `hardened-stigg-${name}-`));
  await cp(`examples/${name}`, cwd, {
    recursive: true,
    filter: (source) => !BUILT.has(basename(source)),
  });
  const npm = (...args: string[]) => run('npm', args, { cwd, env });
  await npm(...INSTALL, inject('tarball'));
  await npm('run', 'types', '--if-present'); // Next.js checks them as it builds

  const child = spawn('npm', ['start'], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const closed = once(child, 'close'); // once the last of the group has let go of the pipes
  let printed = '';
  const url = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      printed += chunk;
      const found = /http:\/\/localhost:\d+/.exec(printed)?.[0];
      if (found) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`${name} stopped with ${code}:\n${printed}`)));
  });

  return {
    url,
    /** Also for one that never came to print its URL. */
    stop: async () => {
      if (child.exitCode === null) process.kill(-(child.pid as number));
      await closed;
      await rm(cwd, { recursive: true });
      expectNoLeak('what the server printed', printed);
    },
  };
}

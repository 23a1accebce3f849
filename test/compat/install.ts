import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { inject, onTestFinished } from 'vitest';

const exec = promisify(execFile);

/** A terminal's environment, not Vitest's own. */
const env = { ...process.env, NODE_ENV: undefined, VITEST: undefined, FORCE_COLOR: undefined };

export interface Project {
  /** npm packages besides this one; by range. */
  dependencies?: Record<string, string>;
  overrides?: Record<string, string>;
  /** Files of this repository, to be copied to the same place. */
  copied?: string[];
  /** Other files, by path. */
  files?: Record<string, string>;
}

/**
 * A folder outside of this repository, until the test ends, that has the packed package and what is asked for.
 *
 * @returns where it is, and what runs a command there: it resolves to all that was printed, or rejects with it
 */
export async function install({
  dependencies = {},
  overrides = {},
  copied = [],
  files = {},
}: Project) {
  const cwd = await mkdtemp(join(tmpdir(), 'hardened-stigg-compat-'));
  onTestFinished(() => rm(cwd, { recursive: true, maxRetries: 3 }));
  const manifest = {
    private: true,
    type: 'module',
    dependencies: { ...dependencies, 'hardened-stigg': `file:${inject('tarball')}` },
    overrides,
  };
  await writeFile(join(cwd, 'package.json'), JSON.stringify(manifest));
  for (const path of copied) await cp(path, join(cwd, path), { recursive: true });
  for (const [path, text] of Object.entries(files)) await writeFile(join(cwd, path), text);

  const run = async (command: string, ...args: string[]) => {
    try {
      const { stdout, stderr } = await exec(command, args, { cwd, env, maxBuffer: 2 ** 26 });
      return stripVTControlCharacters(stdout + stderr);
    } catch (error) {
      const { message, stdout, stderr } = error as Error & { stdout: string; stderr: string };
      throw new Error(stripVTControlCharacters(`${message}\n${stdout}\n${stderr}`));
    }
  };
  await run('npm', 'install', '--no-audit', '--no-fund');
  return { cwd, run };
}

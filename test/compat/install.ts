import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { inject } from 'vitest';

const exec = promisify(execFile);

const { devDependencies } = JSON.parse(await readFile('package.json', 'utf8'));

/** Packages in the versions that this repository has. */
export const pinned = (...names: string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, devDependencies[name]]));

/** The Stigg SDKs that are tried: the oldest and the newest major version. */
export const SDK = {
  '5.28.2': { dependencies: { '@stigg/react-sdk': '5.28.2' }, overrides: {} },
  '10.16.0': {
    dependencies: { '@stigg/react-sdk': '10.16.0' },
    // The newest client that the registry which this is developed with has; docs/compatibility.md says more.
    overrides: { '@stigg/js-client-sdk': '3.35.0' },
  },
} as const;

/** A terminal's environment, not Vitest's own. */
const env = {
  ...process.env,
  ...{ NODE_ENV: undefined, VITEST: undefined, FORCE_COLOR: undefined, CI: undefined },
  NEXT_TELEMETRY_DISABLED: '1',
};

interface Project {
  /** npm packages besides this one. */
  dependencies?: Record<string, string>;
  overrides?: Record<string, string>;
  /** Files of this repository, to be copied: where to, and where from. */
  copied?: Record<string, string>;
  /** Other files, by path. */
  files?: Record<string, string>;
}

/**
 * A folder outside of this repository with the packed package and the given packages. It exists until all tests end.
 *
 * @returns where it is, and what runs a command there: it resolves to all that was printed, or rejects with it
 */
export async function install({
  dependencies = {},
  overrides = {},
  copied = {},
  files = {},
}: Project) {
  const tarball = inject('tarball');
  const cwd = await mkdtemp(join(dirname(tarball), 'compat-'));
  const manifest = {
    private: true,
    type: 'module',
    dependencies: { ...dependencies, 'hardened-stigg': `file:${tarball}` },
    overrides,
  };
  await writeFile(join(cwd, 'package.json'), JSON.stringify(manifest));
  for (const [to, from] of Object.entries(copied)) {
    await cp(from, join(cwd, to), { recursive: true });
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, path)), { recursive: true });
    await writeFile(join(cwd, path), text);
  }

  const run = async (command: string, ...args: string[]) => {
    try {
      const { stdout, stderr } = await exec(command, args, { cwd, env, maxBuffer: 2 ** 26 });
      return stripVTControlCharacters(stdout + stderr);
    } catch (error) {
      const { message, stdout, stderr } = error as Error & { stdout: string; stderr: string };
      throw new Error(stripVTControlCharacters(`${message}\n${stdout}\n${stderr}`));
    }
  };
  await run('npm', 'install', '--no-audit', '--no-fund', '--prefer-offline');
  return { cwd, run };
}

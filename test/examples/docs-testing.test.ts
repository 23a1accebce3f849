import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, onTestFinished, test } from 'vitest';

const run = promisify(execFile);
const { devDependencies } = JSON.parse(await readFile('package.json', 'utf8'));
const page = await readFile('docs/testing.md', 'utf8');

/** The packages of the page's `npm install` that has `name`; of a version that this repository has pinned, that one. */
function packagesWith(name: string): string[] {
  const commands = [...page.matchAll(/npm install --save-dev ((?:[^\n\\]|\\\n)+)/g)];
  const packages = commands.map(([, list]) => `${list}`.split(/[\s\\]+/).filter(Boolean));
  const found = packages.find((list) => list.includes(name)) ?? [];
  return found.map((name) => (devDependencies[name] ? `${name}@${devDependencies[name]}` : name));
}

/** Runs the tests of docs/testing.md, as they stand there, in a folder that has nothing else. */
async function runDocs(name: string, edit: (code: string) => string = (code) => code) {
  const cwd = await mkdtemp(join(tmpdir(), `hardened-stigg-${name}-`));
  onTestFinished(() => rm(cwd, { recursive: true }));
  await writeFile(join(cwd, 'package.json'), JSON.stringify({ private: true }));
  for (const [, title, code] of page.matchAll(/```(?:tsx?|js) title="([^"]+)"\n([\s\S]*?)```/g)) {
    await writeFile(join(cwd, `${title}`), edit(`${code}`));
  }
  const env = { ...process.env, NODE_ENV: undefined, VITEST: undefined, CI: 'true' };
  const stigg = `@stigg/react-sdk@${devDependencies['@stigg/react-sdk']}`;
  const packages = [inject('tarball'), stigg, 'react@18', 'react-dom@18', ...packagesWith(name)];
  await run('npm', ['install', '--no-audit', '--no-fund', ...packages], { cwd, env });
  const { stdout, stderr } = await run('npx', [name, ...(name === 'vitest' ? ['run'] : [])], {
    cwd,
    env,
  });
  return stdout + stderr;
}

const NO_COLOR = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');

test('docs/testing.md works with Vitest', { timeout: 300_000 }, async () => {
  const output = (await runDocs('vitest')).replaceAll(NO_COLOR, '');
  expect(output).toMatch(/Tests +3 passed \(3\)/);
  expect(output).not.toContain('act(');
});

test('docs/testing.md works with Jest', { timeout: 300_000 }, async () => {
  const forJest = (code: string) =>
    code.replace(/import .* from 'vitest';\n/, '').replaceAll('vi.fn', 'jest.fn');
  const output = (await runDocs('jest', forJest)).replaceAll(NO_COLOR, '');
  expect(output).toMatch(/Tests: +3 passed, 3 total/);
  expect(output).not.toContain('act(');
});

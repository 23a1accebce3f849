import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const EXAMPLES = ['bearer', 'nextjs', 'vite-express'];

test('npm run version: the package, its lock and the examples name one version', {
  timeout: 30_000,
}, () => {
  const cwd = mkdtempSync(join(tmpdir(), 'hardened-stigg-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  cpSync('.', cwd, {
    recursive: true,
    filter: (path) => !['.git', '.tmp', 'dist', 'node_modules'].includes(basename(path)),
  });
  symlinkSync(resolve('node_modules'), join(cwd, 'node_modules'));
  // Added to the existing changesets, each of which changesets must be able to read.
  writeFileSync(
    join(cwd, '.changeset/of-this-test.md'),
    "---\n'hardened-stigg': major\n---\n\nAll new.\n",
  );

  execFileSync('npm', ['run', 'version'], { cwd, stdio: 'pipe' });

  const read = (file: string) => readFileSync(join(cwd, file), 'utf8');
  const { version } = JSON.parse(read('package.json'));
  expect(version).toMatch(/^\d+\.0\.0$/);
  expect(read('CHANGELOG.md')).toMatch(
    new RegExp(`^# hardened-stigg\n\n## ${version}\n[^]+- All new\\.\n`),
  );
  const lock = JSON.parse(read('package-lock.json'));
  expect([lock.version, lock.packages[''].version]).toEqual([version, version]);
  for (const example of EXAMPLES) {
    const { dependencies } = JSON.parse(read(`examples/${example}/package.json`));
    expect(dependencies['hardened-stigg']).toBe(`^${version}`);
  }
});

// Compares the packed file with its checksums, and tries it as a user would: installs, loads and runs it.
// Leaves the packed dist/ in this folder, so that tests of dist/ test what is published.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const FOLDER = 'release';
const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

const sums = readFileSync(join(FOLDER, 'SHA256SUMS'), 'utf8').trim().split('\n');
for (const line of sums) {
  const [sum, file] = line.split('  ');
  const actual = createHash('sha256')
    .update(readFileSync(join(FOLDER, file)))
    .digest('hex');
  if (actual !== sum) throw new Error(`${file} is not what was packed`);
}
const tarball = sums.map((line) => line.split('  ')[1]).find((file) => file.endsWith('.tgz'));
const path = resolve(FOLDER, tarball);

const project = mkdtempSync(join(tmpdir(), 'hardened-stigg-release-'));
try {
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const quietly = ['--silent', '--no-audit', '--no-fund', '--ignore-scripts'];
  run('npm', ['install', ...quietly, path, `react@${devDependencies.react}`], project);
  const installed = join(project, 'node_modules/hardened-stigg');
  const { version, exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  // The entries that work without Stigg's SDK, which is not installed here.
  const entries = ['lazy', 'server', 'edge', 'emulator', 'preload'].filter(
    (entry) => exports[`./${entry}`],
  );
  for (const entry of entries) {
    const name = `hardened-stigg/${entry}`;
    run(process.execPath, ['--input-type=module', '-e', `await import('${name}')`], project);
    run(process.execPath, ['--input-type=commonjs', '-e', `require('${name}')`], project);
  }
  const said = run('npx', ['--no-install', 'hardened-stigg', '--version'], project).trim();
  if (said !== version) throw new Error(`the command says ${said}, and the package ${version}`);
  rmSync('dist', { recursive: true, force: true });
  cpSync(join(installed, 'dist'), 'dist', { recursive: true });
  console.log(
    `${tarball}: as packed; ${entries.join(', ')} and the command load; dist/ is its own`,
  );
} finally {
  rmSync(project, { recursive: true });
}

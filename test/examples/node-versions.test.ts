import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

const run = promisify(execFile);
let cwd: string;

/** The tokens of all vectors, from both entries in both formats, and the version of the command. */
const SCRIPT = `
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const { tokens } = JSON.parse(readFileSync('node_modules/hardened-stigg/vectors.json', 'utf8'));
for (const entry of ['hardened-stigg/server', 'hardened-stigg/edge']) {
  for (const { createCustomerToken } of [await import(entry), require(entry)]) {
    for (const { customerId, signingSecret, customerToken } of tokens) {
      assert.equal(await createCustomerToken(customerId, signingSecret), customerToken);
    }
  }
}
const cli = 'node_modules/hardened-stigg/dist/cli/index.js';
execFileSync(process.execPath, [cli, 'doctor', '--help']);
execFileSync(process.execPath, [cli, 'emulator', '--help']);
console.log(process.version, tokens.length);
`;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hardened-stigg-node-'));
  await writeFile(join(cwd, 'package.json'), '{}');
  await writeFile(join(cwd, 'run.mjs'), SCRIPT);
  // Nothing but the package: a backend that signs needs neither React nor Stigg's SDK.
  const args = ['install', '--no-audit', '--no-fund', '--omit=peer', inject('tarball')];
  await run('npm', args, { cwd });
});
afterAll(() => rm(cwd, { recursive: true }));

test.each([20, 22, 24])('Node %i gives the same bytes', { timeout: 300_000 }, async (version) => {
  // The npm package "node" has the binaries.
  const args = ['--yes', '-p', `node@${version}`, 'node', 'run.mjs'];
  const { stdout } = await run('npx', args, { cwd });
  expect(stdout).toMatch(new RegExp(`^v${version}\\.\\d+\\.\\d+ 15\n$`));
});

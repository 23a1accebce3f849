import { beforeAll, describe, expect, test } from 'vitest';
import { install } from './install';

/** From both backend entries, in both formats, the tokens of all vectors; from the emulator, in both formats, an answer. */
const LIBRARY = `
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const { tokens } = require('hardened-stigg/vectors.json');
for (const entry of ['hardened-stigg/server', 'hardened-stigg/edge']) {
  for (const { createCustomerToken, createIdentityHandler } of [await import(entry), require(entry)]) {
    for (const { customerId, signingSecret, customerToken } of tokens) {
      assert.equal(await createCustomerToken(customerId, signingSecret), customerToken);
    }
    const [{ customerId, signingSecret, customerToken }] = tokens;
    const identity = createIdentityHandler({ signingSecret, getCustomerId: () => customerId });
    const response = await identity(new Request('http://localhost/identity'));
    assert.deepEqual(await response.json(), { customerId, customerToken });
  }
}
for (const { createStiggEmulator } of [await import('hardened-stigg/emulator'), require('hardened-stigg/emulator')]) {
  const [{ customerId, signingSecret, customerToken }] = tokens;
  const emulator = createStiggEmulator({ signingSecret, customers: { [customerId]: {} } });
  const url = 'http://localhost/v1/c/' + encodeURIComponent(customerId) + '/entitlements.json';
  const headers = { 'X-API-KEY': 'client-key', 'X-CUSTOMER-KEY': customerToken };
  assert.equal((await emulator.fetch(new Request(url, { headers }))).status, 200);
}
console.log(process.version, tokens.length);
`;

/** The command: the help of both, and the emulator, which starts, and answers who has a token. */
const COMMAND = `
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createCustomerToken } from 'hardened-stigg/server';
const cli = 'node_modules/hardened-stigg/dist/cli/index.js';
const run = (...args) => execFileSync(process.execPath, [cli, ...args], { encoding: 'utf8' });
assert.match(run('doctor', '--help'), /--identity-url/);
assert.match(run('emulator', '--help'), /--port/);

const emulator = spawn(process.execPath, [cli, 'emulator', '--port', '0'], {
  env: { ...process.env, STIGG_SIGNING_SECRET: 'secret' },
});
const stopped = once(emulator, 'exit');
stopped.then(([code]) => (process.exitCode ||= code));
let printed = '';
for await (const chunk of emulator.stdout) {
  printed += chunk;
  const [, url] = /emulated at (http:\\S+)/.exec(printed) ?? [];
  if (!url) continue;
  const headers = { 'X-API-KEY': 'client-key', 'X-CUSTOMER-KEY': createCustomerToken('acme', 'secret') };
  const response = await fetch(url + '/v1/c/acme/entitlements.json', { headers });
  assert.equal(response.status, 200);
  emulator.kill();
  break;
}
assert.match(printed, /emulated at/);
await stopped;
console.log(process.version);
`;

const TESTED =
  '`/server`, `/edge` and `/emulator` as ESM and as CommonJS, with the same bytes for every vector; `doctor` and `emulator`';

describe('Node', {
  meta: {
    tested: TESTED,
  },
}, () => {
  let folder: Awaited<ReturnType<typeof install>>;
  beforeAll(async () => {
    // Nothing but the package: a backend that signs needs neither React nor Stigg's SDK.
    folder = await install({ files: { 'library.mjs': LIBRARY, 'command.mjs': COMMAND } });
  });

  test.for(['20', '22', '24'])('%s', async (version) => {
    // The npm package "node" has the binaries.
    const node = (file: string) =>
      folder.run('npx', '--yes', '-p', `node@${version}`, 'node', file);
    expect(await node('library.mjs')).toMatch(new RegExp(`^v${version}\\.\\d+\\.\\d+ 15\n$`));
    expect(await node('command.mjs')).toMatch(new RegExp(`^v${version}\\.\\d+\\.\\d+\n$`));
  });
});

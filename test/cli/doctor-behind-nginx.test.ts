import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIdentityHandler } from 'hardened-stigg/server';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startIdentity, startStigg } from '../helpers/backend';
import { freePort } from '../helpers/free-port';
import { SIGNING_SECRET } from '../helpers/secret';
import { startProcess } from '../helpers/start-process';
import { runCli } from './run-cli';

const NGINX = ['nginx', '/usr/sbin/nginx'].find((path) => spawnSync(path, ['-v']).status === 0);
const isCi = Boolean(process.env.CI);
if (!NGINX && !isCi) {
  console.warn('nginx is not installed, so what the doctor finds behind it is not tested here.');
}

/** nginx before the given server, with these lines about caching, until the test ends. */
async function startNginx(upstream: string, location: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'hardened-stigg-nginx-'));
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  writeFileSync(
    join(folder, 'nginx.conf'),
    `${process.getuid?.() === 0 ? 'user root;\n' : ''}daemon off;
pid ${folder}/pid;
error_log stderr crit;
events {}
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  proxy_cache_path ${folder}/cache keys_zone=zone:1m;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass ${upstream};
      ${location}
    }
  }
}
`,
  );
  // Before the process, so that it is removed after it: the last hook runs first.
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const started = startProcess(`${NGINX}`, ['-p', folder, '-c', join(folder, 'nginx.conf')]);
  const url = `http://127.0.0.1:${port}`;
  await vi
    .waitFor(() => fetch(`${url}/is-it-up`), { timeout: 5000 })
    .catch((cause) => {
      throw new Error(`nginx does not listen: ${started.complaint}`, { cause });
    });
  return url;
}

/** Runs the doctor as Acme through nginx, perhaps after a request of another user. */
async function diagnose({ location, before, args = [], enforced = false }: Setup) {
  const handler = createIdentityHandler({
    signingSecret: SIGNING_SECRET,
    getCustomerId: (request) =>
      /session=of-(acme|globex)$/.exec(request.headers.get('Cookie') ?? '')?.[1] ?? null,
  });
  const backend = await startIdentity(handler);
  const url = `${await startNginx(new URL(backend.url).origin, location)}/api/identity`;
  const stigg = await startStigg({ enforced });
  if (before) await (await fetch(url, { headers: { Cookie: before } })).text();
  const { code, stdout } = await runCli(
    [
      ...['doctor', '--json', '--identity-url', url, '--header', 'Cookie: session=of-acme'],
      ...['--api-key', 'client-tests', '--edge-url', stigg.stigg.baseEdgeUri, ...args],
    ],
    { STIGG_SIGNING_SECRET: SIGNING_SECRET },
  );
  const report = JSON.parse(stdout);
  const failed: string[] = report.checks
    .filter(({ status }: { status: string }) => status === 'fail')
    .map(({ id }: { id: string }) => id);
  return { code, verdict: report.verdict, failed };
}

interface Setup {
  location: string;
  before?: string;
  args?: string[];
  enforced?: boolean;
}

const CACHE = 'proxy_cache zone; proxy_cache_valid any 1m;';
const LEAK = `${CACHE} proxy_cache_key $uri; proxy_ignore_headers Cache-Control Expires Vary;`;
const BYPASS = `${LEAK} set $skip 0; if ($http_cookie = "") { set $skip 1; } proxy_cache_bypass $skip; proxy_no_cache $skip;`;

describe.skipIf(!NGINX && !isCi)('the doctor behind nginx', () => {
  test.each<[string, Setup]>([
    ['nothing but a proxy, which sends another Host', { location: '' }],
    ['Host kept, buffering off', { location: 'proxy_set_header Host $host; proxy_buffering off;' }],
    ['a cache that honours no-store', { location: CACHE }],
    [
      'the recipe of docs/backends.md, under a cache that leaks',
      { location: `${LEAK} proxy_cache_bypass 1; proxy_no_cache 1;` },
    ],
    ['a customer that is expected', { location: CACHE, args: ['--customer', 'acme'] }],
  ])('the doctor calls a right setup safe: %s', async (_, setup) => {
    expect(await diagnose(setup)).toEqual({ code: 0, verdict: 'safe-to-enforce', failed: [] });
  });

  test.each<[string, Setup, string[]]>([
    ['a cache that ignores Cache-Control and Vary', { location: LEAK }, ['identity-signed-in']],
    ['the same, and nobody bypasses it', { location: BYPASS }, ['identity-shared']],
    ['the same, while Stigg enforces', { location: BYPASS, enforced: true }, ['identity-shared']],
    [
      'somebody else was there before',
      { location: BYPASS, before: 'session=of-globex' },
      ['identity-shared'],
    ],
    [
      'somebody else was there before, and it is said who should be',
      { location: BYPASS, before: 'session=of-globex', args: ['--customer', 'acme'] },
      ['identity-signed-in'],
    ],
    [
      'somebody else was there before, and nobody is given the same',
      { location: LEAK, before: 'session=of-globex' },
      ['identity-signed-out'],
    ],
    [
      'a cache that keeps answers with 200 alone',
      { location: LEAK.replace('any', '200') },
      ['identity-shared'],
    ],
    [
      'a cache that says so',
      { location: `${LEAK} add_header X-Cache-Status $upstream_cache_status always;` },
      ['identity-signed-in'],
    ],
  ])('the doctor finds a wrong setup: %s', async (_, setup, expected) => {
    const { code, verdict, failed } = await diagnose(setup);
    expect({ code, verdict }).toEqual({ code: 1, verdict: 'not-ready' });
    expect(failed).toEqual(expect.arrayContaining(expected));
  });
});

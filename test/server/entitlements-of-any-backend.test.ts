import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Stigg } from '@stigg/node-server-sdk';
import vectors from 'hardened-stigg/entitlement-vectors.json';
import { type Entitlements, verifyCustomerToken } from 'hardened-stigg/server';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Answers, answerEntitlement } from '../../src/entitlements/answer';
import { parseIdentity } from '../../src/identity/parse';
import { startServerSdk } from '../emulator/start-server-sdk';
import { freePort } from '../helpers/free-port';
import { SIGNING_SECRET } from '../helpers/secret';
import { startProcess } from '../helpers/start-process';

/*
 * The endpoints of docs/backends.md that send entitlements, cut from the page, started and requested over HTTP. What
 * they answer is read as the browser reads it.
 */

// In the repository, so that packages and hardened-stigg itself resolve.
mkdirSync('.tmp', { recursive: true });
const folder = resolve(mkdtempSync('.tmp/entitlements-'));
const sample = join(folder, 'entitlements.json');
const page = readFileSync('docs/backends.md', 'utf8');
const blocks = new Map(
  [...page.matchAll(/```\w+ title="([^"]+)"\n([\s\S]*?)```/g)].map(
    ([, title, code]) => [`${title}`, `${code}`] as const,
  ),
);
const record: Entitlements = JSON.parse(`${blocks.get('entitlements.json')}`);

beforeAll(() => {
  for (const [title, code] of blocks) {
    const file = join(folder, title);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, code);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const reads = vectors.reads.map(({ options, ...read }: (typeof vectors.reads)[number]) => ({
  ...read,
  options,
}));

/** Short forms do not describe the feature. */
const withoutDescription = ({
  feature,
  resetSettings,
  usagePeriodAnchor,
  ...rest
}: Record<string, unknown>) => rest;

function expectReads(entitlements: Entitlements | undefined, isExpected: (id: string) => boolean) {
  const wanted = reads.filter(({ featureId }) => isExpected(featureId));
  for (const { name, kind, featureId, options, answer } of wanted) {
    const read = { featureId, options };
    const said = answerEntitlement(kind as keyof Answers, entitlements ?? {}, read);
    const sent = JSON.parse(JSON.stringify(said));
    expect(withoutDescription(sent), name).toEqual(withoutDescription({ ...answer }));
  }
  return wanted.length;
}

test("the JSON of the page is right, and means the same as Stigg's list", () => {
  const identity = { customerId: 'acme', customerToken: 'opaque', entitlements: record };
  expect(parseIdentity(identity)?.entitlements).toEqual(record);
  const listed = ['missing', ...Object.keys(record)];
  expect(expectReads(record, (id) => listed.includes(id))).toBeGreaterThan(15);
});

const headers = { Cookie: 'session=of-acme' };
type Request = (init?: RequestInit) => Promise<Response>;

async function receive(request: Request) {
  const response = await request({ headers });
  expect(response.status).toBe(200);
  expect(response.headers.get('Content-Type')).toMatch(/^application\/json/);
  expect(response.headers.get('Cache-Control')).toBe('private, no-store');
  const identity = parseIdentity(await response.json());
  expect(identity?.customerId).toBe('acme');
  expect(verifyCustomerToken(identity?.customerToken, SIGNING_SECRET)).toBe('acme');
  return identity;
}

async function expectRefusals(request: Request) {
  expect((await request()).status).toBe(401);
  expect((await request({ headers: { Cookie: 'session=of-acme2' } })).status).toBe(401);
  for (const site of ['cross-site', 'same-site']) {
    const response = await request({ headers: { ...headers, 'Sec-Fetch-Site': site } });
    expect(response.status).toBe(403);
    expect(response.headers.get('Cache-Control')).toBe('private, no-store');
    expect(await response.text()).not.toContain('HMAC');
  }
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    expect((await request({ headers, method })).status).toBe(405);
  }
}

test("the recipe in JavaScript works with Stigg's server SDK", async () => {
  const { url } = await startServerSdk({ customers: { acme: { entitlements: record } } });
  const initialize = Stigg.initialize.bind(Stigg);
  // The page's own code, but on the emulator.
  vi.spyOn(Stigg, 'initialize').mockImplementation((options) => {
    const stigg = initialize({
      ...options,
      baseUri: url,
      baseEdgeUri: url,
      realtimeUpdatesEnabled: false,
    });
    onTestFinished(() => stigg.close());
    return stigg;
  });
  vi.stubEnv('STIGG_SIGNING_SECRET', SIGNING_SECRET);
  vi.stubEnv('STIGG_SERVER_API_KEY', 'server-tests');
  onTestFinished(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  const { identity } = await import(join(folder, 'entitlements.ts'));
  const received = await receive((init) => identity(new Request('http://localhost/', init)));
  expect(Object.keys(received?.entitlements ?? {})).toEqual(Object.keys(record));
  expectReads(received?.entitlements, (id) => id in record);
});

const isThere = (...command: [string, string]) => spawnSync(command[0], [command[1]]).status === 0;

describe.each([
  ['Python', isThere('python3', '--version'), () => ['python3', 'identity_server.py'] as const],
  [
    'Java',
    isThere('javac', '--version'),
    () => {
      execFileSync('javac', ['CustomerToken.java'], { cwd: folder });
      return ['java', '-cp', '.', 'IdentityServer.java'] as const;
    },
  ],
])('%s', (language, isInstalled, prepare) => {
  test.skipIf(!isInstalled)(
    'the endpoint of the page sends entitlements',
    { timeout: 120_000 },
    async () => {
      const [command, ...args] = prepare();
      const port = await freePort();
      const started = startProcess(command, args, {
        cwd: folder,
        env: { ...process.env, PORT: `${port}`, STIGG_SIGNING_SECRET: SIGNING_SECRET },
      });
      const request: Request = (init) => fetch(`http://127.0.0.1:${port}/api/identity`, init);
      await vi
        .waitFor(() => request(), { timeout: 60_000, interval: 200 })
        .catch((cause) => {
          throw new Error(`${language} does not listen: ${started.complaint}`, { cause });
        });

      expect((await receive(request))?.entitlements).toEqual(record);
      await expectRefusals(request);

      // Whatever Stigg has said arrives as it is.
      writeFileSync(sample, JSON.stringify(vectors.record));
      const { entitlements } = (await receive(request)) ?? {};
      expect(entitlements).toEqual(vectors.record);
      expect(expectReads(entitlements, () => true)).toBe(reads.length);

      // They cannot be read, or hang: a pipe that nobody writes to.
      rmSync(sample);
      expect((await receive(request))?.entitlements).toBeUndefined();
      execFileSync('mkfifo', [sample]);
      expect((await receive(request))?.entitlements).toBeUndefined();
      rmSync(sample);
      writeFileSync(sample, JSON.stringify(record));
      expect((await receive(request))?.entitlements).toEqual(record);
    },
  );
});

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createCustomerToken } from 'hardened-stigg/server';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort } from '../helpers/free-port';
import { SIGNING_SECRET } from '../helpers/secret';
import { startProcess } from '../helpers/start-process';

// In the repository, so that packages and hardened-stigg itself resolve.
mkdirSync('.tmp', { recursive: true });
const folder = mkdtempSync('.tmp/backends-');
const page = readFileSync('docs/backends.md', 'utf8');

beforeAll(() => {
  for (const [, title, code] of page.matchAll(/```\w+ title="([^"]+)"\n([\s\S]*?)```/g)) {
    const file = join(folder, `${title}`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${code}`);
  }
  process.env.STIGG_SIGNING_SECRET = SIGNING_SECRET;
});
afterAll(() => {
  delete process.env.STIGG_SIGNING_SECRET;
  rmSync(folder, { recursive: true });
});

type Ask = (init?: RequestInit) => Promise<Response>;

/** What every identity endpoint has to do, whatever carries it. */
async function expectIdentityEndpoint(ask: Ask, methods = ['POST', 'DELETE']) {
  const headers = { Cookie: 'session=of-acme' };
  const signedIn = await ask({ headers });
  expect(signedIn.status).toBe(200);
  expect(signedIn.headers.get('Cache-Control')).toBe('private, no-store');
  expect(await signedIn.json()).toEqual({
    customerId: 'acme',
    customerToken: createCustomerToken('acme', SIGNING_SECRET),
  });
  expect((await ask()).status).toBe(401);
  expect((await ask({ headers: { ...headers, 'Sec-Fetch-Site': 'cross-site' } })).status).toBe(403);
  for (const method of methods) expect((await ask({ headers, method })).status).toBe(405);
}

const load = (title: string) => import(pathToFileURL(join(folder, title)).href);

describe('docs/backends.md: JavaScript', () => {
  test.each([
    ...['express', 'express-session', 'fastify', 'hono', 'node-http'],
    ...['express-rate-limit', 'fastify-rate-limit'],
  ])('the recipe of docs/backends.md works: %s', { timeout: 30_000 }, async (name) => {
    const port = await freePort();
    const started = startProcess(
      process.execPath,
      ['--import', 'tsx', join(folder, `${name}.ts`)],
      {
        env: { ...process.env, PORT: `${port}` },
      },
    );
    const ask: Ask = (init) => fetch(`http://127.0.0.1:${port}/api/identity`, init);
    await vi
      .waitFor(() => ask(), { timeout: 20_000 })
      .catch((cause) => {
        throw new Error(`${name} does not listen: ${started.complaint}`, { cause });
      });
    await expectIdentityEndpoint(ask);
    if (!name.includes('rate-limit')) return;
    const headers = { Cookie: 'session=of-acme' };
    let limited = await ask({ headers });
    for (let i = 0; i < 70 && limited.status !== 429; i++) limited = await ask({ headers });
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(limited.headers.get('Cache-Control')).toBe('private, no-store');
    expect(await limited.text()).not.toContain('HMAC');
  });

  test('the recipe for other origins works', async () => {
    const { identity } = await load('origins.ts');
    await expectIdentityEndpoint((init) => identity(new Request('http://localhost/', init)));
    const Origin = 'capacitor://localhost';
    const headers = { Cookie: 'session=of-acme', Origin, 'Sec-Fetch-Site': 'cross-site' };
    const response = await identity(new Request('http://localhost/', { headers }));
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(Origin);
  });

  test('the audit line names the customer, the time and the origin, and holds no token', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const { auditedIdentity } = await load('audit.ts');
    await expectIdentityEndpoint((init) =>
      auditedIdentity(new Request('http://localhost/api/identity', init)),
    );
    const lines = log.mock.calls.map(([line]) => JSON.parse(line));
    log.mockRestore();
    expect(lines).toEqual([
      {
        event: 'identity-signed',
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        customerId: 'acme',
        origin: 'http://localhost',
      },
    ]);
  });

  test('the recipe for the Next.js App Router works', async () => {
    const { GET } = await load('app/api/identity/route.ts');
    // Next itself answers 405 to a method that a route does not export.
    await expectIdentityEndpoint(
      (init) => GET(new Request('http://localhost/api/identity', init)),
      [],
    );
  });

  test('the recipe for a worker works', async () => {
    const { default: worker } = await load('worker.ts');
    const env = { STIGG_SIGNING_SECRET: SIGNING_SECRET };
    await expectIdentityEndpoint((init) =>
      worker.fetch(new Request('http://localhost/api/identity', init), env),
    );
  });
});

interface Vector {
  customerId: string | null;
  signingSecret: string | null;
  customerToken?: string;
}
const { tokens, refused } = JSON.parse(readFileSync('vectors.json', 'utf8'));
const vectors: Vector[] = [...tokens, ...refused].filter(
  // The compiler refuses other types of an argument.
  ({ customerId }) => customerId === null || typeof customerId === 'string',
);
const expected = vectors.map(({ customerToken }) => customerToken ?? 'refused');

const base64 = (text: string | null) =>
  text === null ? 'null' : `=${Buffer.from(text).toString('base64')}`;
/** One line for a vector: id and secret, each `null` or `=` and Base64. */
const input = vectors.map((v) => `${base64(v.customerId)} ${base64(v.signingSecret)}\n`).join('');

const isThere = (command: string) => spawnSync(command, ['--version']).status === 0;

describe('docs/backends.md: other languages', () => {
  test.skipIf(!isThere('python3'))(
    'the recipe in Python gives and refuses what vectors.json says',
    () => {
      writeFileSync(
        join(folder, 'run.py'),
        `import base64, sys
from customer_token import create_customer_token
text = lambda field: None if field == "null" else base64.b64decode(field[1:]).decode()
for line in sys.stdin:
    try:
        print(create_customer_token(*map(text, line.split())))
    except ValueError:
        print("refused")
`,
      );
      const output = execFileSync('python3', [join(folder, 'run.py')], { input, encoding: 'utf8' });
      expect(output.trimEnd().split('\n')).toEqual(expected);
    },
  );

  test.skipIf(!isThere('javac'))(
    'the recipe in Java gives and refuses what vectors.json says',
    { timeout: 60_000 },
    () => {
      writeFileSync(
        join(folder, 'Run.java'),
        `import java.util.*;
class Run {
  static String text(String field) {
    return field.equals("null") ? null
      : new String(Base64.getDecoder().decode(field.substring(1)), java.nio.charset.StandardCharsets.UTF_8);
  }
  public static void main(String[] args) throws Exception {
    for (Scanner lines = new Scanner(System.in); lines.hasNextLine();) {
      String[] fields = lines.nextLine().split(" ");
      try {
        System.out.println(CustomerToken.create(text(fields[0]), text(fields[1])));
      } catch (IllegalArgumentException refused) {
        System.out.println("refused");
      }
    }
  }
}
`,
      );
      execFileSync('javac', ['CustomerToken.java', 'Run.java'], { cwd: folder });
      const output = execFileSync('java', ['-cp', '.', 'Run'], {
        cwd: folder,
        input,
        encoding: 'utf8',
      });
      expect(output.trimEnd().split('\n')).toEqual(expected);
    },
  );
});

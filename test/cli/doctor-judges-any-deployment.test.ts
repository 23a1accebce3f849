import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCustomerToken, createIdentityHandler } from 'hardened-stigg/server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startIdentity, startStigg } from '../helpers/backend';
import { SIGNING_SECRET } from '../helpers/secret';
import { COOKIE, diagnose, endpoint, identity, isSignedIn, token } from './diagnose';
import { runCli } from './run-cli';

type Handler = (request: Request) => Response | Promise<Response>;

const NO_STORE = { 'Cache-Control': 'private, no-store' };
const tokenOf = (id: string) => createCustomerToken(id, SIGNING_SECRET);
const signedFor = (customerId: string) =>
  Response.json({ customerId, customerToken: tokenOf(customerId) }, { headers: NO_STORE });
const json = (body: unknown, headers: HeadersInit = NO_STORE) => Response.json(body, { headers });
const nobody = () => new Response('', { status: 401, headers: NO_STORE });
const acme = { customerId: 'acme', customerToken: token() };
const signedWith = (key: string) => ({
  ...acme,
  customerToken: `HMAC-SHA256 acme:${createHmac('sha256', key).update('acme').digest('hex')}`,
});

/** An endpoint without faults, unless the request names a customer in this way. */
const namedBy =
  (find: (request: Request) => string | null | Promise<string | null>): Handler =>
  async (request) => {
    const id = await find(request.clone());
    return id ? signedFor(id) : endpoint(identity)(request);
  };
/** The same, if somebody is signed in. */
const overriddenBy = (find: (request: Request) => string | null | Promise<string | null>) =>
  namedBy(async (request) =>
    request.headers.get('Cookie')?.includes(COOKIE) ? find(request) : null,
  );
const query = (name: string) => (request: Request) => new URL(request.url).searchParams.get(name);
const header = (name: string) => (request: Request) => request.headers.get(name);
const cookie = (name: string) => (request: Request) =>
  new RegExp(`(?:^|; )${name}=([^;]+)`).exec(request.headers.get('Cookie') ?? '')?.[1] ?? null;
const body = (name: string) => async (request: Request) => {
  if (request.method !== 'POST') return null;
  const text = await request.text();
  try {
    return JSON.parse(text)[name] as string;
  } catch {
    return new URLSearchParams(text).get(name);
  }
};
/** A handler that lets these origins read, and has no other fault. */
const reading =
  (isAllowed: (origin: string, request: Request) => boolean, answer = identity): Handler =>
  (request) => {
    const origin = request.headers.get('Origin') ?? '';
    const response = isAllowed(origin, request)
      ? request.method === 'OPTIONS'
        ? new Response(null, { status: 204 })
        : isSignedIn(request)
          ? answer()
          : nobody()
      : endpoint(identity)(request);
    if (isAllowed(origin, request)) {
      response.headers.set('Access-Control-Allow-Origin', origin);
      response.headers.set('Access-Control-Allow-Credentials', 'true');
    }
    return response;
  };

/** Answers once, and then again whatever it has answered, to requests that `isCached` takes. */
function cached(handler: Handler, isCached: (request: Request) => boolean, headers = {}): Handler {
  let kept: string | undefined;
  return async (request) => {
    if (request.method !== 'GET' || !isCached(request)) return handler(request);
    if (kept !== undefined) return new Response(kept, { headers: { ...NO_STORE, ...headers } });
    const response = await handler(request);
    if (response.ok) kept = await response.clone().text();
    return response;
  };
}
const ours = createIdentityHandler({
  signingSecret: SIGNING_SECRET,
  getCustomerId: (request) => (isSignedIn(request) ? 'acme' : null),
});

describe('a wrong or hostile deployment is never called safe', () => {
  test.each<[string, Handler, failed: string, said: RegExp]>([
    // D1: an id in the request
    ['?customerId= signs for anyone', namedBy(query('customerId')), 'named', /query .*without a/],
    ['?customer_id= signs for anyone', namedBy(query('customer_id')), 'named', /query/],
    ['?email= signs for anyone', namedBy(query('email')), 'named', /query/],
    ['the query overrides the session', overriddenBy(query('userId')), 'named', /any customer/],
    ['a header signs for anyone', namedBy(header('X-Customer-Id')), 'named', /headers .*without/],
    ['a header overrides the session', overriddenBy(header('X-User-Id')), 'named', /headers/],
    ["a proxy's header is believed", namedBy(header('X-Forwarded-User')), 'named', /headers/],
    ['a JSON body signs for anyone', namedBy(body('customerId')), 'named', /JSON body .*without/],
    ['a form overrides the session', overriddenBy(body('orgId')), 'named', /body .*any customer/],
    ['an unsigned cookie signs for anyone', namedBy(cookie('customerId')), 'named', /cookies/],
    ['a cookie overrides the session', overriddenBy(cookie('tenant')), 'named', /cookies/],
    [
      'a bearer that is the id itself',
      namedBy(
        (request) => /^Bearer (.+)$/.exec(header('Authorization')(request) ?? '')?.[1] ?? null,
      ),
      'named',
      /bearer header/,
    ],
    // D2: who reads
    ['"null" reads', reading((origin) => origin === 'null'), 'cross-site', /opaque origin/],
    [
      'an origin that starts the same reads',
      reading((origin) => origin.startsWith('https://127.0.0.1')),
      'cross-site',
      /only looks like/,
    ],
    [
      'an origin that ends the same reads',
      reading((origin) => origin.endsWith('127.0.0.1')),
      'cross-site',
      /only looks like/,
    ],
    [
      'any origin reads, in a browser without Fetch Metadata',
      reading((origin, { headers }) => origin !== '' && !headers.has('Sec-Fetch-Site')),
      'cross-site',
      /any origin/,
    ],
    [
      'any preflight passes',
      reading((origin, { method }) => method === 'OPTIONS' && origin !== ''),
      'preflight',
      /any origin/,
    ],
    // D3: what the browser will refuse
    [
      'a lifetime as text',
      endpoint(() => json({ ...acme, expiresIn: '60' })),
      'signed-in',
      /expiresIn/,
    ],
    [
      'no zone',
      endpoint(() => json({ ...acme, expiresAt: '2026-11-25T12:00:00' })),
      'signed-in',
      /zone/,
    ],
    [
      'seconds',
      endpoint(() => json({ ...acme, expiresAt: 1_764_072_000 })),
      'signed-in',
      /seconds/,
    ],
    ['an end that is past', endpoint(() => json({ ...acme, expiresIn: 0 })), 'lifetime', /expired/],
    [
      'an end long ago',
      endpoint(() => json({ ...acme, expiresAt: '2020-01-01T00:00:00Z' })),
      'lifetime',
      /expired/,
    ],
    // D4: a spoiled secret in the backend
    [
      'a line break',
      endpoint(() => json(signedWith(`${SIGNING_SECRET}\n`))),
      'token',
      /line break/,
    ],
    ['quotes', endpoint(() => json(signedWith(`"${SIGNING_SECRET}"`))), 'token', /double quotes/],
    ['an unset variable', endpoint(() => json(signedWith('undefined'))), 'token', /unset variable/],
    ['another secret', endpoint(() => json(signedWith('other'))), 'token', /not signed with/],
    // D5 and similar cases: a value in the wrong place
    [
      'id and token swapped',
      endpoint(() => json({ customerId: token(), customerToken: 'acme' })),
      'signed-in',
      /swapped|holds a token/,
    ],
    [
      "another customer's token",
      endpoint(() => json({ ...acme, customerToken: tokenOf('globex') })),
      'token',
      /another customer/,
    ],
    [
      'a token beside an error, signed out',
      (request) =>
        isSignedIn(request) ? identity() : Response.json({ error: token() }, { status: 403 }),
      'signed-out',
      /a signed-out request gets a token/,
    ],
    // D9: caching
    [
      'a directive that only ends the same',
      endpoint(() => json(acme, { 'Cache-Control': 'private, x-no-store' })),
      'cache',
      /no no-store/,
    ],
    [
      'another header for caches of a network',
      endpoint(() => json(acme, { ...NO_STORE, 'CDN-Cache-Control': 'max-age=60' })),
      'cache',
      /cdn-cache-control/,
    ],
    [
      'a 401 that may be stored',
      (request) =>
        isSignedIn(request)
          ? endpoint(identity)(request)
          : new Response('', { status: 401, headers: { 'Cache-Control': 'public, max-age=60' } }),
      'cache',
      /answer to a signed-out request/,
    ],
    ['Age', endpoint(() => json(acme, { ...NO_STORE, Age: '7' })), 'cache', /Age/],
    ['X-Cache', endpoint(() => json(acme, { ...NO_STORE, 'X-Cache': 'HIT' })), 'cache', /X-Cache/],
    [
      'Cache-Status',
      endpoint(() => json(acme, { ...NO_STORE, 'Cache-Status': 'edge; hit' })),
      'cache',
      /Cache-Status/,
    ],
    // D12: a cache on the way
    ['a cache for everyone', cached(endpoint(identity), () => true), 'shared', /nobody/],
    [
      'a cache that those without a session bypass',
      cached(endpoint(identity), ({ headers }) => headers.has('Cookie')),
      'shared',
      /altered session/,
    ],
    [
      'a session that nobody verifies',
      (request) => (request.headers.has('Cookie') ? identity() : nobody()),
      'shared',
      /without verifying it/,
    ],
    // What was right before, and similar cases
    [
      'POST is answered',
      (request) => (isSignedIn(request) ? identity() : nobody()),
      'methods',
      /POST/,
    ],
  ])('%s', async (_, answer, failed, said) => {
    const { code, report, wrong, message } = await diagnose({ answer });
    expect(report.verdict).toBe('not-ready');
    expect({ code, ok: report.ok }).toEqual({ code: 1, ok: false });
    expect(wrong).toContainEqual([`identity-${failed}`, 'fail']);
    expect(message(`identity-${failed}`) + JSON.stringify(report.checks)).toMatch(said);
    // The same, in words, and while Stigg enforces.
    const enforced = await diagnose({ answer, enforced: true });
    expect(enforced.report.verdict).toBe('not-ready');
  });
});

/** Answers so many requests, and then only with a status. */
function stopping(most: number, status: number): Handler {
  let count = 0;
  return (request) => (++count > most ? new Response('', { status }) : endpoint(identity)(request));
}

describe('a deployment is not called safe if some requests got no verdict', () => {
  test.each([
    [429, 'the endpoint limits its requests (429)'],
    [502, 'the endpoint was not available (502)'],
    [503, 'the endpoint was not available (503)'],
    [504, 'the endpoint was not available (504)'],
  ])('%i', async (status, said) => {
    const { code, report, message } = await diagnose({ answer: stopping(5, status) });
    expect(message('identity-named')).toBe(said);
    expect(message('identity-cross-site')).toBe(said);
    expect(report.verdict).toBe('not-ready');
    expect(code).toBe(1);
  });
});

describe('a right deployment is called safe', () => {
  const lifetimes = { ...acme, expiresIn: 300, expiresAt: '2099-01-01T00:00:00+09:00' };
  test.each<[string, Handler, string[]]>([
    ["this package's handler", ours, []],
    ['a static token', endpoint(identity), []],
    ['a token with a lifetime', endpoint(() => json(lifetimes)), []],
    ['null for nobody', (r) => (isSignedIn(r) ? endpoint(identity)(r) : json(null)), []],
    [
      '204 for nobody',
      (r) => (isSignedIn(r) ? endpoint(identity)(r) : new Response(null, { status: 204 })),
      [],
    ],
    [
      'another shape, of which a path is selected',
      endpoint(() => json({ data: { identity: acme } })),
      ['--select', 'data.identity'],
    ],
    [
      'another shape, of which fields are selected',
      endpoint(() => json({ user: { id: 'acme' }, stigg: { token: token() } })),
      ['--select', 'customerId=user.id,customerToken=stigg.token'],
    ],
    ['the customer that is expected', endpoint(identity), ['--customer', 'acme']],
    [
      'behind a proxy that adds what proxies add',
      endpoint(() =>
        json(acme, { ...NO_STORE, Age: '0', 'X-Cache': 'MISS from 10.0.0.1', Via: '1.1 varnish' }),
      ),
      [],
    ],
    ['one of its own origins reads', reading((origin) => origin === 'https://app.example.com'), []],
    [
      'an app-wide cors() answers every preflight, without credentials',
      (r) =>
        r.method === 'OPTIONS'
          ? new Response(null, { status: 204, headers: { 'Access-Control-Allow-Origin': '*' } })
          : endpoint(identity)(r),
      [],
    ],
    [
      'no-store in other letters, among other directives',
      endpoint(() => json(acme, { 'Cache-Control': 'No-Store,max-age=0,  must-revalidate' })),
      [],
    ],
    [
      'what it does not know is ignored',
      (r) =>
        isSignedIn(r) && r.method === 'GET' && !r.headers.has('Origin') ? identity() : nobody(),
      [],
    ],
  ])('%s', async (_, answer, args) => {
    const { code, report, wrong } = await diagnose({ answer, args });
    expect({ wrong: wrong.filter(([, status]) => status !== 'warn'), code }).toEqual({
      wrong: [],
      code: 0,
    });
    expect(report.verdict).toBe('safe-to-enforce');
  });

  test('a right deployment in Python is called safe', async () => {
    const server = await startPython();
    const stigg = await startStigg({ enforced: false });
    const { code, stdout } = await runCli(
      [
        ...['doctor', '--json', '--identity-url', server, '--header', `Cookie: ${COOKIE}`],
        ...['--api-key', 'client-tests', '--edge-url', stigg.stigg.baseEdgeUri],
      ],
      { STIGG_SIGNING_SECRET: SIGNING_SECRET },
    );
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'safe-to-enforce' });
    expect(code).toBe(0);
  });
});

/** The recipe of docs/backends.md, served by Python's own server. */
async function startPython(): Promise<string> {
  const { spawn } = await import('node:child_process');
  const page = readFileSync('docs/backends.md', 'utf8');
  const [, recipe = ''] = /```python title="customer_token.py"\n([\s\S]*?)```/.exec(page) ?? [];
  const code = `${recipe}
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
class Identity(BaseHTTPRequestHandler):
    def do_GET(self):
        signed_in = self.headers.get("Cookie") == "${COOKIE}"
        self.send_response(200 if signed_in else 401)
        self.send_header("Cache-Control", "private, no-store")
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        if signed_in:
            token = create_customer_token("acme", "${SIGNING_SECRET}")
            self.wfile.write(json.dumps({"customerId": "acme", "customerToken": token}).encode())
    def do_POST(self):
        self.send_response(405)
        self.end_headers()
    def log_message(self, *args):
        pass
server = HTTPServer(("127.0.0.1", 0), Identity)
print(server.server_port, flush=True)
server.serve_forever()
`;
  const child = spawn('python3', ['-c', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill());
  const port = await new Promise<string>((resolve) =>
    child.stdout.once('data', (chunk) => resolve(`${chunk}`.trim())),
  );
  return `http://127.0.0.1:${port}/api/identity`;
}

describe('the doctor says once what happened, with fitting advice', () => {
  test.each<[string, Handler, RegExp]>([
    [
      '404',
      () => new Response('', { status: 404 }),
      /FAIL {2}404, nothing is there\n {8}Check the path/,
    ],
    [
      '500',
      () => new Response('', { status: 500 }),
      /FAIL {2}500, the endpoint failed\n {8}Look in the log of the/,
    ],
    ['403', () => new Response('', { status: 403 }), /FAIL {2}403, refused\n {8}A firewall/],
    [
      'a page',
      () => new Response('<!doctype html>', { headers: { 'Content-Type': 'text/html' } }),
      /FAIL {2}200, text\/html\n {8}This is a page, and not the endpoint/,
    ],
    [
      'a login page elsewhere',
      () => Response.redirect('https://login.example/a/b?c=d'),
      /FAIL {2}302, a redirect to https:\/\/login\.example\n/,
    ],
    [
      'another shape',
      endpoint(() => json({ id: 'acme', token: token() })),
      /FAIL {2}the browser refuses this answer: .*\[id,token\].*\n.*--select/,
    ],
  ])('%s', async (_, answer, said) => {
    const { text } = await diagnose({ answer });
    const { stdout } = await text();
    expect(stdout).toMatch(said);
    expect(stdout.match(/FAIL/g)).toHaveLength(1);
    expect(stdout.match(/needs an identity/g)).toHaveLength(2); // of the endpoint, and of Stigg
  });

  test('the doctor says if the secret of the shell is the wrong one', async () => {
    const { report, message, found, code } = await diagnose({
      enforced: true,
      secret: 'old-secret',
    });
    expect(message('identity-token')).toContain('the secret of this shell is the wrong one');
    expect({ code, token: found['identity-token'], verdict: report.verdict }).toEqual({
      code: 0,
      token: 'warn',
      verdict: 'already-enforced',
    });
  });

  test('the doctor says if another customer than expected is signed in', async () => {
    const { code, message } = await diagnose({ args: ['--customer', 'globex'] });
    expect(code).toBe(1);
    expect(message('identity-signed-in')).toContain('another customer than --customer');
  });

  test('the doctor says if a cache gives signed-in users the answer to a signed-out request', async () => {
    let kept: number | undefined;
    const { code, message } = await diagnose({
      answer: (request) => {
        if (new URL(request.url).search || request.method !== 'GET') {
          return endpoint(identity)(request);
        }
        kept ??= isSignedIn(request) ? 200 : 401;
        return kept === 200 ? identity() : nobody();
      },
    });
    expect(code).toBe(1);
    expect(message('identity-signed-in')).toContain('a cache on the way stored the answer');
  });
});

describe('the doctor prints no value that it was given or received', () => {
  const OPAQUE = 'v2.local.c2VjcmV0LXRva2VuLW9mLXRlc3Rz';
  test.each<[string, Handler]>([
    ['id and token swapped', endpoint(() => json({ customerId: token(), customerToken: 'acme' }))],
    [
      'an opaque token as the id',
      endpoint(() => json({ customerId: OPAQUE, customerToken: 'acme' })),
    ],
    ['the session as the id', endpoint(() => json({ customerId: COOKIE, customerToken: 'acme' }))],
    [
      'a redirect with credentials and a path',
      () =>
        new Response('', {
          status: 302,
          headers: {
            Location: `https://${OPAQUE}:pw@a.example/${OPAQUE};t=${OPAQUE}?${COOKIE}#${token()}`,
          },
        }),
    ],
    [
      'a redirect to a host that is a token',
      () => new Response('', { status: 302, headers: { Location: `https://${OPAQUE}.example` } }),
    ],
    [
      'headers that repeat what came',
      (request) =>
        new Response('', {
          status: 418,
          headers: {
            'Content-Type': `text/${COOKIE}`,
            'Cache-Control': `${OPAQUE}, x=${request.headers.get('Cookie')}`,
            'X-Cache': OPAQUE,
          },
        }),
    ],
    ['keys that are tokens', endpoint(() => json({ [OPAQUE]: 1, [token()]: 2, [COOKIE]: 3 }))],
    [
      'an id that draws on the terminal',
      endpoint(() => json({ customerId: '\u001b[2J\u009b31m\u202eacme', customerToken: OPAQUE })),
    ],
    [
      'half of a character as the id',
      endpoint(() => json({ customerId: '\ud800', customerToken: OPAQUE })),
    ],
    [
      'a content type that draws on the terminal',
      () => new Response('', { headers: { 'Content-Type': 'text/\u009b31m' } }),
    ],
  ])('%s', async (_, answer) => {
    const { report, text } = await diagnose({ answer });
    const { stdout, stderr } = await text();
    const printed = JSON.stringify(report) + stdout + stderr;
    for (const value of [
      OPAQUE,
      OPAQUE.toLowerCase(),
      COOKIE,
      'of-acme',
      token(),
      SIGNING_SECRET,
    ]) {
      expect(printed.includes(value)).toBe(false);
    }
  });

  test('a URL that holds the session is not printed', async () => {
    const server = await startIdentity(endpoint(identity));
    const { stdout } = await runCli([
      ...['doctor', '--identity-url', `${server.url};jsessionid=${OPAQUE}/${OPAQUE}?key=${OPAQUE}`],
    ]);
    expect(stdout).toContain('Identity endpoint');
    expect(stdout).not.toContain(OPAQUE);
  });
});

describe('the doctor always prints a report', () => {
  const startRaw = async (onConnection: Parameters<typeof createServer>[1]) => {
    const server = createServer(onConnection);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
  };
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n';

  test.each<[string, Parameters<typeof createServer>[1]]>([
    ['at once', (socket) => socket.destroy()],
    ['after the request', (socket) => socket.once('data', () => socket.destroy())],
    ['after the head', (socket) => socket.once('data', () => socket.end(head))],
    ['in the body', (socket) => socket.once('data', () => socket.end(`${head}{"customer`))],
    [
      'in a chunk',
      (socket) =>
        socket.once('data', () =>
          socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"c'),
        ),
    ],
    [
      'with a reset',
      (socket) => socket.once('data', () => socket.write(head, () => socket.resetAndDestroy())),
    ],
  ])(
    'the doctor prints a report if the server closes the connection %s',
    { timeout: 30_000 },
    async (_, onConnection) => {
      const url = await startRaw(onConnection);
      for (const args of [[], ['--json']]) {
        const { code, stdout, stderr } = await runCli([
          ...[
            'doctor',
            '--identity-url',
            url,
            '--header',
            `Cookie: ${COOKIE}`,
            '--timeout',
            '3000',
          ],
          ...args,
        ]);
        expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
        expect(stdout).toContain('no ');
        expect(stdout).toMatch(/not ready/);
      }
    },
  );

  test('the doctor prints a report if Node does not know who signed the certificate', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hardened-stigg-tls-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        ...[
          'req',
          '-x509',
          '-newkey',
          'rsa:2048',
          '-nodes',
          '-days',
          '2',
          '-subj',
          '/CN=localhost',
        ],
        ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
      ],
      { stdio: 'ignore' },
    );
    const server = createTlsServer(
      { key: readFileSync(key), cert: readFileSync(cert) },
      (_, response) => response.writeHead(401, NO_STORE).end(),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `https://127.0.0.1:${(server.address() as { port: number }).port}/`;
    const args = ['doctor', '--identity-url', url];

    const refused = await runCli(args);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/DEPTH_ZERO_SELF_SIGNED_CERT\)\n .*NODE_EXTRA_CA_CERTS/);

    const trusted = await runCli(args, { NODE_EXTRA_CA_CERTS: cert });
    expect(trusted.stdout).toContain('ok    signed out, nobody (401)');
  });
});

describe('the doctor does not send what must not be sent', () => {
  test.each([
    ['--identity-url', 'http://192.0.2.1/identity'],
    ['--identity-url', 'http://machine.example/identity'],
    ['--identity-url', 'http://localhost.example/identity'],
    ['--edge-url', 'http://edge.example'],
  ])('the doctor sends nothing over plain http to another machine: %s %s', async (option, url) => {
    const own = option === '--edge-url' ? ['--identity-url', 'http://127.0.0.1:1'] : [];
    const args = ['doctor', ...own, option, url, '--header', `Cookie: ${COOKIE}`];
    const refused = await runCli(args);
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('--insecure');

    const allowed = await runCli([...args, '--insecure', '--timeout', '300']);
    expect(allowed.code).toBe(1);
    if (!own.length) expect(allowed.stdout).toMatch(/FAIL {2}http: everyone on the way can read/);
  });

  test.each([
    ['a line break', `${SIGNING_SECRET}\n`, /white space or a line break/],
    ['quotes', `'${SIGNING_SECRET}'`, /in quotes/],
    ['nothing as text', 'undefined', /the text of a missing value/],
    ['blanks', '  ', /blank/],
  ])(
    'the doctor sends nothing if the secret of the shell is spoiled: %s',
    async (_, secret, said) => {
      const server = await startIdentity(endpoint(identity));
      const { code, stdout, stderr } = await runCli(['doctor', '--identity-url', server.url], {
        STIGG_SIGNING_SECRET: secret,
      });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(said);
      expect(server.requests).toEqual([]);
    },
  );

  test.each([
    ['the placeholder of the docs', 'Cookie: session=…', /placeholder/],
    ['three dots', 'Authorization: Bearer ...', /placeholder/],
    ['a letter that no header carries', 'Cookie: session=żółw', /not allowed in a header/],
    ['a line break', 'Cookie: a=b\nX: y', /not allowed in a header/],
    ['a file that is not there', '@/nowhere/headers', /cannot be read \(ENOENT\)/],
  ])('the doctor sends nothing with a wrong --header: %s', async (_, value, said) => {
    const { code, stderr } = await runCli([
      ...['doctor', '--identity-url', 'http://127.0.0.1:1', '--header', value],
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(said);
  });

  test.each([
    ['a wrong path', 'data..identity'],
    ['a field that there is not', 'id=a,customerToken=b'],
    ['no token', 'customerId=a'],
  ])('the doctor sends nothing with a wrong --select: %s', async (_, value) => {
    const { code, stderr } = await runCli([
      ...['doctor', '--identity-url', 'http://127.0.0.1:1', '--select', value],
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('--select must be');
  });
});

describe('the session can stay out of the list of processes', () => {
  test.each<[string, (folder: string) => { args: string[]; env: Record<string, string> }]>([
    [
      '--header @file',
      (folder) => {
        writeFileSync(join(folder, 'headers'), `# of a test user\r\nCookie: ${COOKIE}\r\n\r\n`);
        return { args: ['--header', `@${join(folder, 'headers')}`], env: {} };
      },
    ],
    [
      'HARDENED_STIGG_SESSION',
      () => ({ args: [], env: { HARDENED_STIGG_SESSION: `Cookie: ${COOKIE}\nX-Tenant: eu\n` } }),
    ],
  ])('%s', async (_, make) => {
    const folder = mkdtempSync(join(tmpdir(), 'hardened-stigg-session-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const server = await startIdentity(endpoint(identity));
    const { args, env } = make(folder);
    const { stdout } = await runCli(['doctor', '--identity-url', server.url, ...args], env);
    expect(stdout).toContain('ok    signed in as acme');
  });
});

test('a forged token differs in its signature, even if the last digit has unused bits', async () => {
  // 43 digits of Base64 hold 258 bits, and a signature has 256: the last digit may differ by two bits.
  const signature = 'q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq80';
  const bytes = (text: string) => Buffer.from(text, 'base64url').toString('hex');
  const server = await startIdentity(
    endpoint(() => json({ ...acme, customerToken: `v2.acme.${signature}`, expiresIn: 300 })),
  );
  const stigg = await startIdentity(({ headers }) => {
    const sent = headers.get('X-CUSTOMER-KEY') ?? '';
    const isRight = sent.startsWith('v2.acme.') && bytes(sent.slice(8)) === bytes(signature);
    return isRight ? Response.json({}) : new Response('', { status: 403 });
  });
  const { stdout } = await runCli([
    ...['doctor', '--json', '--identity-url', server.url, '--header', `Cookie: ${COOKIE}`],
    ...['--api-key', 'client-tests', '--edge-url', new URL(stigg.url).origin],
  ]);
  const report = JSON.parse(stdout);
  expect(report.enforcement).toBe('enforced');
  expect(report.checks).toContainEqual(
    expect.objectContaining({ id: 'stigg-forged', message: expect.stringContaining('refused') }),
  );
});

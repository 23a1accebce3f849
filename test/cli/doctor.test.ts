import { createServer } from 'node:net';
import { createCustomerToken } from 'hardened-stigg/server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { version } from '../../package.json';
import { startIdentity } from '../helpers/backend';
import { expectNoLeak } from '../helpers/leaks';
import { SIGNING_SECRET } from '../helpers/secret';
import { COOKIE, diagnose, endpoint, identity, isSignedIn, type Setup, token } from './diagnose';
import { runCli } from './run-cli';

describe('the doctor on a right deployment', () => {
  test('a right deployment that is not enforced is safe to enforce', async () => {
    const { code, report, wrong, stderr } = await diagnose();
    expect({ code, wrong, stderr }).toEqual({ code: 0, wrong: [], stderr: '' });
    expect(report).toMatchObject({
      version: 1,
      verdict: 'safe-to-enforce',
      enforcement: 'not-enforced',
      expected: null,
      ok: true,
    });
    expect(report.checks.map(({ id }: { id: string }) => id)).toEqual([
      'identity-https',
      'identity-signed-out',
      'identity-signed-in',
      'identity-token',
      'identity-lifetime',
      'identity-cache',
      'identity-time',
      'identity-shared',
      'identity-named',
      'identity-cross-site',
      'identity-preflight',
      'identity-framing',
      'identity-methods',
      'stigg-signed',
      'stigg-unsigned',
      'stigg-forged',
      'stigg-another',
    ]);
  });

  test('a right deployment that is enforced is already enforced', async () => {
    const { code, report, wrong } = await diagnose({ enforced: true });
    expect({ code, wrong }).toEqual({ code: 0, wrong: [] });
    expect(report).toMatchObject({ verdict: 'already-enforced', enforcement: 'enforced' });
  });

  test('the doctor changes nothing, sends few requests, and reads only the entitlements of that customer', async () => {
    const { server, stigg } = await diagnose();
    const methods = new Set(server.requests.map(({ method }) => method));
    expect(methods).toEqual(new Set(['GET', 'POST', 'OPTIONS']));
    expect(server.requests.length).toBeLessThan(45);
    expect(stigg.emulator.requests).toHaveLength(4);
    expect(stigg.emulator.requests).toEqual(
      Array.from({ length: 4 }, () =>
        expect.objectContaining({ operation: 'GetEntitlements', customerId: 'acme' }),
      ),
    );
  });

  test('the report on a pipe has no colour and no spinner', async () => {
    const { text } = await diagnose();
    const { code, stdout, stderr } = await text();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Identity endpoint {2}http:\/\/127\.0\.0\.1:\d+\/api\/identity\n/);
    expect(stdout).toContain('\n  ok    signed out, nobody (401)\n');
    expect(stdout).toContain('\n  ok    no token: accepted (200), so not enforced\n');
    expect(stdout).toContain('\nVerdict: safe to enforce');
    expect(stdout).not.toContain('\u001b');
  });

  test.each([
    ['enforced', true, 0],
    ['enforced', false, 1],
    ['not-enforced', false, 0],
    ['not-enforced', true, 1],
  ])('--expect %s, enforced: %s, exits with %i', async (expected, enforced, code) => {
    const found = await diagnose({ enforced, args: ['--expect', expected] });
    expect(found.code).toBe(code);
    expect(found.report).toMatchObject({ expected, ok: code === 0 });
    if (code) expect(found.report.summary).toContain(`expected ${expected}`);
  });
});

describe('the doctor on a wrong deployment', () => {
  test('while Stigg does not enforce, it accepts a token with another secret, and the doctor does not', async () => {
    const { code, report, wrong } = await diagnose({
      answer: endpoint(() => identity(token('signing-secret-of-staging'))),
    });
    expect({ code, wrong }).toEqual({ code: 1, wrong: [['identity-token', 'fail']] });
    expect(report).toMatchObject({ verdict: 'not-ready', enforcement: 'not-enforced' });
  });

  test('once Stigg enforces, a token with another secret locks everybody out', async () => {
    const { code, report, wrong, message } = await diagnose({
      enforced: true,
      answer: endpoint(() => identity(token('signing-secret-of-staging'))),
      secret: null,
    });
    expect(code).toBe(1);
    expect(wrong).toContainEqual(['stigg-signed', 'fail']);
    expect(message('stigg-signed')).toContain('not accepted (401)');
    expect(report).toMatchObject({ verdict: 'not-ready', enforcement: 'enforced' });
    expect(report.summary).toContain('locked out');
  });

  test.each<[string, Setup['answer'], string[]]>([
    [
      'it gives a token to everybody',
      () => identity(),
      ['identity-signed-out', 'identity-methods'],
    ],
    [
      'signed out is a redirect to a login page',
      (request) =>
        isSignedIn(request)
          ? endpoint(identity)(request)
          : new Response('', { status: 302, headers: { Location: '/login?token=secret' } }),
      ['identity-signed-out'],
    ],
    [
      'signed out is a login page',
      (request) =>
        isSignedIn(request)
          ? endpoint(identity)(request)
          : new Response('<!doctype html>', { headers: { 'Content-Type': 'text/html' } }),
      ['identity-signed-out'],
    ],
    [
      'it may be stored',
      endpoint(() => identity(token(), { 'Cache-Control': 'public, max-age=60' })),
      ['identity-cache'],
    ],
    ['nothing is said of storing', endpoint(() => identity(token(), {})), ['identity-cache']],
    [
      'another site reads it',
      (request) => {
        const response = endpoint(identity, { isCrossSiteRefused: false })(request);
        response.headers.set(
          'Access-Control-Allow-Origin',
          request.headers.get('Origin') ?? 'null',
        );
        return response;
      },
      ['identity-cross-site'],
    ],
    ['any method will do', endpoint(identity, { isPostRefused: false }), ['identity-methods']],
    [
      "another customer's token",
      endpoint(() => identity(createCustomerToken('globex', SIGNING_SECRET))),
      ['identity-token'],
    ],
  ])('%s', async (_, answer, failed) => {
    const { code, wrong, report, stderr } = await diagnose({ answer: answer as Setup['answer'] });
    expect(stderr).toBe('');
    expect(wrong.filter(([, status]) => status === 'fail').map(([id]) => id)).toEqual(failed);
    expect(code).toBe(1);
    expect(report.verdict).toBe('not-ready');
  });

  test('a wrong secret fails even if --expect is met', async () => {
    const { code, report } = await diagnose({
      answer: endpoint(() => identity(token(), {})),
      args: ['--expect', 'not-enforced'],
    });
    expect({ code, ok: report.ok }).toEqual({ code: 1, ok: false });
  });

  test('an endpoint that answers another site without CORS gets a warning', async () => {
    const { code, wrong } = await diagnose({
      answer: endpoint(identity, { isCrossSiteRefused: false }),
    });
    expect({ code, wrong }).toEqual({
      code: 0,
      wrong: [
        ['identity-cross-site', 'warn'],
        ['identity-framing', 'warn'],
      ],
    });
  });

  test.each<[string, () => Response, RegExp]>([
    ['it answers 500', () => new Response('', { status: 500 }), /^500, the endpoint failed$/],
    [
      'garbage',
      () => new Response(`{"customerToken":"${token()}`, { headers: { 'Content-Type': 'text/x' } }),
      /^200, another content type$/,
    ],
    [
      'another shape',
      () => Response.json({ id: 'acme', token: token() }),
      /^the browser refuses this answer: .*\[id,token\]/,
    ],
    [
      'a token with a line break',
      () => identity(`${token()}\nX: 1`),
      /^the browser refuses this answer: customerToken/,
    ],
    [
      'a redirect',
      () =>
        new Response('', {
          status: 307,
          headers: { Location: `https://a.example/b?t=${token()}` },
        }),
      /^307, a redirect to https:\/\/a\.example$/,
    ],
    [
      'a huge body',
      () => new Response('x'.repeat(5_000_000), { headers: { 'Content-Type': 'text/plain' } }),
      /^200, with more than a megabyte$/,
    ],
    ['nobody', () => new Response('', { status: 401 }), /^nobody is signed in \(401\)/],
  ])('if the signed-in answer is %s, the other checks are skipped', async (_, signedIn, said) => {
    const { code, found, message } = await diagnose({ answer: endpoint(signedIn) });
    expect(code).toBe(1);
    expect(found['identity-signed-in']).toBe('fail');
    expect(message('identity-signed-in')).toMatch(said);
    expect(found).toMatchObject({ 'identity-cache': 'skip', 'stigg-signed': 'skip' });
  });

  test('--timeout limits a slow or silent endpoint', async () => {
    const { code, message, found } = await diagnose({
      answer: () => new Promise<Response>(() => {}),
      args: ['--timeout', '200'],
    });
    expect(code).toBe(1);
    expect(message('identity-signed-out')).toBe('no answer in 200 ms');
    expect(found['identity-signed-in']).toBe('skip');
  });

  test('an endpoint that is not there fails', async () => {
    const server = await startIdentity(() => new Response());
    const closed = new URL(server.url);
    closed.port = '1';
    const { code, stdout } = await runCli(['doctor', '--identity-url', closed.href]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAIL {2}no connection/);
  });

  test('a server that does not speak HTTP fails', async () => {
    const other = createServer((socket) => socket.end('what?\r\n\r\n', () => socket.destroy()));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => new Promise<void>((resolve) => other.close(() => resolve())));
    const { port } = other.address() as { port: number };
    const { code, stdout } = await runCli(['doctor', '--identity-url', `http://127.0.0.1:${port}`]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAIL {2}no connection/);
  });

  test.each([
    [404, 'fail'],
    [500, 'fail'],
  ])('an answer %i of Stigg is neither accepted nor refused', async (status, expected) => {
    const server = await startIdentity(endpoint(identity));
    const stigg = await startIdentity(() => new Response('', { status }));
    const { code, stdout } = await runCli([
      ...['doctor', '--json', '--identity-url', server.url, '--header', `Cookie: ${COOKIE}`],
      ...['--api-key', 'client-tests', '--edge-url', new URL(stigg.url).origin],
    ]);
    const report = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(report).toMatchObject({ verdict: 'not-ready', enforcement: 'unknown' });
    expect(report.summary).toBe('not ready: 3 checks failed');
    expect(report.checks.at(-2)).toMatchObject({ id: 'stigg-forged', status: expected });
  });

  test('if Stigg accepts some tokens and refuses others, the report says so and the state is unknown', async () => {
    const server = await startIdentity(endpoint(identity));
    const stigg = await startIdentity((request) =>
      request.headers.get('X-CUSTOMER-KEY') ? Response.json({}) : new Response('', { status: 401 }),
    );
    const { code, stdout } = await runCli([
      ...['doctor', '--json', '--identity-url', server.url, '--header', `Cookie: ${COOKIE}`],
      ...['--api-key', 'client-tests', '--edge-url', new URL(stigg.url).origin],
    ]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ enforcement: 'unknown', verdict: 'not-ready' });
  });
});

describe('prints no token, no secret and no session', () => {
  test.each<[string, Setup['answer']]>([
    ['all is right', endpoint(identity)],
    [
      'the endpoint repeats what it was sent',
      (request) =>
        new Response(COOKIE, {
          status: isSignedIn(request) ? 302 : 401,
          headers: { Location: `/login?${COOKIE}#${token()}`, 'X-Debug': COOKIE },
        }),
    ],
    ['it puts them into its JSON', endpoint(() => Response.json({ [COOKIE]: token() }))],
    ['it is gone', () => Promise.reject(new Error(COOKIE))],
  ])('%s', async (_, answer) => {
    const { report, text } = await diagnose({ answer: answer as Setup['answer'] });
    const { stdout, stderr } = await text();
    for (const printed of [JSON.stringify(report), stdout, stderr]) {
      expect(printed).not.toContain(COOKIE);
      expectNoLeak('what the doctor printed', printed);
    }
  });
});

describe('the doctor does not guess', () => {
  test('without the secret, no signature is called right while Stigg does not enforce', async () => {
    const { code, report, wrong } = await diagnose({ secret: null });
    expect({ code, wrong }).toEqual({
      code: 1,
      wrong: [
        ['identity-token', 'skip'],
        ['stigg-another', 'skip'],
      ],
    });
    expect(report.summary).toBe('not ready: 2 things could not be checked');
  });

  test('if Stigg enforces, its own verdict is enough', async () => {
    const { code, report } = await diagnose({ secret: null, enforced: true });
    expect({ code, verdict: report.verdict }).toEqual({ code: 0, verdict: 'already-enforced' });
  });

  test('only Stigg can check an opaque token', async () => {
    const { code, found } = await diagnose({ answer: endpoint(() => identity('opaque')) });
    expect({ code, token: found['identity-token'] }).toEqual({ code: 1, token: 'skip' });
  });

  test('without --header and --api-key, the checks that need them are skipped', async () => {
    const server = await startIdentity(endpoint(identity));
    const { code, stdout } = await runCli(['doctor', '--identity-url', server.url]);
    expect(code).toBe(1);
    expect(stdout.match(/^ {2}skip .*$/gm)).toEqual([
      "  skip  needs a session: --header 'Cookie: …', or HARDENED_STIGG_SESSION (11 checks)",
      '  skip  needs --api-key (4 checks)',
    ]);
  });
});

describe('wrong usage exits with 2, before any request', () => {
  test.each([
    ['no URL', [], /--identity-url is missing/],
    ['a URL that is none', ['--identity-url', 'example.com'], /must be a URL/],
    ['a password in the URL', ['--identity-url', 'https://u:p@a.example'], /--header/],
    ['an option that is not there', ['--identity', 'x'], /Unknown option '--identity'/],
    ['an argument too many', ['https://a.example'], /unexpected argument/],
    ['another expectation', ['--expect', 'maybe'], /enforced or not-enforced/],
    ['a timeout in words', ['--timeout', '1s'], /whole number/],
    ['a header without a colon', ['--header', 'Cookie'], /'Name: value'/],
    ['the secret as an option', ['--signing-secret', SIGNING_SECRET], /Unknown option/],
    ['a customer of an unset variable', ['--customer', ''], /--customer has no value\.\n/],
    ['a header of the connection', ['--header', 'Connection: keep-alive'], /Connection: leave it/],
    ['one that never ends', ['--header', 'content-length: 5'], /content-length: leave it/],
  ])('%s', async (_, args, said) => {
    const url =
      args.includes('--identity-url') || args.length === 0
        ? []
        : ['--identity-url', 'http://127.0.0.1:1'];
    const { code, stdout, stderr } = await runCli(['doctor', ...url, ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(said);
    expect(stderr).toContain('hardened-stigg doctor --help');
  });

  test('a server key is refused, and not sent anywhere', async () => {
    const server = await startIdentity(endpoint(identity));
    const { code, stderr } = await runCli([
      ...['doctor', '--identity-url', server.url, '--api-key', 'server-abc'],
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('server key');
    expect(stderr).not.toContain('server-abc');
    expect(server.requests).toHaveLength(0);
  });
});

describe('the command itself', () => {
  test.each([['--help'], ['-h'], ['help']])('%s', async (option) => {
    const { code, stdout } = await runCli([option]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/doctor[\s\S]*emulator/);
  });

  test('doctor --help lists every option', async () => {
    const { code, stdout } = await runCli(['doctor', '--help']);
    expect(code).toBe(0);
    for (const option of [
      ...['identity-url', 'header', 'api-key', 'edge-url', 'expect', 'timeout', 'json'],
      ...['customer', 'select', 'insecure'],
    ]) {
      expect(stdout).toContain(`--${option}`);
    }
    expect(stdout).toContain('STIGG_SIGNING_SECRET');
    expect(stdout).toContain('HARDENED_STIGG_SESSION');
  });

  test('--version prints the version', async () => {
    const { code, stdout } = await runCli(['--version']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${version}\n` });
  });

  test.each([[[]], [['docter']]])('%j is not a command', async (args) => {
    const { code, stdout } = await runCli(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

test.each([
  ['a page', '<!doctype html><title>Sign in</title>'],
  ['nothing', ''],
  ['a word', 'ok'],
  ['a number', '200'],
])('at --edge-url, %s with 200 is no answer of Stigg: nothing is known', async (_, body) => {
  const server = await startIdentity(endpoint(identity));
  const stigg = await startIdentity(() => new Response(body));
  const { code, stdout } = await runCli(
    [
      ...['doctor', '--json', '--identity-url', server.url, '--header', `Cookie: ${COOKIE}`],
      ...['--api-key', 'client-tests', '--edge-url', new URL(stigg.url).origin],
    ],
    { STIGG_SIGNING_SECRET: SIGNING_SECRET },
  );
  const report = JSON.parse(stdout);
  expect(code).toBe(1);
  expect(report).toMatchObject({ verdict: 'not-ready', enforcement: 'unknown' });
  expect(report.checks.slice(-4)).toMatchObject([
    {
      id: 'stigg-signed',
      status: 'fail',
      message: 'the signed token is not accepted (200, but not JSON)',
      advice: expect.stringContaining('--edge-url'),
    },
    { id: 'stigg-unsigned', status: 'fail' },
    { id: 'stigg-forged', status: 'fail' },
    { id: 'stigg-another', status: 'fail' },
  ]);
});

describe('Stigg answers 200, with an error in it, which its SDK takes for a failure', () => {
  const withError = (code: string) => Response.json({ errors: [{ extensions: { code } }] });
  const run = async (answer: (request: Request) => Response) => {
    const server = await startIdentity(endpoint(identity));
    const stigg = await startIdentity(answer);
    const { stdout } = await runCli(
      [
        ...['doctor', '--json', '--identity-url', server.url, '--header', `Cookie: ${COOKIE}`],
        ...['--api-key', 'client-tests', '--edge-url', new URL(stigg.url).origin],
      ],
      { STIGG_SIGNING_SECRET: SIGNING_SECRET },
    );
    return JSON.parse(stdout);
  };

  test.each(['Unauthenticated', 'AuthCustomerMismatch', 'IdentityForbidden'])(
    '%s refuses',
    async (code) => {
      const report = await run((request) =>
        request.headers.get('X-CUSTOMER-KEY') === token() ? Response.json({}) : withError(code),
      );
      expect(report).toMatchObject({ verdict: 'already-enforced', enforcement: 'enforced' });
      expect(report.checks.at(-3).message).toBe(
        'no token: refused (200, with an error), so enforced',
      );
    },
  );

  test.each(['RateLimitExceeded', 'CustomerNotFound', ''])('%s says nothing', async (code) => {
    const report = await run(() => withError(code));
    expect(report).toMatchObject({ verdict: 'not-ready', enforcement: 'unknown' });
  });

  test('an empty list of errors is none', async () => {
    const report = await run(() => Response.json({ errors: [] }));
    expect(report).toMatchObject({ verdict: 'safe-to-enforce', enforcement: 'not-enforced' });
  });
});

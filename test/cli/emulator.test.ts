import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCustomerToken } from 'hardened-stigg/server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SIGNING_SECRET } from '../helpers/secret';
import { runCli } from './run-cli';
import { startEmulator } from './start-emulator';

const KEY = { 'X-API-KEY': 'client-tests' };

async function file(content: string) {
  const folder = await mkdtemp(join(tmpdir(), 'hardened-stigg-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const name = join(folder, 'customers.json');
  await writeFile(name, content);
  return name;
}

describe('the emulator command', () => {
  test('the emulator says how to use it in an app, and logs each verdict', async () => {
    const { url, read, printed } = await startEmulator();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(printed.stdout).toContain(`baseUri="${url}" baseEdgeUri="${url}"`);
    expect(printed.stdout).toContain('from STIGG_SIGNING_SECRET');

    expect((await read('acme', createCustomerToken('acme', SIGNING_SECRET))).status).toBe(200);
    expect((await read('acme')).status).toBe(401);
    expect((await read('acme', createCustomerToken('acme', 'another'))).status).toBe(401);
    expect((await read('acme', createCustomerToken('globex', SIGNING_SECRET))).status).toBe(403);
    await expect
      .poll(() => printed.stdout.match(/^\d{3} .*$/gm))
      .toEqual([
        '200  verified     GetEntitlements  acme',
        '401  no token     GetEntitlements  acme',
        '401  WRONG TOKEN  GetEntitlements  acme',
        '403  WRONG TOKEN  GetEntitlements  acme',
      ]);
  });

  test('the emulator listens only on 127.0.0.1', async () => {
    const { url } = await startEmulator();
    expect((await fetch(url)).status).toBe(404);
    // Another address of this machine, where it has the whole of 127/8; unreachable elsewhere.
    await expect(fetch(url.replace('127.0.0.1', '127.0.0.2'))).rejects.toThrow('fetch failed');
  });

  test('--not-enforced answers requests without a token', async () => {
    const { read, printed } = await startEmulator(['--not-enforced']);
    expect((await read('acme')).status).toBe(200);
    expect(printed.stdout).toContain('OFF');
  });

  test('--customers reads customers from a file', async () => {
    const name = await file(
      JSON.stringify({
        customers: {
          initech: {
            name: 'Initech',
            email: 'a@b.example',
            planId: 'pro',
            entitlements: { reports: { limit: null, usage: 2 } },
            resources: { 'site-1': { entitlements: { backups: true } } },
          },
        },
        plans: [{ id: 'pro', name: 'Pro', monthlyPrice: 20, entitlements: { seats: 7 } }],
      }),
    );
    const { read } = await startEmulator(['--customers', name, '--not-enforced']);
    const { data } = await (await read('initech')).json();
    expect(data.entitlements).toHaveLength(2);
    expect(await (await read('acme')).json()).toEqual({ data: { entitlements: [] } });
  });

  test('--customers accepts a byte order mark, and features that are not granted', async () => {
    const name = await file(
      '\ufeff{"customers": {"acme": {"entitlements": {"sso": false, "seats": 3}}}}',
    );
    const { read } = await startEmulator(['--customers', name, '--not-enforced']);
    const { data } = await (await read('acme')).json();
    expect(data.entitlements).toMatchObject([{ feature: { refId: 'seats' } }]);
  });

  test.each(['0.0.0.0', '::'])(
    '--host %s prints an address that a browser can open',
    async (host) => {
      const { url, read, printed } = await startEmulator(['--host', host, '--not-enforced']);
      expect(url).toMatch(/^http:\/\/localhost:\d+$/);
      expect(printed.stdout).toContain('every machine that reaches this one');
      expect((await read('acme')).status).toBe(200);
    },
  );

  test('--read-only refuses writes of a publishable key', async () => {
    const { url } = await startEmulator(['--read-only']);
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { ...KEY, 'X-CUSTOMER-KEY': createCustomerToken('acme', SIGNING_SECRET) },
      body: JSON.stringify({
        operationName: 'ApplySubscription',
        variables: { input: { customerId: 'acme', planId: 'free' } },
      }),
    });
    expect((await response.json()).errors).toMatchObject([
      { extensions: { code: 'AuthCustomerReadonly' } },
    ]);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'the emulator stops on %s at once, with exit code 0',
    async (signal) => {
      const { child, closed, url } = await startEmulator(['--latency', '600000']);
      const answer = fetch(`${url}/v1/config/client-sdk-configuration.json`, { headers: KEY }).then(
        () => 'answered',
        () => 'cut off',
      );
      await once(child.stdout as NonNullable<typeof child.stdout>, 'data'); // it has come
      child.kill(signal);
      expect(await closed).toBe(0);
      expect(await answer).toBe('cut off');
    },
  );
});

describe('wrong usage of the emulator command', () => {
  test('a port in use is reported', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => new Promise<void>((resolve) => other.close(() => resolve())));
    const { port } = other.address() as { port: number };
    const { code, stderr } = await runCli(['emulator', '--port', `${port}`]);
    expect(code).toBe(1);
    expect(stderr).toContain(`port ${port} is taken`);
    expect(stderr).toContain('--port');
  });

  test('an address of another machine is reported', async () => {
    const { code, stderr } = await runCli(['emulator', '--port', '0', '--host', '192.0.2.1']);
    expect(code).toBe(1);
    expect(stderr).toContain('cannot listen on 192.0.2.1');
  });

  test.each([
    ['an empty file', '', 'line 1, column 1: not JSON: the file is empty'],
    [
      'a comma too many',
      '{\n  "customers": {\n    "acme": {},\n  }\n}',
      'line 4, column 3: not JSON: a name in "…" is missing, or there is one comma too many',
    ],
    [
      'a comment',
      '{\n  // mine\n  "customers": {}\n}',
      'line 2, column 3: not JSON: there is a comment, which JSON does not have',
    ],
    ['a list', '[]', 'line 1, column 1, the whole file: must be an object'],
    ['no customers', '{\n "plans": []\n}', 'must be an object with "customers"'],
    [
      'a field that is misspelt',
      '{\n  "customers": {\n    "acme": {\n      "entitlement": {}\n    }\n  }\n}',
      'line 4, column 7, customers.acme.entitlement: must be one of name, email',
    ],
    [
      'an entitlement in words',
      '{"customers": {"acme": {"entitlements": {\n"seats": "5"}}}}',
      'line 2, column 1, customers.acme.entitlements.seats: must be true, false, a number, {',
    ],
    [
      'a limit below zero',
      '{"customers": {"acme": {"entitlements": {"seats": {"limit": -1}}}}}',
      'line 1, column 52, customers.acme.entitlements.seats.limit: must be a number, 0 or more, or null',
    ],
    [
      'a plan without a name',
      '{"customers": {},\n"plans": [{"id": "pro"}]}',
      'line 2, column 11, plans.0: must be an object with "name"',
    ],
    [
      'a word without quotes',
      '{"customers": {\n  "acme": nothing}}',
      'line 2, column 11: not JSON: a word that is neither a string',
    ],
    ['a bracket too few', '{"customers": {}', 'line 1, column 17: not JSON: a } is missing'],
    [
      'an id that no header carries',
      '{"customers": {\n"acm\u00e9": {}}}',
      'line 2, column 1, customers.acm\\u00e9: must be an id of printable ASCII',
    ],
    [
      'a plan that is not there',
      '{"customers": {"acme":\n{"planId": "pro"}}}',
      'line 2, column 2, customers.acme.planId: must be the id of one of the plans',
    ],
  ])('the position and the fault in the file are reported: %s', async (_, content, said) => {
    const name = await file(content);
    const { code, stdout, stderr } = await runCli(['emulator', '--customers', name]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(name);
    expect(stderr).toContain(said);
  });

  test('a missing file is reported', async () => {
    const { code, stderr } = await runCli(['emulator', '--customers', '/nowhere.json']);
    expect(code).toBe(2);
    expect(stderr).toContain('cannot read /nowhere.json (ENOENT)');
  });

  test.each([
    ['--port', '70000'],
    ['--port', 'http'],
    ['--latency', '-1'],
  ])('the wrong option %s %s is reported', async (...option) => {
    const { code, stderr } = await runCli(['emulator', option.join('=')]);
    expect(code).toBe(2);
    expect(stderr).toContain(`${option[0]} must be a whole number`);
  });

  test.each([
    [['--latency', '-5'], '--latency has no value'],
    [['--port', '-1'], '--port has no value'],
    [['--port'], '--port'],
    [['--nope'], '--nope'],
    [['--latency', '--host', 'x'], '--latency has no value'],
  ])('a wrong option is reported in plain words, with one full stop: %o', async (args, said) => {
    const { code, stderr } = await runCli(['emulator', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
    expect(stderr).not.toMatch(/ambiguous|\.\./);
  });

  test.each([
    [
      'a line break at its end',
      'secret-of-the-shell\n',
      'starts or ends with white space or a line break',
    ],
    ['quotes', '"secret-of-the-shell"', 'is in quotes'],
    ['nothing but a blank', ' ', 'is missing or blank'],
    ['the text of nothing', 'undefined', 'is the text of a missing value, and not a secret'],
  ])('a signing secret with %s', async (_, STIGG_SIGNING_SECRET, said) => {
    const { code, stdout, stderr } = await runCli(['emulator'], { STIGG_SIGNING_SECRET });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      `hardened-stigg emulator: STIGG_SIGNING_SECRET ${said}.\nSee hardened-stigg emulator --help.\n`,
    );
  });

  test('emulator --help lists every option', async () => {
    const { code, stdout } = await runCli(['emulator', '--help']);
    expect(code).toBe(0);
    for (const option of ['port', 'host', 'customers', 'not-enforced', 'read-only', 'latency']) {
      expect(stdout).toContain(`--${option}`);
    }
  });
});

describe('the emulator under load', () => {
  test('the emulator serves 1,000 concurrent clients', async () => {
    const { read, printed, closed, child } = await startEmulator(['--latency', '50']);
    const token = createCustomerToken('acme', SIGNING_SECRET);
    const statuses = await Promise.all(
      Array.from({ length: 1000 }, async (_, i) => {
        const response = await read('acme', i % 2 ? token : undefined);
        await response.text();
        return response.status;
      }),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(500);
    expect(statuses.filter((status) => status === 401)).toHaveLength(500);
    child.kill('SIGTERM');
    expect(await closed).toBe(0);
    expect(printed.stderr).toBe('');
  });

  /** Sends bytes, and gives the status of the answer; `null` where the connection was closed without one. */
  const send = (port: number, bytes: string | Buffer) =>
    new Promise<number | null>((resolve) => {
      let answer = '';
      const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
      socket.on('data', (chunk) => {
        answer += chunk;
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]) || null));
    });

  const request = (target: string, headers = '', body = '', method = 'GET') =>
    `${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-API-KEY: k\r\n${headers}` +
    `${body && `Content-Length: ${Buffer.byteLength(body)}\r\n`}\r\n${body}`;

  const random = () => randomBytes(24).toString('base64url');
  const MALFORMED: [string, () => string | Buffer][] = [
    ['a path of nonsense', () => request(`/${encodeURI(random())}`)],
    ['a broken escape', () => request('/v1/c/%E0%A4%A/entitlements.json')],
    ['a path that climbs', () => request('/../../v1/c/../../etc/passwd')],
    ['a target that is no URL', () => request('//[::1')],
    ['an absolute target', () => request('http://[/v1/c/acme/entitlements.json')],
    ['an id that every object has', () => request('/v1/c/__proto__/entitlements.json')],
    ['a long id', () => request(`/v1/c/${'x'.repeat(8000)}/entitlements.json`)],
    ['a token of nonsense', () => request('/v1/c/acme/entitlements.json', 'X-CUSTOMER-KEY: é\r\n')],
    [
      'a header too large',
      () => request('/v1/c/acme/entitlements.json', `X: ${'x'.repeat(99_999)}\r\n`),
    ],
    ['a header without a colon', () => request('/', 'nonsense\r\n')],
    [
      'two lengths',
      () => request('/graphql', 'Content-Length: 3\r\nContent-Length: 4\r\n', '', 'POST'),
    ],
    ['another method', () => request('/graphql', '', '', 'DELETE')],
    ['a method of nonsense', () => request('/', '', '', 'NONSENSE')],
    ['no body', () => request('/graphql', '', '', 'POST')],
    ['a body of nonsense', () => request('/graphql', '', random(), 'POST')],
    ['null', () => request('/graphql', '', 'null', 'POST')],
    ['an empty batch', () => request('/graphql', '', '[]', 'POST')],
    ['a batch of nonsense', () => request('/graphql', '', '[null,1,"x",{}]', 'POST')],
    [
      'a query that is a number',
      () => request('/graphql', '', '{"query":7,"variables":[]}', 'POST'),
    ],
    [
      'variables of nonsense',
      () =>
        request(
          '/graphql',
          '',
          '{"operationName":"GetEntitlements","variables":{"query":{"customerId":{}}}}',
          'POST',
        ),
    ],
    ['deep nesting', () => request('/graphql', '', '['.repeat(50_000), 'POST')],
    [
      'a chunk of nonsense',
      () => request('/graphql', 'Transfer-Encoding: chunked\r\n', '', 'POST').concat('zz\r\n'),
    ],
    ['another protocol', () => '\u0016\u0003\u0001\u0002\u0000'],
    ['bytes', () => randomBytes(200)],
  ];

  test('1,000 requests with random bytes get no answer with 5xx', async () => {
    const { url, printed, read } = await startEmulator();
    const port = Number(new URL(url).port);
    const valid = [
      request('/v1/c/acme/entitlements.json?resourceId=site-1', 'X-CUSTOMER-KEY: x\r\n'),
      request('/graphql', '', '{"operationName":"GetEntitlements","variables":{}}', 'POST'),
    ];
    const mutate = (text: string) => {
      const bytes = Buffer.from(text);
      for (let i = randomInt(1, 6); i > 0; i--) bytes[randomInt(bytes.length)] = randomInt(256);
      return bytes;
    };
    for (let i = 0; i < 20; i++) {
      const requests = Array.from({ length: 50 }, (_, j) => mutate(`${valid[j % valid.length]}`));
      const statuses = await Promise.all(requests.map((bytes) => send(port, bytes)));
      const failed = requests.filter((_, j) => (statuses[j] ?? 0) >= 500);
      expect(failed.map((bytes) => bytes.toString('base64'))).toEqual([]);
    }
    expect((await read('acme', createCustomerToken('acme', SIGNING_SECRET))).status).toBe(200);
    expect(printed.stderr).toBe('');
  });

  test('each malformed request gets a 4xx, or its connection is closed', async () => {
    const { url, printed, read } = await startEmulator();
    const port = Number(new URL(url).port);
    for (const [name, bytes] of MALFORMED) {
      for (let i = 0; i < 5; i++) {
        const status = await send(port, bytes());
        expect(status === null || (status >= 400 && status < 500), `${name}: ${status}`).toBe(true);
      }
    }
    expect((await read('acme', createCustomerToken('acme', SIGNING_SECRET))).status).toBe(200);
    expect(printed.stderr).toBe('');
    expect(printed.stdout).not.toContain('\u001b');
  });
});

test.each(['host', 'customers'])('--%s of an unset variable is refused', async (option) => {
  for (const value of ['', ' ']) {
    const { code, stdout, stderr } = await runCli(['emulator', '--port=0', `--${option}=${value}`]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      `hardened-stigg emulator: --${option} has no value.\nSee hardened-stigg emulator --help.\n`,
    );
  }
});

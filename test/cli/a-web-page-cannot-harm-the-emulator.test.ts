import { request } from 'node:http';
import { connect } from 'node:net';
import { createCustomerToken } from 'hardened-stigg/server';
import { describe, expect, test } from 'vitest';
import { SIGNING_SECRET } from '../helpers/secret';
import { startEmulator } from './start-emulator';

/** Little memory, so that what is kept too long shows at once. */
const SMALL_HEAP = { NODE_OPTIONS: '--max-old-space-size=80' };

const isWell = async ({ read }: Awaited<ReturnType<typeof startEmulator>>) =>
  (await read('acme', createCustomerToken('acme', SIGNING_SECRET))).status;

/** What a page can send without a preflight: a simple request, whose answer it cannot read. */
const post = (url: string, body: BodyInit) =>
  fetch(`${url}/graphql`, { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body }).then(
    async (response) => {
      await response.text();
      return response.status;
    },
    () => 'cut off',
  );

/** In pieces, without saying how much is to come; the status, and how much was sent before it came. */
const stream = (url: string, start: string, pieces: number) =>
  new Promise<{ status: number | undefined; sent: number }>((resolve) => {
    let sent = 0;
    const sending = request(`${url}/graphql`, { method: 'POST' });
    sending.on('response', (response) => {
      response.resume();
      resolve({ status: response.statusCode, sent });
      sending.destroy();
    });
    sending.on('error', () => resolve({ status: undefined, sent }));
    sending.write(start);
    const more = () => {
      if (sending.destroyed || sent === pieces) return void sending.end('"}');
      sent++;
      sending.write('x'.repeat(1_000_000), () => setImmediate(more));
    };
    more();
  });

describe('a web page cannot fill the memory of the emulator', () => {
  test('bodies of 12 MB get a 413, and none of them is kept', { timeout: 60_000 }, async () => {
    const emulator = await startEmulator([], SMALL_HEAP);
    const body = JSON.stringify({ operationName: 'x'.repeat(12_000_000) });
    for (let i = 0; i < 5; i++) {
      const statuses = await Promise.all(Array.from({ length: 4 }, () => post(emulator.url, body)));
      for (const status of statuses) expect([413, 'cut off']).toContain(status);
    }
    expect(await isWell(emulator)).toBe(200);
    expect(emulator.printed.stdout).not.toContain('xxx');
  });

  test('a body without a length gets a 413 before its end', {
    timeout: 60_000,
  }, async () => {
    const emulator = await startEmulator([], SMALL_HEAP);
    const { status, sent } = await stream(emulator.url, '{"operationName":"', 400);
    expect(status).toBe(413);
    expect(sent).toBeLessThan(400);
    expect(await isWell(emulator)).toBe(200);
  });

  test('500 names of 1 MB are cut before they are kept', { timeout: 60_000 }, async () => {
    const emulator = await startEmulator([], SMALL_HEAP);
    const body = JSON.stringify({ operationName: 'x'.repeat(900_000) });
    for (let i = 0; i < 50; i++) {
      await Promise.all(Array.from({ length: 10 }, () => post(emulator.url, body)));
    }
    expect(await isWell(emulator)).toBe(200);
    const [longest] = emulator.printed.stdout.split('\n').sort((a, b) => b.length - a.length);
    expect(longest?.length).toBeLessThan(250);
  });

  test('ids of 15 kB in the path and in the variables are cut before they are kept', {
    timeout: 60_000,
  }, async () => {
    const emulator = await startEmulator([], SMALL_HEAP);
    const id = 'y'.repeat(15_000);
    for (let i = 0; i < 100; i++) {
      await Promise.all(
        Array.from({ length: 100 }, () =>
          emulator.read(`${i}${id}`).then((answer) => answer.text()),
        ),
      );
    }
    expect(await isWell(emulator)).toBe(200);
  });

  test('more than 100 operations in one batch get a 413', async () => {
    const emulator = await startEmulator();
    const batch = (length: number) =>
      post(emulator.url, JSON.stringify(Array.from({ length }, () => ({ operationName: 'a' }))));
    expect(await batch(101)).toBe(413);
    expect(await batch(100)).toBe(401);
    await expect.poll(() => emulator.printed.stdout.match(/^401 {2}no token/gm)).toHaveLength(100);
  });
});

describe('a web page cannot forge lines in the log of the emulator', () => {
  const FORGED = '200  verified     GetEntitlements  acme';
  const HOSTILE: [string, string][] = [
    ['C1 controls', '\u009b2J\u009d0;title\u009c'],
    ['DEL', '\u007f\u007f\u007f'],
    ['NEL', `\u0085${FORGED}`],
    ['a line break', `\n${FORGED}`],
    ['a carriage return', `\r${FORGED}`],
    ['a line separator', `\u2028${FORGED}\u2029`],
    ['right-to-left override', '\u202eemca\u2066\u200f'],
    ['an escape sequence', '\u001b[2J\u001b]0;title\u0007'],
    ['a zero-width space', 'ac\u200bme\ufeff'],
    ['a letter that looks like another', 'аcme'],
    ['a lone surrogate', '\ud800'],
    ['an emoji', '🔑'],
    ['tags', '\u{e0041}'],
  ];

  /** Bytes as they are: fetch() would escape or refuse them. */
  const sendRaw = (url: string, bytes: Buffer) =>
    new Promise<void>((resolve) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.end(bytes));
      socket.resume();
      socket.on('error', () => {});
      socket.on('close', () => resolve());
    });

  test.each(HOSTILE)('a web page cannot write into the log with %s', async (_, text) => {
    const emulator = await startEmulator();
    const escaped = text === '\ud800' ? '%ED%A0%80' : encodeURIComponent(text);
    await emulator.read(`path-${escaped}`);
    await post(emulator.url, JSON.stringify({ operationName: `name-${text}` }));
    await post(
      emulator.url,
      JSON.stringify({ operationName: 'x', variables: { a: { customerId: `id-${text}` } } }),
    );
    await sendRaw(
      emulator.url,
      Buffer.concat([
        Buffer.from('GET /v1/c/raw-'),
        Buffer.from(text, 'utf8'),
        Buffer.from('/entitlements.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
      ]),
    );
    await emulator.read('the-last');
    await expect.poll(() => emulator.printed.stdout).toContain('the-last');

    const [, log = ''] = emulator.printed.stdout.split('Each request is shown below:\n');
    expect(log).toMatch(/^[ -~\n]*$/);
    expect(log).toContain('path-');
    expect(log).toContain('name-');
    expect(log).toContain('id-');
    for (const line of log.trim().split('\n')) {
      expect(line).toMatch(/^\d{3} {2}(no token|verified|WRONG TOKEN|server key) {2,}\S/);
      expect(line).not.toMatch(/^200 {2}verified/);
    }
  });
});

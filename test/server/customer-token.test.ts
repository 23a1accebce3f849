import { createHmac, randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as edge from 'hardened-stigg/edge';
import * as server from 'hardened-stigg/server';
import { describe, expect, test } from 'vitest';

/** The recipe of Stigg's docs, written out. */
const recipe = (id: string, secret: string) =>
  `HMAC-SHA256 ${id}:${createHmac('sha256', secret).update(id).digest('hex')}`;

/** Never blank: a visible character comes first. */
const randomId = () =>
  String.fromCharCode(randomInt(0x21, 0x7f)) +
  Array.from({ length: randomInt(0, 80) }, () => String.fromCharCode(randomInt(0x20, 0x7f))).join(
    '',
  );

const vectors: {
  tokens: { name: string; customerId: string; signingSecret: string; customerToken: string }[];
  refused: { name: string; customerId: string; signingSecret: string }[];
} = JSON.parse(readFileSync('vectors.json', 'utf8'));

/** What a file, a shell or a missing `await` makes of a secret. */
const SPOILED: [string, unknown][] = [
  ['empty: an unset variable must not sign with an empty key', ''],
  ['blank', ' \n'],
  ['undefined', undefined],
  ['null', null],
  ['bytes', Buffer.from('secret')],
  ['followed by a line break', 'the-secret\n'],
  ['followed by a Windows line break', 'the-secret\r\n'],
  ['after a tab', '\tthe-secret'],
  ['after a byte order mark', '\ufeffthe-secret'],
  ['in double quotes', '"the-secret"'],
  ['in single quotes', "'the-secret'"],
  ['in quotes of a word processor', '\u201cthe-secret\u201d'],
  ['after a quote that nothing closes', '"the-secret'],
  ['the text undefined', 'undefined'],
  ['the text null', 'null'],
  ['a promise as text', `${Promise.resolve('the-secret')}`],
];

// Awaited throughout: the functions of `edge` return promises.
describe.each([
  ['hardened-stigg/server', server],
  ['hardened-stigg/edge', edge],
])('%s', (_, { createCustomerToken, verifyCustomerToken }) => {
  const create = async (customerId: unknown, signingSecret: unknown) =>
    createCustomerToken(customerId as string, signingSecret as string);

  test.each(vectors.tokens)(
    'the token of vectors.json is made and verified: $name',
    async (vector) => {
      const { customerId, signingSecret, customerToken } = vector;
      expect(await create(customerId, signingSecret)).toBe(customerToken);
      expect(await verifyCustomerToken(customerToken, signingSecret)).toBe(customerId);
    },
  );

  test.each(vectors.refused)('the argument of vectors.json is refused: $name', async (vector) => {
    await expect(create(vector.customerId, vector.signingSecret)).rejects.toThrow(TypeError);
  });

  describe('createCustomerToken', () => {
    test("createCustomerToken() equals Stigg's recipe byte for byte on 2,000 random ids and secrets", async () => {
      for (let i = 0; i < 2000; i++) {
        const id = randomId();
        const secret = randomBytes(randomInt(1, 64)).toString('base64');
        expect(await create(id, secret)).toBe(recipe(id, secret));
      }
    });

    test('createCustomerToken() gives a known token', async () => {
      expect(await create('customer-1', 'secret')).toBe(
        'HMAC-SHA256 customer-1:c2b68e29c52f194cbe5f89f8f5b985332c3a807ef60c9663b8b284bc92d242f1',
      );
    });

    test.each([
      ['an empty id', ''],
      ['a blank id', ' '],
      ['an id of spaces alone', '    '],
      ['undefined', undefined],
      ['null', null],
      ['a number', 7],
      ['an object', { toString: () => 'acme' }],
      ['a line break, which would end the header', 'acme\r\nX-Evil: 1'],
      ['a trailing line break', 'acme\n'],
      ['a letter outside ASCII', 'zoë'],
      ['a tab', 'a\tb'],
      ['DEL', 'a\u007f'],
    ])('createCustomerToken() refuses %s as the id, and names the argument', async (_, id) => {
      await expect(create(id, 'secret')).rejects.toThrow(TypeError);
      await expect(create(id, 'secret')).rejects.toThrow('customerId');
    });

    test.each(SPOILED)('createCustomerToken() refuses a secret that is %s', async (_, secret) => {
      await expect(create('acme', secret)).rejects.toThrow(TypeError);
      await expect(create('acme', secret)).rejects.toThrow('signingSecret');
    });

    test('an error of createCustomerToken() never repeats an argument', async () => {
      for (const [id, secret] of [
        ['zoë-the-customer', 'the-secret'],
        ['', 'the-secret'],
      ] as const) {
        await expect(create(id, secret)).rejects.toThrow(
          expect.objectContaining({ message: expect.not.stringMatching(/zoë|the-secret/) }),
        );
      }
    });
  });

  describe('verifyCustomerToken', () => {
    test('verifyCustomerToken() returns the id of every token that createCustomerToken() makes', async () => {
      for (const id of [
        'acme',
        'a:b:c',
        ' spaces kept ',
        ':',
        '~',
        ...Array.from({ length: 500 }, randomId),
      ]) {
        expect(await verifyCustomerToken(await create(id, 'secret'), 'secret')).toBe(id);
      }
    });

    const token = server.createCustomerToken('acme', 'secret');
    test.each([
      ['another secret', server.createCustomerToken('acme', 'other')],
      ['another id before the signature', token.replace('acme', 'globex')],
      ['an upper-case signature', token.toUpperCase()],
      ['a cut signature', token.slice(0, -1)],
      ['a longer signature', `${token}0`],
      ['no signature', 'HMAC-SHA256 acme:'],
      ['no colon', 'HMAC-SHA256 acme'],
      ['the prefix alone', 'HMAC-SHA256 '],
      ['another scheme', token.replace('SHA256', 'SHA512')],
      ['no scheme', token.slice('HMAC-SHA256 '.length)],
      ['nothing', ''],
      ['a letter outside ASCII', token.replace('acme', 'zoë')],
      ['undefined', undefined],
      ['null', null],
      ['a number', 7],
      ['an object', { toString: () => token }],
      ['a list', [token]],
    ])('verifyCustomerToken() returns null for %s', async (_, forged) => {
      expect(await verifyCustomerToken(forged, 'secret')).toBeNull();
    });

    const verify = async (token: unknown, secret: unknown) =>
      verifyCustomerToken(token, secret as string);

    test.each(SPOILED)(
      'verifyCustomerToken() throws for a secret that is %s, in a list too',
      async (_, secret) => {
        const key = typeof secret === 'string' ? secret : '';
        const signed = `HMAC-SHA256 acme:${createHmac('sha256', key).update('acme').digest('hex')}`;
        for (const token of [signed, 'HMAC-SHA256 acme:', undefined]) {
          await expect(verify(token, secret)).rejects.toThrow(/^signingSecret (?!.*the-secret)/);
          await expect(verify(token, ['good', secret])).rejects.toThrow(/^signingSecret\[1\] /);
        }
        await expect(verify(signed, [])).rejects.toThrow('signingSecret is an empty list');
      },
    );

    test('verifyCustomerToken() accepts any of several secrets, while one is being replaced', async () => {
      const secrets = ['new', 'old'];
      expect(await verifyCustomerToken(server.createCustomerToken('acme', 'old'), secrets)).toBe(
        'acme',
      );
      expect(await verifyCustomerToken(server.createCustomerToken('acme', 'new'), secrets)).toBe(
        'acme',
      );
      expect(await verifyCustomerToken(token, secrets)).toBeNull();
    });
  });
});

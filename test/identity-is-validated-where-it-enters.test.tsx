import { createCustomerToken } from 'hardened-stigg/server';
import { describe, expect, test } from 'vitest';
import { parseIdentity } from '../src/identity/parse';
import { expectNoLeak } from './helpers/leaks';
import { SIGNING_SECRET } from './helpers/secret';

const customerToken = createCustomerToken('acme', SIGNING_SECRET);
const acme = { customerId: 'acme', customerToken };
const nothing = { expiresIn: undefined, expiresAt: undefined, entitlements: undefined };

/** The error for a wrong identity: it has a code, is short, and does not hold the value. */
function refusal(value: unknown): { code: string; message: string } {
  try {
    parseIdentity(value);
  } catch (error) {
    expect(error).toMatchObject({ name: 'HardenedStiggError', retryable: false });
    const { code, message } = error as { code: string; message: string };
    expect(message.length).toBeLessThanOrEqual(500);
    expectNoLeak('the refusal of an identity', error);
    return { code, message };
  }
  throw new Error('it was accepted');
}

describe('right identities', () => {
  test.each<[string, object, object]>([
    ['no lifetime', {}, {}],
    ['a lifetime that is null counts as left out', { expiresIn: null, expiresAt: null }, {}],
    ['seconds', { expiresIn: 300 }, { expiresIn: 300 }],
    ['a fraction of a second', { expiresIn: 0.5 }, { expiresIn: 0.5 }],
    ['a lifetime that is over', { expiresIn: 0 }, { expiresIn: 0 }],
    ['the first epoch milliseconds that are no seconds', { expiresAt: 1e11 }, { expiresAt: 1e11 }],
    ['epoch milliseconds', { expiresAt: 1_764_072_000_000 }, { expiresAt: 1_764_072_000_000 }],
    ['UTC', { expiresAt: '2026-11-25T12:00:00Z' }, { expiresAt: '2026-11-25T12:00:00Z' }],
    ['no seconds', { expiresAt: '2026-11-25T12:00Z' }, { expiresAt: '2026-11-25T12:00Z' }],
    [
      'microseconds and an offset, as Python writes them',
      { expiresAt: '2026-11-25T12:00:00.123456+09:00' },
      { expiresAt: '2026-11-25T12:00:00.123456+09:00' },
    ],
    [
      'the 29th of February in a leap year',
      { expiresAt: '2028-02-29T00:00:00-08:00' },
      { expiresAt: '2028-02-29T00:00:00-08:00' },
    ],
    [
      'a real date long ago, which has expired',
      { expiresAt: '1970-01-01T00:00:00Z' },
      { expiresAt: '1970-01-01T00:00:00Z' },
    ],
    ['other fields, which are left out', { email: 'a@acme.test' }, {}],
  ])('%s', (_, fields, expected) => {
    const value = { ...acme, ...fields };
    const identity = parseIdentity(value);
    expect(identity).toStrictEqual({ ...acme, ...nothing, ...expected });
    expect(identity).not.toBe(value);
  });

  test('null means that nobody is signed in', () => {
    expect(parseIdentity(null)).toBeNull();
  });

  test('an opaque token, and an id that is not ASCII, are accepted', () => {
    const opaque = { customerId: 'zoë', customerToken: 'v2.opaque' };
    expect(parseIdentity(opaque)).toMatchObject(opaque);
  });
});

describe('a wrong lifetime is identity_invalid, and the message says what is wrong', () => {
  test.each<[string, object, RegExp]>([
    ['NaN', { expiresIn: Number.NaN }, /^expiresIn .*finite number/],
    ['Infinity', { expiresIn: Number.POSITIVE_INFINITY }, /^expiresIn .*finite number/],
    ['text', { expiresIn: '300' }, /^expiresIn /],
    ['an empty text', { expiresIn: '' }, /^expiresIn /],
    ['a bigint', { expiresIn: 300n }, /^expiresIn /],
    ['a symbol', { expiresIn: Symbol('s') }, /^expiresIn /],
    ['a boolean', { expiresIn: false }, /^expiresIn /],
    ['an object', { expiresIn: { valueOf: () => 300 } }, /^expiresIn /],
    ['no zone', { expiresAt: '2026-11-25T12:00:00' }, /^expiresAt .*zone/],
    ['no zone, with milliseconds', { expiresAt: '2026-11-25T12:00:00.000' }, /^expiresAt .*zone/],
    ['a day alone', { expiresAt: '2026-11-25' }, /^expiresAt .*zone/],
    ['a space for the T', { expiresAt: '2026-11-25 12:00:00Z' }, /^expiresAt .*ISO 8601/],
    ['an HTTP date', { expiresAt: 'Wed, 25 Nov 2026 12:00:00 GMT' }, /^expiresAt .*ISO 8601/],
    ['digits as text', { expiresAt: '1764072000000' }, /^expiresAt .*ISO 8601/],
    ['the 30th of February', { expiresAt: '2026-02-30T00:00:00Z' }, /^expiresAt .*date/],
    ['the 29th, and no leap year', { expiresAt: '2026-02-29T00:00:00Z' }, /^expiresAt .*date/],
    ['month 13', { expiresAt: '2026-13-01T00:00:00Z' }, /^expiresAt .*date/],
    ['25 hours', { expiresAt: '2026-11-25T25:00:00Z' }, /^expiresAt .*date/],
    ['words', { expiresAt: 'soon' }, /^expiresAt .*date/],
    ['an empty text as a date', { expiresAt: '' }, /^expiresAt .*date/],
    ['epoch seconds', { expiresAt: 1_764_072_000 }, /^expiresAt .*seconds/],
    ['epoch seconds with a fraction', { expiresAt: 1_764_072_000.25 }, /^expiresAt .*seconds/],
    ['zero', { expiresAt: 0 }, /^expiresAt .*seconds/],
    ['NaN as a date', { expiresAt: Number.NaN }, /^expiresAt .*date/],
    ['Infinity as a date', { expiresAt: Number.POSITIVE_INFINITY }, /^expiresAt .*date/],
    ['a number beyond every date', { expiresAt: 9e15 }, /^expiresAt .*date/],
    ['a bigint as a date', { expiresAt: 1_764_072_000_000n }, /^expiresAt .*date/],
    ['a symbol as a date', { expiresAt: Symbol('s') }, /^expiresAt .*date/],
    ['a boolean as a date', { expiresAt: true }, /^expiresAt .*date/],
    ['a Date, which JSON does not have', { expiresAt: new Date() }, /^expiresAt .*date/],
    ['an object as a date', { expiresAt: { toString: null } }, /^expiresAt .*date/],
    [
      'a list as a date',
      { expiresAt: ['2026-11-25T12:00:00Z', customerToken] },
      /^expiresAt .*date/,
    ],
    ['a lifetime below 0', { expiresIn: -1 }, /^expiresIn .*0 or more/],
    ['a token as a date', { expiresAt: customerToken }, /^expiresAt .*date/],
    [
      'a wrong expiresAt beside a good expiresIn',
      { expiresIn: 60, expiresAt: 'soon' },
      /^expiresAt /,
    ],
  ])('%s', (_, fields, said) => {
    const { code, message } = refusal({ ...acme, ...fields });
    expect(code).toBe('identity_invalid');
    expect(message).toMatch(said);
  });
});

describe('a wrong id or token is identity_invalid, and the message names the field', () => {
  test.each<[string, unknown, RegExp]>([
    ['undefined', undefined, /^customerId .* not undefined\./],
    ['a string', customerToken, /^customerId .* not string\./],
    ['a symbol', Symbol(SIGNING_SECRET), /^customerId .* not symbol\./],
    ['a bigint', 7n, /^customerId .* not bigint\./],
    ['a list', [acme], /^customerId .* an object with \[\]/],
    ['another shape', { id: 'acme', token: customerToken }, /^customerId .* \[id,token\]/],
    ['an empty id', { ...acme, customerId: '' }, /^customerId /],
    ['a blank id', { ...acme, customerId: ' \t' }, /^customerId /],
    ['an id that is a number', { ...acme, customerId: 7 }, /^customerId /],
    ['an id that is a symbol', { ...acme, customerId: Symbol('acme') }, /^customerId /],
    ['an id that is a promise', { ...acme, customerId: Promise.resolve('acme') }, /^customerId /],
    ['no token', { customerId: 'acme' }, /^customerToken /],
    ['an empty token', { ...acme, customerToken: '' }, /^customerToken /],
    ['a token of two lines', { ...acme, customerToken: 'a\r\nb' }, /^customerToken /],
    ['a token that is a promise', { ...acme, customerToken: Promise.resolve() }, /^customerToken /],
    ['a token that is a bigint', { ...acme, customerToken: 7n }, /^customerToken /],
    ['a token as a key', { [customerToken]: 'acme', id: 1 }, /\[id\]/],
    ['an opaque token as a key', { 'v2.local.dG9rZW4': 1, eyJhbGciOiJIUzI1: 1 }, /with \[\]/],
    ['a secret as a key', { [SIGNING_SECRET]: 1 }, /with \[\]/],
    [
      '100,000 keys',
      Object.fromEntries(
        Array.from({ length: 1e5 }, (_, i) => [
          `key_${`${i}`.replace(/\d/g, (digit) => `${'abcdefghij'[+digit]}`)}`,
          i,
        ]),
      ),
      /with \[([a-z_]+,){7}[a-z_]+\]/,
    ],
  ])('%s', (_, value, said) => {
    const { code, message } = refusal(value);
    expect(code).toBe('identity_invalid');
    expect(message).toMatch(said);
  });

  test("another customer's token is identity_mismatch", () => {
    for (const customerId of ['globex', 'acm']) {
      const { code, message } = refusal({ ...acme, customerId });
      expect(code).toBe('identity_mismatch');
      expect(message).toMatch(/^The token names another customer, in an identity\. Sign /);
    }
  });
});

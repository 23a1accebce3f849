import type { Entitlement as ServerEntitlement } from '@stigg/node-server-sdk';
import type { Entitlement as BrowserEntitlement } from '@stigg/react-sdk';
import { toEntitlements as toEntitlementsOnTheEdge } from 'hardened-stigg/edge';
import vectors from 'hardened-stigg/entitlement-vectors.json';
import {
  createCustomerToken,
  type EntitlementAnswer,
  type Entitlements,
  toEntitlements,
} from 'hardened-stigg/server';
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  type Answers,
  answerEntitlement,
  type EntitlementRead,
} from '../../src/entitlements/answer';
import { entitlementsForJson } from '../../src/entitlements/from-stigg';
import { invalidEntitlement } from '../../src/entitlements/validate';
import { parseIdentity } from '../../src/identity/parse';

const list = vectors.list as EntitlementAnswer[];
const record = vectors.record as Entitlements;

/** As it arrives on the other side. */
const sent = <T>(value: T): T => JSON.parse(JSON.stringify(value));

/** As Stigg's server SDK returns it: with dates. */
const withDates = list.map((item) => {
  const dates = Object.entries(item)
    .filter(([key]) => key.startsWith('usagePeriod'))
    .map(([key, value]) => [key, new Date(value as string)]);
  return { ...item, ...Object.fromEntries(dates) };
});

describe('the backend', () => {
  test.each([
    ['server', toEntitlements],
    ['edge', toEntitlementsOnTheEdge],
  ])('%s: toEntitlements() makes the record of the list', (_, make) => {
    expect(sent(make(withDates))).toEqual(record);
    expect(sent(make(list))).toEqual(record);
  });

  test('the browser accepts every record of toEntitlements()', () => {
    expect(invalidEntitlement(toEntitlements(withDates))).toBeUndefined();
    expect(invalidEntitlement(record)).toBeUndefined();
    const identity = { customerId: 'acme', customerToken: 'opaque', entitlements: record };
    expect(parseIdentity(identity)?.entitlements).toEqual(record);
  });

  test('Infinity arrives in the browser as unlimited', () => {
    const feature = { id: 'seats' };
    const made = sent(
      toEntitlements([
        { type: 'NUMERIC', hasAccess: true, value: Number.POSITIVE_INFINITY, feature },
      ]),
    );
    expect(answerEntitlement('numeric', made, { featureId: 'seats' })).toMatchObject({
      hasAccess: true,
      isUnlimited: true,
      value: undefined,
    });
  });

  test('hand-written entitlements survive JSON', () => {
    const given: Entitlements = {
      endless: Number.POSITIVE_INFINITY,
      infinite: { limit: Number.POSITIVE_INFINITY, usage: 2 },
      dated: { hasAccess: true, usageLimit: 5, usagePeriodEnd: new Date('2999-01-01') },
      plain: true,
      seats: 5,
      reports: { limit: 10, usage: 3 },
      unlimited: { limit: null },
    };
    const arrived = sent(entitlementsForJson(given));
    expect(invalidEntitlement(arrived)).toBeUndefined();
    for (const featureId of Object.keys(given)) {
      for (const kind of ['boolean', 'numeric', 'metered'] as const) {
        expect(answerEntitlement(kind, arrived, { featureId }), featureId).toEqual(
          answerEntitlement(kind, given, { featureId }),
        );
      }
    }
  });

  test("the types accept the answers of Stigg's SDKs, and the list of the server SDK", () => {
    expectTypeOf<ServerEntitlement>().toExtend<EntitlementAnswer>();
    expectTypeOf<BrowserEntitlement>().toExtend<EntitlementAnswer>();
    expectTypeOf<ServerEntitlement[]>().toExtend<Parameters<typeof toEntitlements>[0]>();
  });

  test('an entitlement without a feature, which Stigg allows, is left out', () => {
    expect(toEntitlements([{ hasAccess: true }])).toEqual({});
  });

  test('a feature id such as "constructor" is a key like any other', () => {
    const made = toEntitlements([{ hasAccess: true, feature: { id: '__proto__' } }]);
    expect(Object.keys(made)).toEqual(['__proto__']);
    expect(({} as { hasAccess?: unknown }).hasAccess).toBeUndefined();
  });

  test.each([
    ['a promise', Promise.resolve(list)],
    ['nothing', undefined],
    ['null', null],
    ['a record', record],
    ['a Map', new Map()],
    ['a string', 'sso'],
  ])('%s instead of a list throws a TypeError that says what it takes', (_, given) => {
    expect(() => toEntitlements(given as never)).toThrow(
      new TypeError(
        'toEntitlements() takes the list that "await stigg.getEntitlements(customerId)" returns.',
      ),
    );
  });

  test.each([[null], ['sso'], [{}], [{ hasAccess: 'yes' }], [[]]])(
    '%o in the list throws a TypeError that says where',
    (item) => {
      expect(() => toEntitlements([...list, item] as never)).toThrow(
        new TypeError(`toEntitlements(): item ${list.length} is no entitlement of Stigg's.`),
      );
    },
  );
});

describe('the browser', () => {
  test.each(vectors.reads)('$name', ({ kind, featureId, answer, ...rest }) => {
    const read: EntitlementRead = {
      featureId,
      options: 'options' in rest ? rest.options : undefined,
    };
    expect(sent(answerEntitlement(kind as keyof Answers, record, read))).toEqual(answer);
  });

  test.each(['boolean', 'numeric', 'metered'] as const)(
    'without a customer, %s gives the fallback',
    (kind) => {
      const read = { featureId: 'sso' };
      const denied = { isFallback: true, hasAccess: false, accessDeniedReason: 'Unknown' };
      expect(answerEntitlement(kind, null, read)).toMatchObject(denied);
      expect(answerEntitlement(kind, null, read, { sso: { hasAccess: true } })).toMatchObject({
        isFallback: true,
        hasAccess: true,
      });
      const options = { fallback: { hasAccess: false } };
      expect(
        answerEntitlement(kind, null, { ...read, options }, { sso: { hasAccess: true } }),
      ).toMatchObject(denied);
    },
  );

  test('0 is a numeric feature', () => {
    expect(answerEntitlement('numeric', { seats: 0 }, { featureId: 'seats' })).toMatchObject({
      hasAccess: true,
      value: 0,
      isUnlimited: false,
    });
  });

  test('a read for a resource gives the fallback', () => {
    const read = { featureId: 'sso', resourceId: 'site-1' };
    expect(answerEntitlement('boolean', record, read)).toMatchObject({
      isFallback: true,
      hasAccess: false,
    });
    expect(answerEntitlement('boolean', record, { ...read, resourceId: '' }).hasAccess).toBe(true);
  });

  test('an entitlement of an unknown kind is given to every hook', () => {
    const given: Entitlements = { sso: { hasAccess: true } };
    for (const kind of ['boolean', 'numeric', 'metered'] as const) {
      expect(answerEntitlement(kind, given, { featureId: 'sso' }).hasAccess).toBe(true);
    }
  });

  test('the record is not changed', () => {
    const before = structuredClone(record);
    for (const featureId of Object.keys(record))
      answerEntitlement('metered', record, { featureId });
    expect(record).toEqual(before);
  });
});

describe('wrong entitlements are refused, and the field is named', () => {
  test.each(vectors.wrong)('$name', ({ value, path }) => {
    expect(invalidEntitlement(value)).toBe(path);
    expect(invalidEntitlement(value, 'customers.acme.entitlements')).toBe(
      path.replace('entitlements', 'customers.acme.entitlements'),
    );
  });

  test.each(vectors.wrong.filter(({ value }) => value !== null))(
    'an identity with wrong entitlements is refused: $name',
    ({ value, path }) => {
      const identity = { customerId: 'acme', customerToken: 'opaque', entitlements: value };
      expect(() => parseIdentity(identity)).toThrow(
        `${path} is no entitlement, in an identity. See the type Entitlements.`,
      );
    },
  );

  test.each([
    ['NaN', { seats: Number.NaN }, 'entitlements.seats'],
    ['endless usage', { seats: { limit: 5, usage: 1 / 0 } }, 'entitlements.seats.usage'],
    ['a limit that is NaN', { seats: { limit: Number.NaN } }, 'entitlements.seats.limit'],
    ['a limit that is not set', { seats: { limit: undefined } }, 'entitlements.seats.limit'],
    ['the same, with usage', { seats: { limit: undefined, usage: 3 } }, 'entitlements.seats.limit'],
    ['a bigint', { seats: 5n }, 'entitlements.seats'],
    ['a symbol', { seats: Symbol('x') }, 'entitlements.seats'],
    ['a function', { sso: () => true }, 'entitlements.sso'],
    ['a promise', Promise.resolve({}), 'entitlements'],
    ['a promise for a feature', { sso: Promise.resolve(true) }, 'entitlements.sso'],
    ['a Map', new Map([['sso', true]]), 'entitlements'],
    ['a date', new Date(), 'entitlements'],
    ['nothing', undefined, 'entitlements'],
    // A hook that looks at its first letter would throw, and take the page with it.
    ['a kind that is a number', { a: { hasAccess: true, type: 5 } }, 'entitlements.a.type'],
    ['a kind that is an object', { a: { hasAccess: true, type: {} } }, 'entitlements.a.type'],
    ['a feature that is a list', { a: { hasAccess: true, feature: [] } }, 'entitlements.a.feature'],
    [
      'an invalid date',
      { a: { hasAccess: true, usagePeriodEnd: new Date('x') } },
      'entitlements.a.usagePeriodEnd',
    ],
    [
      'the prototype',
      JSON.parse('{ "__proto__": { "hasAccess": true } }'),
      'entitlements.__proto__',
    ],
  ])('wrong entitlements are refused: %s', (_, value, path) => {
    expect(invalidEntitlement(value)).toBe(path);
  });

  test('the name of a wrong field holds no value and no token', () => {
    const token = createCustomerToken('acme', 'a-secret');
    for (const value of [
      { [token]: 'x' },
      { seats: { limit: token } },
      { seats: { limit: 1, [token]: 2 } },
      { sso: token },
      token,
    ]) {
      expect(invalidEntitlement(value)).toMatch(/^entitlements(\.[a-z]+)*(\.…)?$/);
    }
  });

  test('unknown extra fields in an entitlement are accepted', () => {
    const answer = {
      hasAccess: true,
      history: 'x',
      monthlyLimit: { max: -1 },
      usageLimit: null,
      accessDeniedReason: null,
      feature: null,
    };
    expect(invalidEntitlement({ sso: answer })).toBeUndefined();
  });
});

test.each([null, undefined])('a usage of %s counts as none used', (usage) => {
  for (const given of [
    { limit: 10, usage },
    { hasAccess: true, type: 'METERED', usageLimit: 10, currentUsage: usage },
  ]) {
    const record = { reports: given } as Entitlements;
    expect(invalidEntitlement(record)).toBeUndefined();
    const read = { featureId: 'reports', options: { requestedUsage: 7 } };
    expect(answerEntitlement('metered', record, read)).toMatchObject({
      hasAccess: true,
      currentUsage: 0,
    });
  }
});

test.each([5, true, {}, []])('a kind of feature that is %o makes no read throw', (featureType) => {
  const feature = { id: 'a', featureType };
  const record = { a: { hasAccess: true, feature } } as unknown as Entitlements;
  expect(invalidEntitlement(record)).toBeUndefined();
  for (const kind of ['boolean', 'numeric', 'metered'] as const) {
    expect(() => answerEntitlement(kind, record, { featureId: 'a' })).not.toThrow();
  }
});

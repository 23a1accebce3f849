import { describe, expect, test } from 'vitest';
import { type Answers, answerEntitlement, answerListed } from '../../src/entitlements/answer';
import { entitlementsForJson, toEntitlements } from '../../src/entitlements/from-stigg';
import type { Entitlement } from '../../src/entitlements/types';
import { invalidEntitlement } from '../../src/entitlements/validate';

const EXCEEDED = 'RequestedUsageExceedingLimit';
const granted = { hasAccess: true, isFallback: false, accessDeniedReason: undefined };
const later = new Date(Date.now() + 86_400_000);
const earlier = new Date(Date.now() - 86_400_000);
const monthly = { hasAccess: true, usageLimit: 10, currentUsage: 3, resetPeriod: 'MONTH' };

/** What a read of the feature `it` answers; `undefined` is the fallback. */
const read = (kind: keyof Answers, it: Entitlement, requestedUsage?: number) =>
  answerListed(kind, { it }, { featureId: 'it', options: { requestedUsage } });

describe('a short form', () => {
  test.each<[keyof Answers, Entitlement, object]>([
    ['boolean', true, granted],
    [
      'boolean',
      false,
      { hasAccess: false, accessDeniedReason: 'NoFeatureEntitlementInSubscription' },
    ],
    ['numeric', 5, { ...granted, value: 5, isUnlimited: false }],
    ['numeric', 0, { ...granted, value: 0, isUnlimited: false }],
    ['numeric', Number.POSITIVE_INFINITY, { ...granted, value: undefined, isUnlimited: true }],
    [
      'metered',
      { limit: 9, usage: 3 },
      { ...granted, usageLimit: 9, currentUsage: 3, isUnlimited: false },
    ],
    ['metered', { limit: 9 }, { ...granted, usageLimit: 9, currentUsage: 0 }],
    [
      'metered',
      { limit: null, usage: 3 },
      { ...granted, usageLimit: undefined, isUnlimited: true },
    ],
    ['metered', { limit: 3, usage: 4 }, { hasAccess: false, accessDeniedReason: EXCEEDED }],
  ])('%s, of %j', (kind, given, expected) => {
    expect(read(kind, given)).toMatchObject(expected);
  });

  test.each<[keyof Answers, Entitlement]>([
    ['numeric', true],
    ['metered', true],
    ['boolean', 5],
    ['metered', 5],
    ['boolean', { limit: 9 }],
  ])('%s, of %j, is the fallback: it is a feature of another kind', (kind, given) => {
    expect(read(kind, given)).toBeUndefined();
    const fallback = { hasAccess: true };
    expect(
      answerEntitlement(kind, { it: given }, { featureId: 'it', options: { fallback } }),
    ).toMatchObject({ hasAccess: true, isFallback: true });
  });

  test('a numeric read of a metered feature gives its limit', () => {
    expect(read('numeric', { limit: 9, usage: 3 })).toMatchObject({ ...granted, value: 9 });
  });
});

describe("Stigg's own form says its kind by", () => {
  test.each<[string, Entitlement, (keyof Answers)[]]>([
    ['its type', { hasAccess: true, type: 'BOOLEAN', value: 3 }, ['boolean']],
    ['a limit', { hasAccess: true, usageLimit: 5 }, ['numeric', 'metered']],
    ['a usage', { hasAccess: true, currentUsage: 5 }, ['numeric', 'metered']],
    ['a value', { hasAccess: true, value: 5 }, ['numeric']],
    [
      'its feature',
      { hasAccess: true, feature: { id: 'it', featureType: 'BOOLEAN' } },
      ['boolean'],
    ],
    ['nothing', { hasAccess: true }, ['boolean', 'numeric', 'metered']],
  ])('%s', (_, given, accepted) => {
    const kinds = ['boolean', 'numeric', 'metered'] as const;
    expect(kinds.filter((kind) => read(kind, given))).toEqual(accepted);
  });
});

describe('access', () => {
  test.each<[string, Entitlement, number, object]>([
    ['the last unit of a limit', { limit: 10, usage: 9 }, 1, granted],
    [
      'one unit too many',
      { limit: 10, usage: 10 },
      1,
      { hasAccess: false, accessDeniedReason: EXCEEDED },
    ],
    [
      'a soft limit',
      { hasAccess: true, usageLimit: 1, currentUsage: 9, hasSoftLimit: true },
      1,
      granted,
    ],
    ['no limit', { hasAccess: true, isUnlimited: true, currentUsage: 9 }, 1, granted],
    [
      'a usage that Stigg denied, and that is below the limit now',
      { hasAccess: false, accessDeniedReason: EXCEEDED, usageLimit: 10, currentUsage: 3 },
      1,
      granted,
    ],
    [
      'another reason to deny, which stays',
      { hasAccess: false, accessDeniedReason: 'Revoked', usageLimit: 10, currentUsage: 3 },
      1,
      { hasAccess: false, accessDeniedReason: 'Revoked' },
    ],
  ])('%s', (_, given, requestedUsage, expected) => {
    expect(read('metered', given, requestedUsage)).toMatchObject(expected);
  });

  test('a feature that is not metered has no limit to exceed', () => {
    const given = { hasAccess: true, value: 3, currentUsage: 5, type: 'NUMERIC' } as const;
    expect(read('numeric', given, 5)).toMatchObject({ ...granted, value: 3 });
  });
});

describe('a period of usage', () => {
  const feature = { id: 'it', meterType: 'Incremental' };

  test('that goes on counts, and says when it starts over', () => {
    expect(read('metered', { ...monthly, usagePeriodEnd: later, feature })).toMatchObject({
      currentUsage: 3,
      usagePeriodEnd: later,
      resetSettings: { nextResetDate: later, resetPeriod: 'MONTH' },
    });
  });

  test('that is over counts as 0', () => {
    expect(read('metered', { ...monthly, usagePeriodEnd: earlier, feature })).toMatchObject({
      currentUsage: 0,
      usagePeriodEnd: undefined,
      resetSettings: undefined,
    });
  });

  test.each<[string, object]>([
    ['of a meter that also falls', { feature: { ...feature, meterType: 'Fluctuating' } }],
    ['of a meter without a name', { feature: undefined }],
    ['without a period', { feature, resetPeriod: undefined }],
    ['without an end', { feature, usagePeriodEnd: undefined }],
  ])('%s does not start over', (_, other) => {
    expect(read('metered', { ...monthly, usagePeriodEnd: later, ...other })).toMatchObject({
      resetSettings: undefined,
    });
  });
});

test('for JSON, unlimited is no Infinity, dates are strings, and other fields stay at home', () => {
  const usagePeriodEnd = new Date('2999-01-01');
  const made = entitlementsForJson({
    plain: true,
    endless: { limit: Number.POSITIVE_INFINITY, usage: 2 },
    dated: { hasAccess: true, usagePeriodEnd, note: 'internal' } as Entitlement,
  });
  expect(made).toEqual({
    plain: true,
    endless: { limit: null, usage: 2 },
    dated: { hasAccess: true, usagePeriodEnd: '2999-01-01T00:00:00.000Z' },
  });
});

test.each(['usages', 'reusage', 'limits', 'unlimit'])('a misspelt %s is refused', (field) => {
  expect(invalidEntitlement({ reports: { limit: 10, [field]: 3 } })).toBe(
    `entitlements.reports.${field}`,
  );
});

test('toEntitlements() makes no entitlement of a date that is none', () => {
  const item = { hasAccess: true, usagePeriodEnd: new Date(Number.NaN), feature: { id: 'seats' } };
  expect(() => toEntitlements([item])).toThrow(RangeError);
});

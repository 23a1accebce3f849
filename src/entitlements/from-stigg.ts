import type { Entitlement, EntitlementAnswer, Entitlements } from './types';

/** JSON turns Infinity into null. */
const finite = (value: number | null | undefined) =>
  value === Number.POSITIVE_INFINITY ? null : value;

const isoDate = (date: Date | string | undefined) =>
  date ? new Date(date).toISOString() : undefined;

function answerForJson(answer: EntitlementAnswer): EntitlementAnswer {
  const { value, usageLimit } = answer;
  const isUnlimited = answer.isUnlimited || [value, usageLimit].includes(Number.POSITIVE_INFINITY);
  return {
    type: answer.type,
    hasAccess: answer.hasAccess,
    accessDeniedReason: answer.accessDeniedReason,
    isFallback: answer.isFallback || undefined,
    value: finite(value),
    isUnlimited: isUnlimited || undefined,
    usageLimit: finite(usageLimit),
    currentUsage: answer.currentUsage,
    hasSoftLimit: answer.hasSoftLimit || undefined,
    resetPeriod: answer.resetPeriod,
    usagePeriodAnchor: isoDate(answer.usagePeriodAnchor),
    usagePeriodStart: isoDate(answer.usagePeriodStart),
    usagePeriodEnd: isoDate(answer.usagePeriodEnd),
    feature: answer.feature,
  };
}

function forJson(given: Entitlement): Entitlement {
  if (given === Number.POSITIVE_INFINITY) {
    return { type: 'NUMERIC', hasAccess: true, isUnlimited: true };
  }
  if (typeof given !== 'object') return given;
  return 'hasAccess' in given
    ? answerForJson(given)
    : { ...given, limit: finite(given.limit) ?? null };
}

const mapValues = <T, R>(record: Record<string, T>, map: (value: T) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));

/** The same entitlements, in the forms that JSON keeps: unlimited is no Infinity, and dates are strings. */
export const entitlementsForJson = (entitlements: Entitlements): Entitlements =>
  mapValues(entitlements, forJson);

/**
 * Converts the list that Stigg's server SDK returns to the {@link Entitlements} of an identity, which JSON can hold.
 *
 * An entitlement that the server SDK denies for another reason than its usage stays denied in the browser.
 * An empty list becomes an empty record: the customer may use nothing. The server SDK also returns an empty list if it
 * could not reach Stigg. Leave the entitlements out then.
 *
 * @param list what `await stigg.getEntitlements(customerId)` of `@stigg/node-server-sdk` returned
 * @throws TypeError if it is no list of Stigg's entitlements: a promise that nobody awaited, for example
 * @throws RangeError if a date in it is none
 * @example
 * ```ts
 * const list = await stigg.getEntitlements(customerId);
 * const entitlements = list.length > 0 ? toEntitlements(list) : undefined;
 * ```
 */
export function toEntitlements(list: readonly EntitlementAnswer[]): Entitlements {
  if (!Array.isArray(list)) {
    throw new TypeError(
      'toEntitlements() takes the list that "await stigg.getEntitlements(customerId)" returns.',
    );
  }
  const listed = (list as readonly EntitlementAnswer[]).map((answer, index) => {
    if (typeof answer?.hasAccess !== 'boolean') {
      throw new TypeError(`toEntitlements(): item ${index} is no entitlement of Stigg's.`);
    }
    return [answer.feature?.id, answerForJson(answer)] as const;
  });
  // Stigg allows an entitlement without a feature. No hook could read it.
  return Object.fromEntries(listed.filter(([id]) => id !== undefined)) as Entitlements;
}

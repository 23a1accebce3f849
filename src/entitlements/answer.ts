import type { BooleanEntitlement, MeteredEntitlement, NumericEntitlement } from '@stigg/react-sdk';
import type { Entitlement, EntitlementAnswer, Entitlements } from './types';

/** What each kind of read answers. */
export interface Answers {
  boolean: BooleanEntitlement;
  numeric: NumericEntitlement;
  metered: MeteredEntitlement;
}

/** What the hooks, the guards and the client of Stigg's SDK take. */
export interface EntitlementRead {
  featureId: string;
  resourceId?: string | undefined;
  options?: { fallback?: object | undefined; requestedUsage?: number | undefined } | undefined;
}

/** First letters of the kinds of features that a read accepts. */
const ACCEPTED = { boolean: 'B', numeric: 'NM', metered: 'M' };

const EXCEEDED = 'RequestedUsageExceedingLimit';

/** An entitlement in Stigg's own form; the limit of a numeric one is its value. */
export function inFull(given: Entitlement | undefined): EntitlementAnswer {
  if (given === true) return { hasAccess: true, type: 'BOOLEAN' };
  if (!given && given !== 0) {
    return { hasAccess: false, accessDeniedReason: 'NoFeatureEntitlementInSubscription' };
  }
  if (typeof given === 'object' && 'hasAccess' in given) return given;
  const isNumeric = typeof given === 'number';
  const limit = isNumeric ? given : given.limit;
  const isUnlimited = limit === null || limit === 1 / 0;
  return {
    hasAccess: true,
    type: isNumeric ? 'NUMERIC' : 'METERED',
    isUnlimited,
    usageLimit: isUnlimited ? null : limit,
    currentUsage: isNumeric ? 0 : given.usage,
  };
}

/** `BOOLEAN`, `NUMERIC`, `METERED`, or another word of Stigg's; empty for what every kind of read accepts. */
export const kindOf = ({ type, feature, value, usageLimit, currentUsage }: EntitlementAnswer) =>
  type ??
  ((currentUsage ?? usageLimit) != null
    ? 'METERED'
    : value != null
      ? 'NUMERIC'
      : `${feature?.featureType ?? ''}`); // whatever else a backend sends there, no read throws

const toDate = (date: Date | string | undefined) => (date ? new Date(date) : undefined);

function answer(kind: keyof Answers, full: EntitlementAnswer, requestedUsage: number) {
  const { usageLimit, isUnlimited = false, isFallback = false, feature, resetPeriod } = full;
  let { hasAccess, accessDeniedReason } = full;
  let currentUsage = full.currentUsage ?? 0;
  const isMetered = kind === 'metered';
  let usagePeriodStart = toDate(full.usagePeriodStart);
  let usagePeriodEnd = toDate(full.usagePeriodEnd);
  if (isMetered && usagePeriodEnd && usagePeriodEnd < new Date()) {
    // The SDK then works out the dates of the period that has begun since; its usage is what matters.
    currentUsage = 0;
    usagePeriodStart = usagePeriodEnd = undefined;
  }
  if (kindOf(full) === 'METERED' && (hasAccess || accessDeniedReason === EXCEEDED)) {
    const usage = isMetered ? currentUsage + requestedUsage : currentUsage;
    hasAccess = isUnlimited || full.hasSoftLimit || usage <= (usageLimit ?? 0);
    accessDeniedReason = EXCEEDED;
  }
  return {
    isFallback,
    hasAccess,
    accessDeniedReason: hasAccess ? undefined : accessDeniedReason,
    feature: feature && { ...feature, isMetered },
    ...(kind !== 'boolean' && { isUnlimited }),
    ...(kind === 'numeric' && { value: full.value ?? usageLimit ?? undefined }),
    ...(isMetered && {
      usageLimit: usageLimit ?? undefined,
      currentUsage,
      requestedUsage: requestedUsage || 0, // of NaN, which is above any limit
      resetPeriod: resetPeriod ?? undefined,
      usagePeriodAnchor: toDate(full.usagePeriodAnchor),
      usagePeriodStart,
      usagePeriodEnd,
      resetSettings:
        feature?.meterType === 'Incremental' && resetPeriod && usagePeriodEnd
          ? { nextResetDate: usagePeriodEnd, resetPeriod }
          : undefined,
    }),
  };
}

/**
 * Answers a read of Stigg's SDK from plain data, as the SDK itself does for a loaded customer whose data at Stigg is
 * the same. `undefined` if the SDK would give the fallback: for a feature of another kind, and for a resource, which
 * has entitlements of its own.
 */
export function answerListed<K extends keyof Answers>(
  kind: K,
  entitlements: Entitlements,
  { featureId, resourceId, options }: EntitlementRead,
): Answers[K] | undefined {
  const full = inFull(Object.hasOwn(entitlements, featureId) ? entitlements[featureId] : false);
  // An empty letter is in each.
  return !resourceId && ACCEPTED[kind].includes(kindOf(full).charAt(0))
    ? (answer(kind, full, options?.requestedUsage ?? 0) as Answers[K])
    : undefined;
}

/**
 * The same, with the fallback.
 *
 * @param entitlements what the customer has; `null` while no customer is loaded: every read gets the fallback
 * @param fallbacks the provider's `entitlementsFallback`
 */
export function answerEntitlement<K extends keyof Answers>(
  kind: K,
  entitlements: Entitlements | null,
  read: EntitlementRead,
  fallbacks?: Record<string, object>,
): Answers[K] {
  const listed = entitlements && answerListed(kind, entitlements, read);
  if (listed) return listed;
  const { featureId, options } = read;
  const unknown = { isFallback: true, hasAccess: false, accessDeniedReason: 'Unknown' };
  return {
    ...answer(kind, unknown, 1),
    ...(options?.fallback || fallbacks?.[featureId]),
  } as Answers[K];
}

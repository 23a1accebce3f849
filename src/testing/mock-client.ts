import type {
  BooleanEntitlement,
  MeteredEntitlement,
  NumericEntitlement,
  StiggClient,
} from '@stigg/react-sdk';

/** An entitlement as Stigg's hooks return it, whichever hook asks. What is left out is as when granted. */
export type MockAnswer = Partial<BooleanEntitlement & NumericEntitlement & MeteredEntitlement> & {
  /** Whether the feature is granted. */
  hasAccess: boolean;
};

/**
 * One entitlement: `true` is a boolean feature, a number a numeric one (`Infinity` is unlimited),
 * `{ limit, usage }` a metered one (`limit: null` is unlimited; `usage` is 0 by default), `false` is as if
 * left out. Anything else that a hook may answer is given as a {@link MockAnswer}.
 */
export type MockEntitlement =
  | boolean
  | number
  | { limit: number | null; usage?: number }
  | MockAnswer;

/** Entitlements by feature id. What is not listed is not granted. */
export type MockEntitlements = Record<string, MockEntitlement>;

type Kind = 'boolean' | 'numeric' | 'metered';

const DENIED = {
  hasAccess: false,
  accessDeniedReason: 'NoFeatureEntitlementInSubscription',
} as MockAnswer;
const EXCEEDED = {
  hasAccess: false,
  accessDeniedReason: 'RequestedUsageExceedingLimit',
} as MockAnswer;
const GRANTED: MockAnswer = { hasAccess: true };

/** What a hook of this kind answers; `null` if the feature is of another kind. */
function answer(given: MockEntitlement, kind: Kind, requestedUsage: number): MockAnswer | null {
  if (given === false) return DENIED;
  if (given === true) return kind === 'boolean' ? GRANTED : null;
  if (typeof given === 'object' && 'hasAccess' in given) return given;
  const isMetered = typeof given === 'object';
  // The numeric hook reads a metered feature too, and gives its limit.
  if (kind === 'boolean' || (kind === 'metered' && !isMetered)) return null;
  const { limit, usage = 0 } = isMetered ? given : { limit: given };
  const isUnlimited = limit === null || limit === Number.POSITIVE_INFINITY;
  return {
    ...(!isMetered || isUnlimited || usage + requestedUsage <= limit ? GRANTED : EXCEEDED),
    isUnlimited,
    ...(!isUnlimited && { [kind === 'metered' ? 'usageLimit' : 'value']: limit }),
    ...(kind === 'metered' && { currentUsage: usage }),
  };
}

/** What every answer of a kind has, beside what {@link answer} says. */
const BASE = {
  boolean: () => ({ isFallback: false }),
  numeric: () => ({ isFallback: false, isUnlimited: false }),
  metered: (requestedUsage: number) => ({
    isFallback: false,
    isUnlimited: false,
    currentUsage: 0,
    requestedUsage,
  }),
};

/**
 * A Stigg client without a network: Stigg's own offline client, which answers everything with something
 * empty, but for the entitlements. It decides on those as the SDK does with what Stigg sends.
 *
 * @param offline the SDK's offline client: what answers while nobody is signed in, fallbacks included
 * @param getGranted what is granted now; `null` while nobody is signed in
 */
export function createMockClient(
  offline: StiggClient,
  getGranted: () => MockEntitlements | null,
): StiggClient {
  const read =
    <P extends { featureId: string; options?: object | undefined }, R>(
      kind: Kind,
      fallback: (params: P) => R,
    ) =>
    (params: P): R => {
      const granted = getGranted();
      if (!granted) return fallback(params);
      const { featureId, options } = params;
      const { requestedUsage = 0 } = (options ?? {}) as { requestedUsage?: number };
      const given = Object.hasOwn(granted, featureId) ? granted[featureId] : undefined;
      const answered = answer(given ?? false, kind, requestedUsage);
      return answered ? ({ ...BASE[kind](requestedUsage), ...answered } as R) : fallback(params);
    };
  const client: StiggClient = Object.create(offline, {
    isCustomerLoaded: { get: () => getGranted() !== null },
  });
  return Object.assign(client, {
    getBooleanEntitlement: read('boolean', (params) => offline.getBooleanEntitlement(params)),
    getNumericEntitlement: read('numeric', (params) => offline.getNumericEntitlement(params)),
    getMeteredEntitlement: read('metered', (params) => offline.getMeteredEntitlement(params)),
    waitForInitialization: async () => client,
  } satisfies Partial<StiggClient>);
}

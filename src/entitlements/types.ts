/**
 * Entitlements by feature id. A feature that is not listed is not granted.
 *
 * The record is plain data that survives JSON: a backend sends it with the identity, the mock provider takes it, and
 * the emulator's customers have it. In JSON, where `Infinity` does not exist, write `{ limit: null }`.
 */
export type Entitlements = Record<string, Entitlement>;

/**
 * One entitlement:
 *
 * - `true` is a boolean feature, and `false` is as if it was not listed;
 * - a number is a numeric feature with that value (`Infinity` is unlimited);
 * - `{ limit, usage }` is a metered feature (`limit: null` is unlimited);
 * - anything else that Stigg may answer is an {@link EntitlementAnswer}.
 */
export type Entitlement = boolean | number | MeteredLimit | EntitlementAnswer;

/** A metered feature in short. */
export interface MeteredLimit {
  /** How much may be used, in units of the feature. `null` is unlimited. */
  limit: number | null;
  /** How much has been used, in units of the feature. Default: 0. */
  usage?: number | undefined;
}

/**
 * One entitlement in Stigg's own form, as its SDKs for the browser and for the server return it. JSON turns dates into
 * strings: both are taken. Fields that are not named here are ignored.
 */
export interface EntitlementAnswer {
  /** Whether the customer has the feature. A metered one is denied also if the usage is above the limit. */
  hasAccess: boolean;
  /**
   * The kind of the feature, as Stigg's server SDK gives it. Default: the one that follows from the other fields. An
   * answer whose kind does not follow from them either is given to every hook.
   */
  type?: 'BOOLEAN' | 'NUMERIC' | 'METERED' | 'ENUM' | undefined;
  /** Why the customer does not have the feature, in Stigg's words. Default: none. */
  accessDeniedReason?: string | undefined;
  /** Whether Stigg's SDK used a fallback, because it did not know. Default: `false`. */
  isFallback?: boolean | undefined;
  /** The value of a numeric feature, in units of the feature. Default: none. */
  value?: number | null | undefined;
  /** Whether there is no limit. Default: `false`. */
  isUnlimited?: boolean | undefined;
  /** How much of a metered feature may be used, in units of the feature. Default: 0. */
  usageLimit?: number | null | undefined;
  /** How much of a metered feature has been used, in units of the feature. Default: 0. */
  currentUsage?: number | undefined;
  /** Whether a usage above the limit is allowed. Default: `false`. */
  hasSoftLimit?: boolean | undefined;
  /** How often the usage of a metered feature starts over: `HOUR`, `DAY`, `WEEK`, `MONTH` or `YEAR`. Default: never. */
  resetPeriod?: string | null | undefined;
  /** What the periods of usage are counted from. Default: none. */
  usagePeriodAnchor?: Date | string | undefined;
  /** When the current period of usage started. Default: none. */
  usagePeriodStart?: Date | string | undefined;
  /** When the current period of usage ends. From then on the usage counts as 0. Default: never. */
  usagePeriodEnd?: Date | string | undefined;
  /** What Stigg knows of the feature. Default: nothing. */
  feature?: EntitledFeature | undefined;
}

/** What Stigg knows of a feature. Fields that are not named here stay as they are. */
export interface EntitledFeature {
  /** Id of the feature. */
  id: string;
  /** `BOOLEAN`, `NUMBER` or `ENUM`. */
  featureType?: string | undefined;
  /** `Incremental` (it only grows until it starts over), `Fluctuating`, or `None` for what is not metered. */
  meterType?: string | undefined;
  /** Name for people. */
  displayName?: string | undefined;
  /** Text for people. */
  description?: string | undefined;
  /** Name of one unit. */
  units?: string | undefined;
  /** Name of several units. */
  unitsPlural?: string | undefined;
}

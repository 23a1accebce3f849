import type { Entitlements } from '../entitlements/types';

/** A plan as the paywall shows it. JSON-friendly, like everything here. */
export interface EmulatorPlan {
  /** What a customer's `planId` names. */
  id: string;
  /** Shown as the title. */
  name: string;
  /** Shown below the name. */
  description?: string;
  /** US dollars a month. Default: 0, a free plan. */
  monthlyPrice?: number;
  /** What everyone on this plan is entitled to. */
  entitlements?: Entitlements;
}

/** What a resource of a customer is entitled to. */
export interface EmulatorResource {
  /** Instead of the customer's own. */
  entitlements?: Entitlements;
}

/** A customer of the emulator. */
export interface EmulatorCustomer {
  /** Display name. Default: none. */
  name?: string;
  /** Default: none. */
  email?: string;
  /** Id of one of `plans`: an active subscription to it, and its entitlements. */
  planId?: string;
  /** In addition to the plan's, and instead of those of the same feature. */
  entitlements?: Entitlements;
  /** By resource id: what `resourceId` reads, instead of the customer's own entitlements. */
  resources?: Record<string, EmulatorResource>;
}

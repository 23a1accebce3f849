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
  /** Id of one of `plans`. The resource has an active subscription to it, and its entitlements. Default: none. */
  planId?: string;
  /** Added to the entitlements of the plan. For the same feature, these count. */
  entitlements?: Entitlements;
  /** Usage of metered features, by feature id. A change of plan keeps it. Default: nothing. */
  usage?: Record<string, number>;
}

/** A customer of the emulator. */
export interface EmulatorCustomer {
  /** Display name. Default: none. */
  name?: string;
  /** Default: none. */
  email?: string;
  /** Id of one of `plans`. The customer has an active subscription to it, and its entitlements. */
  planId?: string;
  /** Added to the entitlements of the plan. For the same feature, these count. */
  entitlements?: Entitlements;
  /** Usage of metered features, by feature id. A change of plan keeps it. Default: nothing. */
  usage?: Record<string, number>;
  /**
   * Resources by id. A read with a `resourceId` gets the entitlements of that resource, instead of the customer's own.
   */
  resources?: Record<string, EmulatorResource>;
}

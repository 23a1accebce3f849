/**
 * For your own tests and stories: any state, without a network.
 *
 * @module hardened-stigg/testing
 */

export type {
  EntitledFeature,
  Entitlement,
  EntitlementAnswer,
  Entitlements,
  MeteredLimit,
} from '../entitlements/types';
export type { MockCustomer, MockHardenedStiggProviderProps } from './mock-hardened-stigg-provider';
export { MockHardenedStiggProvider } from './mock-hardened-stigg-provider';

/**
 * For your own tests and stories: any state, without a network.
 *
 * @module hardened-stigg/testing
 */

export type { MockAnswer, MockEntitlement, MockEntitlements } from './mock-client';
export type { MockCustomer, MockHardenedStiggProviderProps } from './mock-hardened-stigg-provider';
export { MockHardenedStiggProvider } from './mock-hardened-stigg-provider';

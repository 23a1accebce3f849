export type { MockAnswer, MockEntitlement, MockEntitlements } from './mock-client';
export type { MockCustomer, MockHardenedStiggProviderProps } from './mock-hardened-stigg-provider';
export { MockHardenedStiggProvider } from './mock-hardened-stigg-provider';

/**
 * The browser half: the provider, the hook and the gate.
 *
 * @module hardened-stigg
 */

export type {
  EntitledFeature,
  Entitlement,
  EntitlementAnswer,
  Entitlements,
  MeteredLimit,
} from './entitlements/types';
export type { HardenedStiggErrorCode, HardenedStiggErrorOptions } from './errors';
export { HardenedStiggError } from './errors';
export type { FetchIdentityInit } from './identity/fetch';
export { fetchIdentity } from './identity/fetch';
export type { HardenedCustomerGateProps } from './react/customer-gate';
export { HardenedCustomerGate } from './react/customer-gate';
export { HardenedStiggProvider } from './react/provider';
export type {
  HardenedStiggOptions,
  HardenedStiggProviderProps,
  IdentitySource,
} from './react/provider-props';
export type { SettledHardenedCustomer } from './react/use-hardened-customer';
export { useHardenedCustomer } from './react/use-hardened-customer';
export type {
  HardenedCustomer,
  HardenedCustomerActions,
  Identity,
  IdentityEndpoint,
} from './types';

/**
 * The browser half: the provider, the hook and the gate.
 *
 * @module hardened-stigg
 */

export type { HardenedCustomerGateProps } from './customer-gate';
export { HardenedCustomerGate } from './customer-gate';
export type { HardenedStiggErrorCode, HardenedStiggErrorOptions } from './errors';
export { HardenedStiggError } from './errors';
export type { FetchIdentityInit } from './identity/fetch-identity';
export { fetchIdentity } from './identity/fetch-identity';
export type { HardenedStiggProviderProps } from './provider';
export {
  CustomerSessionContext as INTERNAL_CustomerSessionContext,
  HardenedStiggProvider,
} from './provider';
export type {
  HardenedCustomer,
  HardenedCustomerActions,
  Identity,
  IdentityEndpoint,
} from './types';
export type { SettledHardenedCustomer } from './use-hardened-customer';
export { useHardenedCustomer } from './use-hardened-customer';

/**
 * The browser half without `@stigg/react-sdk`, which is loaded once something needs it. The same provider, hook and
 * gate as `hardened-stigg`, and the entitlement hooks, guards and widgets of Stigg's SDK.
 *
 * @module hardened-stigg/lazy
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
export {
  useBooleanEntitlement,
  useMeteredEntitlement,
  useNumericEntitlement,
} from './lazy/entitlement-hooks';
export type { EntitlementGuardProps } from './lazy/guards';
export {
  BooleanEntitlementGuard,
  MeteredEntitlementGuard,
  NumericEntitlementGuard,
} from './lazy/guards';
export type { LazyWidgetProps } from './lazy/lazy-widget';
export { lazyWidget } from './lazy/lazy-widget';
export { HardenedStiggProvider } from './lazy/provider';
export { preloadStigg } from './lazy/sdk';
export { Checkout, CustomerPortal, Paywall } from './lazy/widgets';
export type { HardenedCustomerGateProps } from './react/customer-gate';
export { HardenedCustomerGate } from './react/customer-gate';
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

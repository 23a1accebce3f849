import { lazyWidget } from './lazy-widget';

/** Stigg's `<Paywall>`, loaded when it mounts. */
export const Paywall = lazyWidget((sdk) => sdk.Paywall);

/** Stigg's `<CustomerPortal>`, loaded when it mounts. */
export const CustomerPortal = lazyWidget((sdk) => sdk.CustomerPortal);

/** Stigg's `<Checkout>`, loaded when it mounts. */
export const Checkout = lazyWidget((sdk) => sdk.Checkout);

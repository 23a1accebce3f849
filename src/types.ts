import type { Entitlements } from './entitlements/types';
import type { HardenedStiggError } from './errors';

/** The signed customer, as the identity endpoint returns it. */
export interface Identity {
  /** Stigg customer id. Not empty. */
  customerId: string;
  /** What `createCustomerToken` made for exactly this `customerId`; sent to Stigg as `X-CUSTOMER-KEY`. */
  customerToken: string;
  /**
   * Lifetime of the token in seconds, counted from the answer. Without `expiresIn` and `expiresAt`, the token does not
   * expire.
   */
  expiresIn?: number | undefined;
  /** When the token expires: ISO 8601 with a zone, or epoch milliseconds. If both are given, `expiresIn` counts. */
  expiresAt?: string | number | undefined;
  /**
   * What the customer may use, if the backend knows: the status is `ready` at once, and Stigg's hooks answer from it
   * until Stigg has answered itself. Not used with a `resourceId`, because a resource has entitlements of its own.
   */
  entitlements?: Entitlements | undefined;
}

/**
 * Where the identity comes from: a URL that is fetched with {@link fetchIdentity}'s defaults, or a
 * function of your own that resolves to an {@link Identity}, or to `null` when nobody is signed in.
 */
export type IdentityEndpoint =
  | string
  | URL
  | ((request: { signal: AbortSignal }) => Promise<Identity | null>);

/** The part of {@link HardenedCustomer} that is the same in every state. */
export interface HardenedCustomerActions {
  /**
   * Requests the identity now: the answer that settles it was requested after the call. Calls that come while
   * an older request is under way share the next one. Resolves to the customer that the hook then returns, and
   * never rejects.
   */
  refresh: () => Promise<HardenedCustomer>;
  /** Clears the customer at once and drops every request under way. It does not end your own session. */
  signOut: () => void;
}

/** What `useHardenedCustomer` returns: switch on `status`. */
export type HardenedCustomer = HardenedCustomerActions &
  (
    | { status: 'loading'; isLoading: true; customerId: null; error: null }
    | { status: 'ready'; isLoading: false; customerId: string; error: null }
    | { status: 'anonymous'; isLoading: false; customerId: null; error: null }
    | { status: 'error'; isLoading: false; customerId: null; error: HardenedStiggError }
  );

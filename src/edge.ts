/**
 * The backend half without `node:crypto`: the same as `hardened-stigg/server`, on Web Crypto. Its two token
 * functions return promises.
 *
 * @module hardened-stigg/edge
 */

import { createHandler, type IdentityHandlerOptions } from './backend/identity-handler';
import { createCustomerToken } from './backend/web-crypto-signer';

export type {
  CustomerOfRequest,
  IdentityHandlerOptions,
  SignedInCustomer,
} from './backend/identity-handler';
export { createCustomerToken, verifyCustomerToken } from './backend/web-crypto-signer';
export { toEntitlements } from './entitlements/from-stigg';
export type {
  EntitledFeature,
  Entitlement,
  EntitlementAnswer,
  Entitlements,
  MeteredLimit,
} from './entitlements/types';

/**
 * The same as `createIdentityHandler` of `hardened-stigg/server`.
 *
 * @throws TypeError for a secret that is missing or spoiled, and for an entry of `allowedOrigins` that is not an origin
 */
export function createIdentityHandler(
  options: IdentityHandlerOptions,
): (request: Request) => Promise<Response> {
  return createHandler(createCustomerToken, options);
}

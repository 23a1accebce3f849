/**
 * The backend half where `node:crypto` is missing: `hardened-stigg/server` on Web Crypto, whose two token
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
 * As `createIdentityHandler` of `hardened-stigg/server`.
 *
 * @throws TypeError for a secret that is missing or spoiled, and for an origin that is none
 */
export function createIdentityHandler(
  options: IdentityHandlerOptions,
): (request: Request) => Promise<Response> {
  return createHandler(createCustomerToken, options);
}

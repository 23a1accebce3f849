/**
 * The backend half where `node:crypto` is missing: `hardened-stigg/server` on Web Crypto, whose two token
 * functions return promises.
 *
 * @module hardened-stigg/edge
 */

import { createHandler, type IdentityHandlerOptions } from '../server/identity-handler';
import { createCustomerToken } from './customer-token';

export type { IdentityHandlerOptions, SignedInCustomer } from '../server/identity-handler';
export { createCustomerToken, verifyCustomerToken } from './customer-token';

/**
 * As `createIdentityHandler` of `hardened-stigg/server`.
 *
 * @throws TypeError when the secret is neither a function nor a non-empty string, or an origin is not one
 */
export function createIdentityHandler(
  options: IdentityHandlerOptions,
): (request: Request) => Promise<Response> {
  return createHandler(createCustomerToken, options);
}

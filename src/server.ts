/**
 * The backend half: signs customer ids and answers who is signed in. For Node, Bun and Deno, with
 * `node:crypto`; where that is missing there is `hardened-stigg/edge`.
 *
 * @module hardened-stigg/server
 */

import { createHandler, type IdentityHandlerOptions } from './backend/identity-handler';
import { createCustomerToken } from './backend/node-signer';

export type { IdentityHandlerOptions, SignedInCustomer } from './backend/identity-handler';
export { createCustomerToken, verifyCustomerToken } from './backend/node-signer';
export { toEntitlements } from './entitlements/from-stigg';
export type {
  EntitledFeature,
  Entitlement,
  EntitlementAnswer,
  Entitlements,
  MeteredLimit,
} from './entitlements/types';

/**
 * Makes the identity endpoint: a Fetch-standard handler for GET and HEAD that answers
 * `{ customerId, customerToken }` to the signed-in browser, 401 when nobody is signed in, 405 to other
 * methods, 403 to a cross-site request (`Sec-Fetch-Site`, Fetch Metadata) from an origin not allowed,
 * CORS to `allowedOrigins`, and a plain 500 when `getCustomerId` or the function that gives the secret
 * fails (the error goes to `console.error`). No answer may be stored.
 *
 * @throws TypeError when the secret is neither a function nor a non-empty string, or an origin is not one
 * @example
 * ```ts
 * export const GET = createIdentityHandler({
 *   signingSecret: process.env.STIGG_SIGNING_SECRET!,
 *   getCustomerId: async (request) => (await getSession(request))?.customerId ?? null,
 * });
 * ```
 */
export function createIdentityHandler(
  options: IdentityHandlerOptions,
): (request: Request) => Promise<Response> {
  return createHandler(createCustomerToken, options);
}

/**
 * The backend half: signs customer ids and answers who is signed in. For Node, Bun and Deno, with
 * `node:crypto`. Without it, use `hardened-stigg/edge`.
 *
 * @module hardened-stigg/server
 */

import { createHandler, type IdentityHandlerOptions } from './backend/identity-handler';
import { createCustomerToken } from './backend/node-signer';

export type {
  CustomerOfRequest,
  IdentityHandlerOptions,
  SignedInCustomer,
} from './backend/identity-handler';
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
 * Makes the identity endpoint: a Fetch-standard handler for GET and HEAD. It answers the signed-in browser with `{
 * customerId, customerToken }`, and with `entitlements` if `getEntitlements` knows them.
 *
 * It answers 401 if nobody is signed in, and 405 to other methods. It answers 403 to another origin that is not in
 * `allowedOrigins`, and to a page that would frame or embed the answer (Fetch Metadata). It answers a plain 500 if
 * something fails or if the browser would refuse the identity; `onError` gets the reason. Every answer tells caches not
 * to store it.
 *
 * @throws TypeError for a secret that is missing or spoiled, and for an entry of `allowedOrigins` that is not an origin
 * @example
 * ```ts
 * export const GET = createIdentityHandler({
 *   signingSecret: () => process.env.STIGG_SIGNING_SECRET!,
 *   getCustomerId: async (request) => (await getSession(request))?.customerId ?? null,
 * });
 * ```
 */
export function createIdentityHandler(
  options: IdentityHandlerOptions,
): (request: Request) => Promise<Response> {
  return createHandler(createCustomerToken, options);
}

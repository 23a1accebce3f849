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
 * Makes the identity endpoint: a Fetch-standard handler for GET and HEAD. It answers the signed-in browser with
 * `{ customerId, customerToken }`, and with `entitlements` if `getEntitlements` knows them; 401 if nobody is signed in, 405 to other methods, 403 to a request that
 * comes from another origin than `allowedOrigins` or would be framed or embedded (Fetch Metadata), and a plain
 * 500 when something fails or the browser would refuse the identity; `onError` gets the reason. Every answer
 * forbids caches to store it.
 *
 * @throws TypeError for a secret that is missing or spoiled, and for an entry of `allowedOrigins` that is no origin
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

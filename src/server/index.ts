/**
 * The backend half: signs customer ids and answers who is signed in. Node, with `node:crypto`.
 *
 * @module hardened-stigg/server
 */

export { createCustomerToken, verifyCustomerToken } from './customer-token';
export type { IdentityHandlerOptions, SignedInCustomer } from './identity-handler';
export { createIdentityHandler } from './identity-handler';

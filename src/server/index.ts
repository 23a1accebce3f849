export { createCustomerToken, verifyCustomerToken } from './customer-token';
export type { IdentityHandlerOptions, SignedInCustomer } from './identity-handler';
export { createIdentityHandler } from './identity-handler';

export const SIGNING_SECRET = 'signing-secret-of-the-tests';

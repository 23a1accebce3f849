/** Who can sign in here, by Stigg customer id. */
export const CUSTOMERS: Record<string, string> = {
  acme: 'Acme (Pro plan)',
  globex: 'Globex (Free plan)',
};

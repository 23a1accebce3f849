/** What the test app shows when nothing is granted. */
export const DENIED = { sso: 'denied', seats: 'denied', reports: 'denied' };

/** What it shows to Acme. */
export const ACME = {
  customer: 'acme',
  error: 'none',
  sso: 'granted',
  seats: '5',
  reports: '3 used',
};

/** What a signed customer token looks like: `HMAC-SHA256 <customerId>:<64 hex digits>`, as Stigg's docs give it. */
export const PREFIX = 'HMAC-SHA256 ';

const PRINTABLE_ASCII = /^[ -~]+$/;

/** @throws TypeError naming the argument */
export function assertCustomerId(customerId: string): void {
  if (typeof customerId !== 'string' || !PRINTABLE_ASCII.test(customerId)) {
    throw new TypeError(
      'customerId must be a non-empty string of printable ASCII: the token that holds it travels in an HTTP header.',
    );
  }
}

/** @throws TypeError naming the argument */
export function assertSigningSecret(signingSecret: string): void {
  if (typeof signingSecret !== 'string' || !signingSecret) {
    throw new TypeError(
      'signingSecret must be a non-empty string. Copy it from the Stigg app, and check that the environment variable which holds it is set.',
    );
  }
}

/** The id that a token claims to be for. The id itself may hold colons, the signature cannot. */
export const claimedCustomerId = (token: string) =>
  token.slice(PREFIX.length, token.lastIndexOf(':'));

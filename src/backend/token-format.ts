/**
 * What a signed customer token looks like, as Stigg's docs give it: `HMAC-SHA256 <customerId>:<64 hex digits>`.
 * Any other token is opaque, for Stigg does not publish the format of those that expire.
 */
export const PREFIX = 'HMAC-SHA256 ';

const SIGNED = /^HMAC-SHA256 (.*):[0-9a-f]{64}$/;
const NOT_PRINTABLE_ASCII = /[^ -~]/;
/** What an HTTP header carries unchanged (RFC 9110, section 5.5), ASCII only. */
const HEADER_SAFE = /^[!-~]([ -~]*[!-~])?$/;

/** The customer that a signed token names; `undefined` for any other. An id may hold colons, a signature cannot. */
export const namedCustomer = (token: string) => SIGNED.exec(token)?.[1];

/** Whether this is a token that can be sent at all. */
export const isSendable = (token: unknown): token is string =>
  typeof token === 'string' && HEADER_SAFE.test(token);

/** @throws TypeError naming the argument */
export function assertCustomerId(customerId: string): void {
  if (typeof customerId !== 'string' || !customerId || NOT_PRINTABLE_ASCII.test(customerId)) {
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

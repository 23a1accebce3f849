import { Buffer } from 'node:buffer';
import { createHmac, timingSafeEqual } from 'node:crypto';

const PREFIX = 'HMAC-SHA256 ';
const PRINTABLE_ASCII = /^[ -~]+$/;

/**
 * Signs a customer id for Stigg's client-side hardening:
 * `HMAC-SHA256 <customerId>:<hex hmac-sha256(signingSecret, customerId)>`, as Stigg's docs give it.
 *
 * @param customerId - Stigg customer id: printable ASCII, for the token travels in an HTTP header
 * @param signingSecret - the client-side signing secret of the Stigg environment; backend only
 * @throws TypeError naming the argument, for an id or a secret that is empty, not a string, or (the
 *   id) not printable ASCII. An unset environment variable does not sign with an empty key.
 */
export function createCustomerToken(customerId: string, signingSecret: string): string {
  if (typeof customerId !== 'string' || !PRINTABLE_ASCII.test(customerId)) {
    throw new TypeError(
      'customerId must be a non-empty string of printable ASCII: the token that holds it travels in an HTTP header.',
    );
  }
  assertSigningSecret(signingSecret);
  const signature = createHmac('sha256', signingSecret).update(customerId).digest('hex');
  return `${PREFIX}${customerId}:${signature}`;
}

/**
 * The customer id that a token was signed for, or `null` if it was not signed with this secret. Takes
 * the same time for every wrong signature, and never throws, whatever it is given.
 */
export function verifyCustomerToken(token: unknown, signingSecret: string): string | null {
  if (typeof token !== 'string') return null;
  // The id itself may hold colons, the signature cannot.
  const customerId = token.slice(PREFIX.length, token.lastIndexOf(':'));
  try {
    const expected = Buffer.from(createCustomerToken(customerId, signingSecret));
    const actual = Buffer.from(token);
    return expected.length === actual.length && timingSafeEqual(expected, actual)
      ? customerId
      : null;
  } catch {
    return null;
  }
}

/** @throws TypeError */
export function assertSigningSecret(signingSecret: string): void {
  if (typeof signingSecret !== 'string' || !signingSecret) {
    throw new TypeError(
      'signingSecret must be a non-empty string. Copy it from the Stigg app, and check that the environment variable which holds it is set.',
    );
  }
}

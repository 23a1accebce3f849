import { Buffer } from 'node:buffer';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { assertCustomerId, assertSigningSecret, namedCustomer, PREFIX } from './token-format';

let lastKey: { signingSecret: string; bytes: Buffer } | undefined;

/** The secret as bytes. The last is remembered: encoding it takes a twelfth of the time to sign. */
function keyOf(signingSecret: string): Buffer {
  if (lastKey?.signingSecret !== signingSecret) {
    lastKey = { signingSecret, bytes: Buffer.from(signingSecret) };
  }
  return lastKey.bytes;
}

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
  assertCustomerId(customerId);
  assertSigningSecret(signingSecret);
  const signature = createHmac('sha256', keyOf(signingSecret)).update(customerId).digest('hex');
  return `${PREFIX}${customerId}:${signature}`;
}

/**
 * The customer id that a token was signed for, or `null` if it was not signed with this secret. Takes
 * the same time for every wrong signature, and never throws, whatever it is given.
 *
 * @param signingSecret - one secret, or several, of which any will do: while a secret is being replaced
 */
export function verifyCustomerToken(
  token: unknown,
  signingSecret: string | readonly string[],
): string | null {
  if (typeof token !== 'string') return null;
  const customerId = namedCustomer(token);
  if (customerId === undefined) return null;
  const actual = Buffer.from(token);
  try {
    // Every secret is tried, so that the time says nothing of which one it was.
    const isSigned = [signingSecret]
      .flat()
      .map((secret) =>
        timingSafeEqual(Buffer.from(createCustomerToken(customerId, secret)), actual),
      );
    return isSigned.includes(true) ? customerId : null;
  } catch {
    return null;
  }
}

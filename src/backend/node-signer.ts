import { Buffer } from 'node:buffer';
import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  assertCustomerId,
  assertSigningSecret,
  isCustomerId,
  namedCustomer,
  PREFIX,
  signingSecrets,
} from './token-format';

let lastKey: { signingSecret: string; bytes: Buffer } | undefined;

/**
 * The secret as bytes. The last one is remembered, because checking and encoding it takes a tenth of the time of
 * signing.
 */
function keyOf(signingSecret: string): Buffer {
  if (!lastKey || lastKey.signingSecret !== signingSecret) {
    assertSigningSecret(signingSecret);
    lastKey = { signingSecret, bytes: Buffer.from(signingSecret) };
  }
  return lastKey.bytes;
}

/**
 * Signs a customer id for Stigg's client-side hardening:
 * `HMAC-SHA256 <customerId>:<hex hmac-sha256(signingSecret, customerId)>`, as Stigg's docs say.
 *
 * @param customerId - Stigg customer id: printable ASCII, because the token travels in an HTTP header
 * @param signingSecret - the client-side signing secret of the Stigg environment; backend only
 * @throws TypeError naming the argument: for an id that is blank or not printable ASCII, and for a
 *   secret that is blank or that a file or a shell has spoiled (white space at an end, quotes, `undefined`).
 *   So an unset environment variable never signs with an empty key.
 */
export function createCustomerToken(customerId: string, signingSecret: string): string {
  assertCustomerId(customerId);
  const signature = createHmac('sha256', keyOf(signingSecret)).update(customerId).digest('hex');
  return `${PREFIX}${customerId}:${signature}`;
}

/**
 * The customer id that a token was signed for, or `null` if it was not signed with this secret. Takes
 * the same time for every wrong signature, and never throws for any token.
 *
 * @param signingSecret - one secret, or several while a secret is being replaced: one of them has to match
 * @throws TypeError naming the secret that is missing or spoiled, because no token would match it
 */
export function verifyCustomerToken(
  token: unknown,
  signingSecret: string | readonly string[],
): string | null {
  const secrets = signingSecrets(signingSecret);
  const customerId = typeof token === 'string' ? namedCustomer(token) : undefined;
  if (!isCustomerId(customerId)) return null;
  const actual = Buffer.from(token as string);
  // Every secret is tried, so that the time does not tell which one it was.
  const isSigned = secrets.map((secret) =>
    timingSafeEqual(Buffer.from(createCustomerToken(customerId, secret)), actual),
  );
  return isSigned.includes(true) ? customerId : null;
}

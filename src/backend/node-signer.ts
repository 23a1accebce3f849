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

/** The secret as bytes. The last is remembered: to check and encode it takes a tenth of the time to sign. */
function keyOf(signingSecret: string): Buffer {
  if (!lastKey || lastKey.signingSecret !== signingSecret) {
    assertSigningSecret(signingSecret);
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
 * @throws TypeError naming the argument: for an id that is blank or not printable ASCII, and for a
 *   secret that is blank or that a file or a shell has spoiled (white space at an end, quotes, `undefined`).
 *   An unset environment variable does not sign with an empty key.
 */
export function createCustomerToken(customerId: string, signingSecret: string): string {
  assertCustomerId(customerId);
  const signature = createHmac('sha256', keyOf(signingSecret)).update(customerId).digest('hex');
  return `${PREFIX}${customerId}:${signature}`;
}

/**
 * The customer id that a token was signed for, or `null` if it was not signed with this secret. Takes
 * the same time for every wrong signature, and never throws for a token, whatever it is.
 *
 * @param signingSecret - one secret, or several, of which any will do: while a secret is being replaced
 * @throws TypeError naming the secret that is missing or spoiled: nothing would verify under it
 */
export function verifyCustomerToken(
  token: unknown,
  signingSecret: string | readonly string[],
): string | null {
  const secrets = signingSecrets(signingSecret);
  const customerId = typeof token === 'string' ? namedCustomer(token) : undefined;
  if (!isCustomerId(customerId)) return null;
  const actual = Buffer.from(token as string);
  // Every secret is tried, so that the time says nothing of which one it was.
  const isSigned = secrets.map((secret) =>
    timingSafeEqual(Buffer.from(createCustomerToken(customerId, secret)), actual),
  );
  return isSigned.includes(true) ? customerId : null;
}

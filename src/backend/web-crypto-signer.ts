import {
  assertCustomerId,
  assertSigningSecret,
  isCustomerId,
  namedCustomer,
  PREFIX,
  signingSecrets,
} from './token-format';

const encoder = new TextEncoder();

async function importKey(signingSecret: string, usage: 'sign' | 'verify'): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', encoder.encode(signingSecret), algorithm, false, [usage]);
}

/**
 * Gives what `createCustomerToken` of `hardened-stigg/server` gives, byte for byte, as a promise.
 *
 * @param customerId - Stigg customer id: printable ASCII, because the token travels in an HTTP header
 * @param signingSecret - the client-side signing secret of the Stigg environment; backend only
 * @throws TypeError (a rejection) naming the argument, for everything that the other one refuses
 */
export async function createCustomerToken(
  customerId: string,
  signingSecret: string,
): Promise<string> {
  assertCustomerId(customerId);
  assertSigningSecret(signingSecret);
  const key = await importKey(signingSecret, 'sign');
  const signature = await crypto.subtle.sign('HMAC', key, encoder.encode(customerId));
  const hex = [...new Uint8Array(signature)].map((byte) => byte.toString(16).padStart(2, '0'));
  return `${PREFIX}${customerId}:${hex.join('')}`;
}

/**
 * Gives what `verifyCustomerToken` of `hardened-stigg/server` gives, as a promise.
 * `crypto.subtle.verify` compares in constant time.
 *
 * @param signingSecret - one secret, or several while a secret is being replaced: one of them has to match
 * @throws TypeError (a rejection) naming the secret that is missing or spoiled
 */
export async function verifyCustomerToken(
  token: unknown,
  signingSecret: string | readonly string[],
): Promise<string | null> {
  const secrets = signingSecrets(signingSecret);
  const customerId = typeof token === 'string' ? namedCustomer(token) : undefined;
  if (!isCustomerId(customerId)) return null;
  const digits = (token as string).slice(-64).match(/../g) ?? [];
  const signature = Uint8Array.from(digits, (byte) => Number.parseInt(byte, 16));
  // Every secret is tried, so that the time does not tell which one it was.
  const isSigned = await Promise.all(
    secrets.map(async (secret) => {
      const key = await importKey(secret, 'verify');
      return crypto.subtle.verify('HMAC', key, signature, encoder.encode(customerId));
    }),
  );
  return isSigned.includes(true) ? customerId : null;
}

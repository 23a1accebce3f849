const encoder = new TextEncoder();
const TOKEN = /^HMAC-SHA256 (.*):([0-9a-f]{64})$/;

/**
 * A verifier for one secret, on Web Crypto alone so that it also runs in a service worker.
 * `crypto.subtle.verify` compares in constant time.
 *
 * @returns the customer id that the token was signed for, or `null`
 */
export function createTokenVerifier(
  signingSecret: string,
): (token: string) => Promise<string | null> {
  const key = crypto.subtle.importKey(
    'raw',
    encoder.encode(signingSecret),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['verify'],
  );
  return async (token) => {
    const [, customerId = '', hex = ''] = TOKEN.exec(token) ?? [];
    const signature = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
    const isValid = await crypto.subtle.verify(
      'HMAC',
      await key,
      signature,
      encoder.encode(customerId),
    );
    return isValid ? customerId : null;
  };
}

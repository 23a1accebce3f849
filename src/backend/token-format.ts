/**
 * What a signed customer token looks like, as Stigg's docs describe it: `HMAC-SHA256 <customerId>:<64 hex digits>`.
 * Any other token is opaque, because Stigg does not publish the format of tokens that expire.
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

/** Whether a token can be made for this id. */
export const isCustomerId = (customerId: unknown): customerId is string =>
  typeof customerId === 'string' &&
  /[!-~]/.test(customerId) &&
  !NOT_PRINTABLE_ASCII.test(customerId);

/** @throws TypeError naming the argument */
export function assertCustomerId(customerId: string): void {
  if (!isCustomerId(customerId)) {
    throw new TypeError(
      'customerId must be a string of printable ASCII, and not blank, because its token travels in an HTTP header.',
    );
  }
}

/** How a file or a shell has spoiled a secret; `undefined` if it has not. */
export function faultOfSecret(secret: unknown): string | undefined {
  if (typeof secret !== 'string' || !secret.trim()) return 'is missing or blank';
  if (/^(undefined|null|\[object \w+\])$/.test(secret))
    return 'is the text of a missing value, and not a secret';
  if (secret !== secret.trim()) return 'starts or ends with white space or a line break';
  if (/^["'`\u2018-\u201f]|["'`\u2018-\u201f]$/.test(secret)) return 'is in quotes';
  return undefined;
}

/** @throws TypeError naming the argument, and never its value */
export function assertSigningSecret(secret: string, name = 'signingSecret'): void {
  const fault = faultOfSecret(secret);
  if (fault) {
    throw new TypeError(
      `${name} ${fault}. Copy it from the Stigg app, and check the environment variable or the file that holds it.`,
    );
  }
}

/**
 * The secrets that a token may be signed with.
 *
 * @throws TypeError for any that is spoiled, and if there is none
 */
export function signingSecrets(signingSecret: string | readonly string[]): readonly string[] {
  if (!Array.isArray(signingSecret)) {
    assertSigningSecret(signingSecret as string);
    return [signingSecret as string];
  }
  if (signingSecret.length === 0) throw new TypeError('signingSecret is an empty list.');
  signingSecret.forEach((secret, index) => {
    assertSigningSecret(secret, `signingSecret[${index}]`);
  });
  return signingSecret;
}

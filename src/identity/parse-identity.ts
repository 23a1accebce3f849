import { HardenedStiggError } from '../errors';
import type { Identity } from '../types';

/** What an HTTP header carries unchanged (RFC 9110, section 5.5), ASCII only. */
const HEADER_SAFE = /^[!-~]([ -~]*[!-~])?$/;
const HMAC_TOKEN = /^HMAC-SHA256 (.*):[0-9a-f]{64}$/;

const describe = (value: unknown) =>
  value && typeof value === 'object' ? `an object with [${Object.keys(value)}]` : typeof value;

/**
 * Checks what an identity endpoint gave. `null` stays `null`. Says field names, never values: the
 * values are what must not leak.
 *
 * @throws HardenedStiggError `identity_invalid` or `identity_mismatch`
 */
export function parseIdentity(value: unknown): Identity | null {
  if (value === null) return null;
  const { customerId, customerToken, expiresIn, expiresAt } = (value ?? {}) as Identity;
  if (
    typeof customerId !== 'string' ||
    !customerId ||
    typeof customerToken !== 'string' ||
    !HEADER_SAFE.test(customerToken)
  ) {
    throw new HardenedStiggError(
      'identity_invalid',
      `The identity endpoint must give { customerId: "…", customerToken: "…" }, not ${describe(value)}.`,
    );
  }
  // Any other token is opaque: Stigg does not publish the format of the expiring ones.
  const signed = HMAC_TOKEN.exec(customerToken);
  if (signed && signed[1] !== customerId) {
    throw new HardenedStiggError(
      'identity_mismatch',
      'The token names another customer: sign the customerId beside it.',
    );
  }
  return { customerId, customerToken, expiresIn, expiresAt };
}

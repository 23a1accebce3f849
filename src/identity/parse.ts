import { isSendable, namedCustomer } from '../backend/token-format';
import { HardenedStiggError } from '../errors';
import type { Identity } from '../types';

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
  if (typeof customerId !== 'string' || !customerId || !isSendable(customerToken)) {
    throw new HardenedStiggError(
      'identity_invalid',
      `The identity endpoint must give { customerId, customerToken }, both strings and not empty, not ${describe(value)}.`,
    );
  }
  if ((namedCustomer(customerToken) ?? customerId) !== customerId) {
    throw new HardenedStiggError(
      'identity_mismatch',
      'The token names another customer: sign the customerId beside it.',
    );
  }
  return { customerId, customerToken, expiresIn, expiresAt };
}

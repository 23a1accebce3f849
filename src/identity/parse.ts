import { isSendable, namedCustomer } from '../backend/token-format';
import { invalidEntitlement } from '../entitlements/validate';
import { HardenedStiggError } from '../errors';
import type { Identity } from '../types';

/** A few names of fields, and nothing that could be a token in the place of one. */
const describe = (value: unknown) =>
  value && typeof value === 'object'
    ? `an object with [${Object.keys(value)
        .filter((key) => /^[a-z_]{1,24}$/i.test(key))
        .slice(0, 8)}]`
    : typeof value;

const invalid = (message: string) => new HardenedStiggError('identity_invalid', message);

/** Epoch seconds of the year 5138, epoch milliseconds of 1973. */
const SECONDS_END = 1e11;
const ISO_8601 = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/;

/** What is wrong with `expiresAt`; `undefined` if it is right. */
function faultOf(expiresAt: unknown): string | undefined {
  const [, day, , , zone] = typeof expiresAt === 'string' ? (ISO_8601.exec(expiresAt) ?? []) : [];
  if (day && !zone) return 'has no zone: end it with Z or +hh:mm';
  if (typeof expiresAt === 'number' && expiresAt < SECONDS_END) {
    return 'is in seconds: give milliseconds';
  }
  // Some engines read February 30th as March 2nd.
  return (day ? new Date(day).toJSON()?.startsWith(day) : typeof expiresAt === 'number') &&
    new Date(expiresAt as string | number).toJSON()
    ? undefined
    : 'must be a date in ISO 8601 with a zone, or epoch milliseconds';
}

/**
 * Checks an identity, wherever it enters: in the browser, in the handler that sends it, in the doctor.
 * `null` stays `null`. A message names fields and never holds a value, because the values are what must
 * not leak.
 *
 * @param from what a message calls it
 * @throws HardenedStiggError `identity_invalid` or `identity_mismatch`
 */
export function parseIdentity(value: unknown, from = 'an identity'): Identity | null {
  if (value === null) return null;
  const { customerId, customerToken, expiresIn, expiresAt, entitlements } = (value ??
    {}) as Identity;
  const hasId = typeof customerId === 'string' && customerId.trim();
  if (!hasId || !isSendable(customerToken)) {
    throw invalid(
      `${hasId ? 'customerToken' : 'customerId'} is missing or wrong: ${from} must be { customerId, customerToken }, both strings and not empty, not ${describe(value)}.`,
    );
  }
  if ((namedCustomer(customerToken) ?? customerId) !== customerId) {
    throw new HardenedStiggError(
      'identity_mismatch',
      `The token names another customer, in ${from}. Sign the customerId that you send with it.`,
    );
  }
  if (expiresIn != null && !(Number.isFinite(expiresIn) && expiresIn >= 0)) {
    throw invalid(`expiresIn must be a finite number of seconds, 0 or more, in ${from}.`);
  }
  const fault = expiresAt != null && faultOf(expiresAt);
  if (fault) throw invalid(`expiresAt ${fault}, in ${from}.`);
  const wrong = entitlements != null && invalidEntitlement(entitlements);
  if (wrong) throw invalid(`${wrong} is no entitlement, in ${from}. See the type Entitlements.`);
  return {
    customerId,
    customerToken,
    expiresIn: expiresIn ?? undefined,
    expiresAt: expiresAt ?? undefined,
    entitlements: entitlements ?? undefined,
  };
}

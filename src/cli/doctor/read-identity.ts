import { isSendable, namedCustomer } from '../../backend/token-format';
import type { HardenedStiggError } from '../../errors';
import { parseIdentity } from '../../identity/parse';
import type { Identity } from '../../types';
import type { Answer } from './request';
import type { Select } from './select';

/** The meaning of an answer: an identity that the browser accepts, nobody, or a fault. */
export type Reading =
  | { kind: 'identity'; identity: Identity }
  | { kind: 'nobody' }
  | { kind: 'refused-by-browser'; fault: string; isMismatch: boolean }
  | { kind: 'other' };

/** The message without its link. */
const faultOf = (error: unknown) => (error as Error).message.replace(/ See hardened-stigg.*/s, '');

/** Reads an answer with the parser that runs in the browser. */
export function readIdentity({ status, text }: Answer, select: Select): Reading {
  if (status === 401 || status === 204) return { kind: 'nobody' };
  if (status !== 200 || text === null) return { kind: 'other' };
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { kind: 'other' };
  }
  try {
    const identity = parseIdentity(select(body));
    return identity ? { kind: 'identity', identity } : { kind: 'nobody' };
  } catch (error) {
    const isMismatch = (error as HardenedStiggError).code === 'identity_mismatch';
    return { kind: 'refused-by-browser', fault: faultOf(error), isMismatch };
  }
}

/**
 * The customer whose token is anywhere in an answer, whatever the status of the answer and even if the token is wrong;
 * `undefined` if there is no token. An opaque token counts as the token of the `customerId` next to it.
 */
export function tokenHolder({ text }: Answer, select: Select): string | undefined {
  if (!text) return undefined;
  const [signed] = /HMAC-SHA256 [ -~]*?:[0-9a-f]{64}/.exec(text) ?? [];
  const named = signed && namedCustomer(signed);
  if (named) return named;
  try {
    const { customerId, customerToken } = select(JSON.parse(text)) as Identity;
    return isSendable(customerToken) ? `${customerId}` : undefined;
  } catch {
    return undefined;
  }
}

import { entitlementsForJson, toEntitlements } from '../entitlements/from-stigg';
import type { Entitlements } from '../entitlements/types';
import { invalidEntitlement } from '../entitlements/validate';

function checked(entitlements: unknown): Entitlements {
  const wrong = invalidEntitlement(entitlements);
  if (wrong) {
    throw new TypeError(
      `${wrong} is no entitlement. Return Entitlements, or what "await stigg.getEntitlements(customerId)" returns.`,
    );
  }
  return entitlements as Entitlements;
}

/** What `JSON.stringify` cannot write is found here, and not when the whole identity is written. */
const asSent = (entitlements: Entitlements): Entitlements =>
  JSON.parse(JSON.stringify(entitlementsForJson(entitlements)));

/**
 * What is sent of what `getEntitlements` gave; `undefined` if it does not know.
 *
 * @throws TypeError for anything that the browser would refuse
 */
export function entitlementsToSend(given: unknown): Entitlements | undefined {
  // Stigg's server SDK gives an empty list also for a customer that it could not read: it never rejects.
  if (given == null || (Array.isArray(given) && given.length === 0)) return undefined;
  const record = Array.isArray(given) ? toEntitlements(given) : given;
  return checked(asSent(checked(record)));
}

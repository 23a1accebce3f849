import { entitlementsForJson, toEntitlements } from '../entitlements/from-stigg';
import type { Entitlements } from '../entitlements/types';
import { invalidEntitlement } from '../entitlements/validate';

function checked(entitlements: unknown): Entitlements {
  const wrong = invalidEntitlement(entitlements);
  if (wrong) {
    throw new TypeError(
      `${wrong} is not an entitlement. Return Entitlements, or what "await stigg.getEntitlements(customerId)" returns.`,
    );
  }
  return entitlements as Entitlements;
}

/** Writes only the entitlements, so that an error of `JSON.stringify` does not lose the whole identity. */
const asSent = (entitlements: Entitlements): Entitlements =>
  JSON.parse(JSON.stringify(entitlementsForJson(entitlements)));

/**
 * The entitlements to send, made from what `getEntitlements` returned; `undefined` if it does not know them.
 *
 * @throws TypeError for anything that the browser would refuse
 */
export function entitlementsToSend(given: unknown): Entitlements | undefined {
  // Stigg's server SDK gives an empty list also for a customer that it could not read: it never rejects.
  if (given == null || (Array.isArray(given) && given.length === 0)) return undefined;
  const record = Array.isArray(given) ? toEntitlements(given) : given;
  return checked(asSent(checked(record)));
}

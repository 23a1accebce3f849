import type { StiggClient } from '@stigg/react-sdk';
import { type Answers, answerEntitlement, type EntitlementRead } from '../entitlements/answer';
import { markStandIn, type StandInOwner } from '../stigg/stand-in';

/** The reads of Stigg's client that are answered at once. */
export type Reads = Pick<
  StiggClient,
  'getBooleanEntitlement' | 'getNumericEntitlement' | 'getMeteredEntitlement'
>;

/**
 * Answers entitlement reads with or without the SDK: from the client that holds the customer, or else from what the
 * backend has vouched for.
 *
 * @param fallbacks the provider's `entitlementsFallback`
 */
export function createReads(
  { login, getAnswers }: StandInOwner,
  fallbacks: Record<string, object> | undefined,
): Reads {
  const read =
    <K extends keyof Answers>(kind: K, method: keyof Reads) =>
    (params: EntitlementRead): Answers[K] => {
      const { client, resourceId, entitlements } = (!login.aborted && getAnswers()) || {};
      // For another resource than the one that is loaded, the SDK would answer with the loaded one's.
      return client && (!params.resourceId || params.resourceId === resourceId)
        ? ((client as unknown as Reads)[method](params as never) as Answers[K])
        : answerEntitlement(kind, (!client && entitlements) || null, params, fallbacks);
    };
  const reads = {
    getBooleanEntitlement: read('boolean', 'getBooleanEntitlement'),
    getNumericEntitlement: read('numeric', 'getNumericEntitlement'),
    getMeteredEntitlement: read('metered', 'getMeteredEntitlement'),
  };
  markStandIn(reads);
  return Object.freeze(reads) as Reads;
}

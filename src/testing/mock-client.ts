import type { StiggClient } from '@stigg/react-sdk';
import { type Answers, answerEntitlement, type EntitlementRead } from '../entitlements/answer';
import type { Entitlements } from '../entitlements/types';
import { markStandIn } from '../stigg/stand-in';

/**
 * A Stigg client without a network. Entitlements come from `getGranted`; Stigg's own offline client answers everything
 * else with an empty value.
 *
 * @param offline the SDK's offline client
 * @param getGranted the entitlements that are granted now; `null` while nobody is signed in
 */
export function createMockClient(
  offline: StiggClient,
  getGranted: () => Entitlements | null,
): StiggClient {
  const read =
    <K extends keyof Answers>(kind: K) =>
    ({ featureId, options }: EntitlementRead): Answers[K] =>
      answerEntitlement(kind, getGranted(), { featureId, options }); // for every resource
  const client: StiggClient = Object.create(offline, {
    isCustomerLoaded: { get: () => getGranted() !== null },
  });
  markStandIn(client);
  return Object.assign(client, {
    getBooleanEntitlement: read('boolean'),
    getNumericEntitlement: read('numeric'),
    getMeteredEntitlement: read('metered'),
    waitForInitialization: async () => client,
  } satisfies Partial<StiggClient>);
}

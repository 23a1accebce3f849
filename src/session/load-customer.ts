import type { StiggClient } from '@stigg/react-sdk';
import { HardenedStiggError } from '../errors';
import type { Identity } from '../types';
import { withDeadline } from '../with-deadline';

/** After this long the SDK gives up its own retries, and silence could be mistaken for a refusal. */
const MAX_STIGG_WAIT_MS = 60_000;

/**
 * Loads a customer into an object derived from `client`, which stays as it is meanwhile, so that whoever
 * answered before can go on doing so.
 *
 * @returns the client that holds the customer; `null` where Stigg refused
 * @throws HardenedStiggError `stigg_unreachable`; the signal's reason when it aborts
 */
export async function loadCustomer(
  client: StiggClient,
  { customerId, customerToken }: Identity,
  resourceId: string | undefined,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<StiggClient | null> {
  // A token that it was given before, the SDK takes for applied, even if Stigg never answered.
  client.clearCustomer();
  let loaded: StiggClient = Object.create(client);
  const load = () => loaded.setCustomerId(customerId, customerToken, resourceId);
  await withDeadline(
    signal,
    Math.min(timeoutMs, MAX_STIGG_WAIT_MS),
    // A refusal resolves. What rejects is an SDK that cannot be derived from (private fields): let the
    // client itself load, with the gap that this leaves.
    () =>
      load().catch(() => {
        loaded = client;
        return load();
      }),
    () =>
      new HardenedStiggError(
        'stigg_unreachable',
        `Stigg gave no answer in ${timeoutMs} ms: check the network and baseEdgeUri, then refresh().`,
      ),
  );
  // setCustomerId() says nothing of a refusal: what the client holds afterwards is the truth.
  return loaded.isCustomerLoaded && (!resourceId || loaded.isResourceLoaded) ? loaded : null;
}

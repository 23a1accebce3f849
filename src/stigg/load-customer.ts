import { HardenedStiggError } from '../errors';
import type { Identity } from '../types';
import { withDeadline } from '../with-deadline';
import type { Client } from './client';

/** After this time the SDK ends its own retries, and a silent Stigg would look like a refusal. */
const MAX_STIGG_WAIT_MS = 60_000;

/**
 * Takes every call and every write, keeps nothing and gives nothing: what a derived client reaches after
 * {@link silence}. A read of an entitlement would throw here, and grant nothing.
 */
const SILENT: object = new Proxy(() => {}, {
  get: (_, key) => (key === 'then' ? undefined : SILENT),
  set: () => true,
  apply: () => undefined,
});

/**
 * Cuts a derived client off from the one that it derives from. They share an event emitter, and an answer that
 * comes late would otherwise reach the listeners of the next customer.
 */
export function silence(derived: Client, client: Client): void {
  if (derived !== client) Object.setPrototypeOf(derived, SILENT);
}

/** Runs `task`, which waits for Stigg, for at most `timeoutMs` milliseconds. */
export function withStiggDeadline<T>(
  timeoutMs: number,
  parent: AbortSignal,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ms = Math.min(timeoutMs, MAX_STIGG_WAIT_MS);
  return withDeadline(
    parent,
    ms,
    task,
    () =>
      new HardenedStiggError(
        'stigg_unreachable',
        `Stigg gave no answer in ${ms} ms: check the network and baseEdgeUri, then refresh().`,
      ),
  );
}

/**
 * Loads a customer into an object derived from `client`, which stays as it is meanwhile, so that the one that
 * answered before can go on.
 *
 * @returns the client that holds the customer; `null` if Stigg refused
 * @throws HardenedStiggError `stigg_unreachable`; the signal's reason when it aborts
 */
export function loadCustomer(
  client: Client,
  { customerId, customerToken }: Identity,
  resourceId: string | undefined,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Client | null> {
  return withStiggDeadline(timeoutMs, signal, async (signal) => {
    // The SDK does not send the same token twice, even if Stigg never answered.
    client.clearCustomer();
    let loaded: Client = Object.create(client);
    signal.addEventListener('abort', () => silence(loaded, client));
    const load = () => loaded.setCustomerId(customerId, customerToken, resourceId);
    // A refusal resolves. What rejects is an SDK that cannot be derived from (private fields): let the client
    // itself load, with the gap that this leaves.
    await load().catch((error) => {
      if (signal.aborted) throw error; // it is silenced, and its client is another customer's by now
      loaded = client;
      return load();
    });
    // setCustomerId() says nothing of a refusal: what the client holds afterwards is the truth.
    return loaded.isCustomerLoaded && (!resourceId || loaded.isResourceLoaded) ? loaded : null;
  });
}

import type { StiggClient } from '@stigg/react-sdk';
import { HardenedStiggError } from '../errors';
import type {
  HardenedCustomer,
  HardenedCustomerActions,
  Identity,
  IdentityEndpoint,
} from '../types';
import { withDeadline } from '../with-deadline';
import { requestIdentity } from './request-identity';

/** What the session reads anew for every load, so that a changed prop never restarts one. */
export interface CustomerSessionOptions {
  identityEndpoint: IdentityEndpoint;
  retries: number;
  timeoutMs: number;
  resourceId: string | undefined;
  onError: ((error: HardenedStiggError) => void) | undefined;
}

export interface CustomerSession {
  subscribe: (listener: () => void) => () => void;
  getState: () => HardenedCustomer;
  /** What a server renders, and a browser until it has hydrated: always `loading`. */
  getServerState: () => HardenedCustomer;
  configure: (options: CustomerSessionOptions) => void;
  /** Tells the session which client to apply identities to. */
  attach: (client: StiggClient) => void;
  /** Starts the first load; the returned function aborts everything and forgets the customer. */
  start: () => () => void;
}

/** After this long the SDK gives up its own retries, and silence could be mistaken for a refusal. */
const MAX_STIGG_WAIT_MS = 60_000;

/**
 * The state machine behind the provider, free of React: identity -> Stigg -> state. At most one load
 * runs at a time. It owns an AbortController, and what it learns after the abort is dropped, so the
 * last intent (refresh, sign-out, unmount) wins whatever order answers arrive in.
 */
export function createCustomerSession(): CustomerSession {
  const listeners = new Set<() => void>();
  let options: CustomerSessionOptions;
  let client: StiggClient;
  let started = false;
  let controller = new AbortController();
  let inFlight: Promise<void> | undefined;

  const actions: HardenedCustomerActions = {
    refresh: async () => {
      if (!started) {
        // A component's mount effect runs before the provider's own: wait for the load that it starts.
        await null;
        if (!started || state !== loading) return;
      }
      await current();
    },
    signOut: () => {
      abort();
      clear(anonymous);
    },
  };
  const idle = { customerId: null, error: null, isLoading: false, ...actions } as const;
  const loading: HardenedCustomer = { ...idle, status: 'loading', isLoading: true };
  const anonymous: HardenedCustomer = { ...idle, status: 'anonymous' };
  let state: HardenedCustomer = loading;

  function setState(next: HardenedCustomer) {
    if (state === next) return;
    state = next;
    for (const listener of [...listeners]) listener();
  }

  /** Nothing of the last customer may answer once the state says that there is none. */
  function clear(next: HardenedCustomer) {
    client?.clearCustomer();
    setState(next);
  }

  function abort() {
    controller.abort();
    inFlight = undefined;
  }

  function fail(error: HardenedStiggError) {
    // A failure that may pass says nothing about the customer, whose token is as good as before.
    if (!(state.status === 'ready' && error.retryable)) clear({ ...idle, status: 'error', error });
    // Not called directly: an onError that throws must not reach whoever awaits refresh().
    void Promise.resolve(error).then(options.onError);
  }

  async function apply({ customerId, customerToken }: Identity, signal: AbortSignal) {
    const { resourceId, timeoutMs } = options;
    if (state.customerId !== customerId) clear(loading);
    await withDeadline(
      signal,
      Math.min(timeoutMs, MAX_STIGG_WAIT_MS),
      // It resolves on a refusal too; whatever else it may do, what the client holds then is the truth.
      () => client.setCustomerId(customerId, customerToken, resourceId).catch(() => {}),
      () =>
        new HardenedStiggError(
          'stigg_unreachable',
          `Stigg did not answer within ${timeoutMs} ms. Check the network and baseEdgeUri, then call refresh().`,
        ),
    );
    if (signal.aborted) return;
    if (!client.isCustomerLoaded || (resourceId && !client.isResourceLoaded)) {
      throw new HardenedStiggError(
        'customer_rejected',
        'Stigg refused the customer. Check that the signing secret and apiKey belong to the same Stigg environment and that the customer exists there.',
      );
    }
    if (state.customerId !== customerId) setState({ ...idle, status: 'ready', customerId });
  }

  async function load() {
    controller = new AbortController();
    const { signal } = controller;
    if (state.status !== 'ready') setState(loading);
    try {
      const identity = await requestIdentity(options.identityEndpoint, options, signal);
      if (signal.aborted) return;
      if (identity) await apply(identity, signal);
      else clear(anonymous);
    } catch (error) {
      if (!signal.aborted) fail(error as HardenedStiggError);
    } finally {
      if (!signal.aborted) inFlight = undefined;
    }
  }

  /** The load in flight, or a new one. */
  function current(): Promise<void> {
    inFlight ??= load();
    return inFlight;
  }

  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getState: () => state,
    getServerState: () => loading,
    configure: (next) => {
      options = next;
    },
    attach: (next) => {
      if (client === next) return;
      const isReplaced = !!client;
      client = next;
      // StiggProvider awaits this and handles no rejection. A customer refused before the SDK's own
      // configuration has come would leave it uninitialised for good, with an unhandled rejection.
      const waitForInitialization = next.waitForInitialization.bind(next);
      next.waitForInitialization = () => waitForInitialization().catch(() => next);
      if (isReplaced && started) {
        abort();
        clear(loading);
        void current();
      }
    },
    start: () => {
      started = true;
      // Deferred, so that StrictMode's mount, unmount and mount again ask once.
      queueMicrotask(() => {
        if (started && state === loading) void current();
      });
      return () => {
        started = false;
        abort();
        state = loading;
      };
    },
  };
}

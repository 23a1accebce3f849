import { createTabs } from '../browser/tabs';
import { listenToWaking } from '../browser/wake';
import type { HardenedStiggError } from '../errors';
import { createPace } from '../identity/pace';
import { createSource } from '../identity/source';
import type { HardenedCustomer, HardenedCustomerActions, Identity } from '../types';
import { withDeadline } from '../with-deadline';
import { answerOf, type Held } from './held';
import { createSession, type Session, type SessionOptions, type SessionStart } from './session';

interface HardenedCustomerOptions extends SessionOptions {
  onError: ((error: HardenedStiggError) => void) | undefined;
}

/** What lives as long as the provider. Sessions come and go below it. */
export interface HardenedCustomerCore {
  /** What a provider shows while it has nothing to say yet. */
  loading: HardenedCustomer;
  /** The props of the last render. */
  configure: (options: HardenedCustomerOptions) => void;
  createSession: (start: SessionStart) => Session;
  /** Makes a session the one that `refresh()` and `signOut()` mean. */
  use: (session: Session) => void;
  /** Listens to the page until the returned function is called. */
  mount: () => () => void;
  /** Opens the channel to the other tabs until the returned function is called. */
  openTabs: () => () => void;
}

export function createHardenedCustomer(
  options: HardenedCustomerOptions,
  initialIdentity: Identity | null | undefined,
  loadClient?: () => Promise<void>,
): HardenedCustomerCore {
  let current: Session | undefined;
  let life: AbortController | undefined;

  const actions: HardenedCustomerActions = {
    refresh: async () => {
      const called = current?.refresh(); // at once, so that a signOut() that follows wins
      await null; // a component's mount effect runs before the provider's own
      const refreshed = () => called ?? current?.refresh();
      // Once the provider is gone, a call does not wait any longer.
      if (life) await withDeadline(life.signal, undefined, refreshed, Error).catch(() => {});
      return current?.getSnapshot() ?? loading;
    },
    signOut: () => current?.signOut(),
  };

  const loading = {
    status: 'loading',
    isLoading: true,
    customerId: null,
    error: null,
    ...actions,
  } as const;

  function show(held: Held, last: HardenedCustomer | undefined): HardenedCustomer {
    const { status } = held;
    if (status === 'loading') return loading;
    const customerId = answerOf(held) ?? null;
    const error = status === 'error' ? held.failure : null;
    return last?.status === status && last.customerId === customerId && last.error === error
      ? last
      : ({ ...loading, status, isLoading: false, customerId, error } as HardenedCustomer);
  }

  // Not called directly: an onError that throws must not reach the one who awaits refresh().
  const report = (error: HardenedStiggError) => {
    void Promise.resolve(error).then(options.onError);
  };
  const source = createSource(() => options, initialIdentity, report);
  const tabs = createTabs();

  const context = {
    options: () => options,
    loadClient,
    source,
    pace: createPace(),
    settled: (answer: string | null) => {
      const told = tabs.told();
      if (told !== undefined && told !== answer) source.distrust();
      tabs.tell(answer);
    },
    report,
    show,
  };

  return {
    loading,
    configure: (next) => {
      const last = options.identity;
      options = next;
      if (next.identity === undefined) return;
      source.renew(last);
      // Later than a session that begins in this commit, because that uses the identity itself.
      queueMicrotask(() => {
        if (source.isAhead()) current?.follow();
      });
    },
    createSession: (start) => createSession(context, start),
    use: (session) => {
      if (current !== session) current?.retire();
      current = session;
    },
    mount: () => {
      const mounted = new AbortController();
      life = mounted;
      listenToWaking((reason) => current?.wake(reason), mounted.signal);
      return () => {
        life = undefined;
        mounted.abort();
      };
    },
    openTabs: () => {
      const opened = new AbortController();
      tabs.open(
        `hardened-stigg:${options.apiKey}`,
        (answer) => current?.hear(answer),
        opened.signal,
      );
      return () => opened.abort();
    },
  };
}

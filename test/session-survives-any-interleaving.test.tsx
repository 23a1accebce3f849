import type StiggClass from '@stigg/js-client-sdk';
import type { StiggClient } from '@stigg/js-client-sdk';
import type { Identity } from 'hardened-stigg';
import { createStiggEmulator } from 'hardened-stigg/emulator';
import { afterEach, expect, test, vi } from 'vitest';
import { createHardenedCustomer } from '../src/core/hardened-customer';
import type { Session } from '../src/core/session';
import { HardenedStiggError } from '../src/errors';

/*
 * Drives two pages of one browser, with the real SDK, through random steps in random order. They share a cookie
 * and a channel. Every request stays open until a step answers it, with what was true when it was sent. `npm run fuzz`
 * takes more steps and another seed; a failure prints both.
 */
const isLong = process.env.npm_lifecycle_event === 'fuzz';
const SEED = Number(process.env.FUZZ_SEED ?? (isLong ? Date.now() % 2 ** 31 : 20301));
const STEPS = Number(process.env.FUZZ_STEPS ?? (isLong ? 300_000 : 10_000));

const IDS = ['acme', 'globex', 'initech'];
const emulator = createStiggEmulator({
  signingSecret: 'signing-secret-of-the-tests',
  // Each customer has one own feature, so that the granted feature shows which customer is applied.
  customers: Object.fromEntries(IDS.map((id) => [id, { entitlements: { [`of-${id}`]: true } }])),
});

/** Requests to Stigg that are not answered yet. */
let toStigg: { answer: (isRefused: boolean) => void }[] = [];

// The SDK takes fetch when it is imported.
const { default: Stigg } = await (async () => {
  vi.stubGlobal(
    'fetch',
    (url: string, init?: RequestInit) =>
      new Promise<Response>((resolve) => {
        const request = new Request(url, init);
        if (!url.includes('entitlements')) return resolve(emulator.fetch(request));
        toStigg.push({
          answer: (isRefused) =>
            resolve(isRefused ? new Response('{}', { status: 401 }) : emulator.fetch(request)),
        });
      }),
  );
  return (await import('@stigg/js-client-sdk')) as { default: typeof StiggClass };
})();

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** mulberry32 */
function randomNumbers(seed: number) {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Lets everything that does not wait for a step or a timer finish. */
async function settle() {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
}

const grantedBy = (client: StiggClient) =>
  IDS.filter((id) => client.getBooleanEntitlement({ featureId: `of-${id}` }).hasAccess);

test(`${STEPS} random steps with seed ${SEED}`, async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {}); // the SDK reports refusals
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  const channels = new Set<Channel>();
  /** Messages that are posted and not delivered. */
  let posted: (() => void)[] = [];
  class Channel {
    onmessage: ((event: { data: unknown }) => void) | null = null;
    /** What the other tabs were told last. */
    told: unknown;
    constructor() {
      channels.add(this);
    }
    postMessage(data: unknown) {
      if (!channels.has(this)) throw new Error('a closed channel was posted to');
      this.told = data;
      for (const other of channels) {
        if (other !== this) {
          posted.push(() => channels.has(other) && other.onmessage?.({ data }));
        }
      }
    }
    close() {
      channels.delete(this);
    }
  }
  vi.stubGlobal('BroadcastChannel', Channel);

  const random = randomNumbers(SEED);
  vi.spyOn(Math, 'random').mockImplementation(random);
  const pick = <T,>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

  /** Who is signed in, as the cookie says. */
  let cookie: string | null = 'acme';
  const tokens = new Map(IDS.map((id) => [id, emulator.issueToken(id, 1e12)]));
  const identityOf = (id: string, expiresIn?: number): Identity => ({
    customerId: id,
    customerToken: tokens.get(id) as string,
    expiresIn,
    // A backend that knows what the customer may use, and one that does not.
    entitlements: pick([undefined, { [`of-${id}`]: true }]),
  });

  interface Request {
    signal: AbortSignal;
    answer: (expiresIn?: number) => void;
    fail: (error: unknown) => void;
  }

  /** How often a page was ready because the backend had vouched. */
  let vouched = 0;

  /** A page: a provider without React. */
  async function openPage(index: number) {
    const clients = await Promise.all(
      [0, 1].map(async () => {
        const client = Stigg.initialize({
          apiKey: 'client-fuzz',
          baseUri: 'http://stigg.test',
          baseEdgeUri: 'http://stigg.test',
        });
        await settle();
        return client;
      }),
    );
    let client = clients[0] as StiggClient;
    let requests: Request[] = [];
    /** Requests so far, and the last that was answered with an identity or with nobody. */
    let sent = 0;
    let answered = 0;
    let failed = 0;
    let answeredSinceSignOut = true;
    let interruptions = 0;
    let loads = 0;
    /** The `identity` prop; `undefined` if the page has an endpoint alone. */
    let told: Identity | null | undefined;
    let refreshing = 0;
    let isSignedOut = false;
    const past: Session[] = [];
    let session!: Session;
    let end: (() => void) | undefined;
    let detach: (() => void) | undefined;
    let core!: ReturnType<typeof createHardenedCustomer>;
    let leave: (() => void)[] = [];
    let channel: Channel | undefined;
    const faults: string[] = [];

    const optionsNow = () =>
      ({
        identity: told,
        identityEndpoint: ({ signal }) =>
          new Promise((resolve, reject) => {
            const number = ++sent;
            const now = cookie;
            signal.addEventListener('abort', () => {
              if (signal.reason?.code === 'identity_timeout') failed = Math.max(failed, number);
            });
            requests.push({
              signal,
              answer: (expiresIn) => {
                if (!signal.aborted) {
                  answered = Math.max(answered, number);
                  answeredSinceSignOut = true;
                }
                resolve(now === null ? null : identityOf(now, expiresIn));
              },
              fail: (error) => {
                if (!signal.aborted) failed = Math.max(failed, number);
                reject(error);
              },
            });
          }),
        retries: 2,
        timeoutMs: 5000,
        refreshMarginMs: 60_000,
        syncTabs: true,
        // Each load is a page of its own, with a memory of its own for who has signed out on it.
        apiKey: `client-fuzz-${index}-${loads}`,
        onError: undefined,
      }) satisfies Parameters<typeof createHardenedCustomer>[0];

    function load(initialIdentity?: Identity | null) {
      loads++;
      core = createHardenedCustomer(optionsNow(), initialIdentity);
      leave = [core.mount(), core.openTabs()];
      channel = [...channels].at(-1);
      login();
    }

    /** A new session key. */
    function login() {
      end?.();
      detach?.();
      if (session) past.push(session);
      past.splice(0, past.length - 3);
      interruptions++;
      session = core.createSession({
        sessionKey: told === null ? null : undefined,
        identity: told,
        resourceId: undefined,
        isHydrated: true,
      });
      core.use(session);
      core.configure(optionsNow());
      isSignedOut = false;
      answeredSinceSignOut ||= told !== undefined; // by the prop
      if (pick([false, false, true])) intend(); // a child's effect, before the provider's
      end = session.start();
      detach = session.attach(client);
    }

    function close() {
      end?.();
      detach?.();
      end = detach = undefined;
      interruptions++;
      isSignedOut = false;
    }

    function intend() {
      if (pick([true, false])) signOut();
      else refresh();
    }

    function refresh() {
      const number = sent;
      const before = interruptions;
      isSignedOut = false;
      refreshing++;
      void core.loading.refresh().then((customer) => {
        refreshing--;
        if (interruptions !== before) return;
        // What settles it was requested after the call.
        if (customer.status !== 'error' && Math.max(answered, failed) <= number) {
          faults.push(`refresh() ${number} settled as ${customer.status} with answer ${answered}`);
        }
      });
    }

    function signOut() {
      core.loading.signOut();
      interruptions++;
      isSignedOut = true;
      answeredSinceSignOut = false;
    }

    load();
    return {
      session: () => session,
      core: () => core,
      login,
      refresh,
      signOut,
      /** Leaves the page, and comes back to it with what a server has written. */
      reload: () => {
        close();
        for (const stop of leave) stop();
        answeredSinceSignOut = true; // by the server, now
        const known = cookie === null ? null : identityOf(cookie);
        told = pick([undefined, undefined, known]);
        load(told === undefined ? pick([undefined, known]) : undefined);
      },
      /** The `identity` prop says what the cookie says. */
      tell: () => {
        if (told === undefined) return;
        const last = told;
        told = cookie === null ? null : identityOf(cookie);
        answeredSinceSignOut = true;
        interruptions++;
        isSignedOut = false;
        if (last?.customerId === told?.customerId) core.configure(optionsNow());
        else login();
      },
      unmount: close,
      mount: () => {
        end ??= session.start();
        detach ??= session.attach(client);
      },
      isMounted: () => end !== undefined,
      remount: () => {
        if (!end || !detach) return;
        end();
        detach();
        interruptions++;
        isSignedOut = false;
        end = session.start();
        detach = session.attach(client);
      },
      loseClient: () => {
        detach?.();
        detach = undefined;
        interruptions++;
      },
      bringClient: () => {
        if (!end || detach) return;
        client = clients.find((one) => one !== client) as StiggClient;
        detach = session.attach(client);
      },
      requests: () => requests,
      take: (from: 'first' | 'last') => (from === 'first' ? requests.shift() : requests.pop()),
      forget: () => {
        requests = requests.slice(-20);
      },
      /** Something other than an intent may have led to a request. */
      wasWoken: () => {
        isSignedOut &&= requests.every(({ signal }) => signal.aborted);
      },
      /** The other page's sign-in is newer than what was meant here. */
      hearTheOther: () => {
        isSignedOut = false;
      },
      check: async () => {
        session.getAnswers(); // finds out that a token is over
        await settle();
        const state = session.getSnapshot();
        const { client: active, entitlements = {} } = session.getAnswers() ?? {};
        if (state.status === 'ready' && !active) vouched++;
        // Nothing is granted unless Stigg has accepted the customer of this session, or the backend has vouched for it.
        expect(
          active
            ? grantedBy(active as StiggClient)
            : IDS.filter((id) => entitlements[`of-${id}`] === true),
        ).toEqual(state.status === 'ready' ? [state.customerId] : []);
        for (const old of past) expect(old.getAnswers()?.client).toBeUndefined();
        for (const one of clients) expect(grantedBy(one)).toEqual([]);
        // The other tabs know who this one has settled on.
        if (end && (state.status === 'ready' || state.status === 'anonymous')) {
          expect(channel?.told).toBe(state.customerId);
        }
        // At most one load is in flight.
        expect(requests.filter(({ signal }) => !signal.aborted).length).toBeLessThanOrEqual(1);
        // The last sign-in or sign-out wins, and an identity from before a sign-out never comes back.
        if (isSignedOut) expect(state.status).toBe('anonymous');
        if (!answeredSinceSignOut) expect(state.status).not.toBe('ready');
        expect(faults).toEqual([]);
        // No session waits for ever: a loading session has a running load, or a time for its next one.
        if (end && detach && state.status === 'loading') {
          const isUnderWay = requests.some(({ signal }) => !signal.aborted) || toStigg.length > 0;
          expect(isUnderWay || vi.getTimerCount() > 0).toBe(true);
        }
      },
      refreshing: () => refreshing,
      index,
    };
  }
  type Page = Awaited<ReturnType<typeof openPage>>;
  const pages = [await openPage(0), await openPage(1)] as const;

  const steps: Record<string, (page: Page) => unknown> = {
    'endpoint answers': (page) => page.take('last')?.answer(pick([undefined, 5, 100, 3600])),
    'endpoint answers, again': (page) => page.take('first')?.answer(3600),
    'endpoint fails': (page) =>
      page
        .take('last')
        ?.fail(new HardenedStiggError('identity_http_error', '503', { retryable: true })),
    'endpoint asks for a pause': (page) =>
      page.take('last')?.fail(
        new HardenedStiggError('identity_http_error', '429', {
          retryable: true,
          retryAfterMs: pick([0, 20_000, Number.NaN, 3_600_000]),
        }),
      ),
    'endpoint refuses': (page) =>
      page.take('last')?.fail(new HardenedStiggError('identity_http_error', '403')),
    'Stigg answers': () => toStigg.pop()?.answer(false),
    'Stigg answers, again': () => toStigg.shift()?.answer(false),
    'Stigg refuses': () => toStigg.pop()?.answer(true),
    'another customer signs in': () => {
      cookie = pick(IDS);
    },
    'the user signs out elsewhere': () => {
      cookie = null;
    },
    'the token rotates': () => cookie && tokens.set(cookie, emulator.issueToken(cookie, 1e12)),
    'refresh()': (page) => page.refresh(),
    'signOut()': (page) => page.signOut(),
    'the resource changes': (page) =>
      page.session().setResource(pick([undefined, 'site-1', 'site-2'])),
    'the session key changes': (page) => page.login(),
    'the page is loaded again': (page) => page.reload(),
    'the identity prop is another': (page) => page.tell(),
    unmount: (page) => page.unmount(),
    mount: (page) => page.mount(),
    'StrictMode remounts': (page) => page.remount(),
    'the client goes': (page) => page.loseClient(),
    'another client comes': (page) => page.bringClient(),
    'time passes': () => vi.advanceTimersByTime(pick([1, 100, 1000, 6000, 60_000, 3_600_000])),
    'the machine sleeps': () => {
      vi.setSystemTime(Date.now() + pick([1000, 60_000, 3_600_000]));
      window.dispatchEvent(new Event('focus'));
    },
    'the clock is set back': () => vi.setSystemTime(Date.now() - pick([1000, 86_400_000])),
    'a message arrives': () => pick([() => posted.shift()?.(), () => posted.pop()?.()])(),
    'the page is looked at': () => document.dispatchEvent(new Event('visibilitychange')),
    'the page is restored': () =>
      window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true })),
  };
  /** The weight of a step, if it is not 1: steps that start something come more often than steps that end it. */
  const weights: Record<string, number> = {
    'endpoint answers': 8,
    'endpoint answers, again': 3,
    'Stigg answers': 8,
    'Stigg answers, again': 3,
    'the token rotates': 3,
    'refresh()': 4,
    'a message arrives': 4,
    'the identity prop is another': 3,
    mount: 5,
    'another client comes': 5,
  };
  const names = Object.keys(steps).flatMap((name) => Array(weights[name] ?? 1).fill(name));

  const trace: string[] = [];
  const visited = { loading: 0, ready: 0, anonymous: 0, error: 0 };
  try {
    for (let i = 0; i < STEPS; i++) {
      if (isLong && i % 5000 === 0) process.stderr.write(`seed ${SEED}: step ${i} of ${STEPS}\n`);
      const page = pick(pages);
      const name: string = pick(names);
      trace.push(`${page.index}: ${name}`);
      await steps[name]?.(page);
      await settle();
      for (const one of pages) {
        one.wasWoken();
        await one.check();
        one.forget();
      }
      toStigg = toStigg.slice(-20);
      posted = posted.slice(-20);
      visited[page.session().getSnapshot().status]++;
    }

    // The steps do lead somewhere.
    for (const count of [...Object.values(visited), vouched]) {
      expect(count).toBeGreaterThan(STEPS / 50);
    }

    // In the end, every request is answered. One page signs in, and the other follows without help.
    const answerAll = async () => {
      for (let i = 0; i < 12; i++) {
        await settle();
        for (const page of pages) for (const one of page.requests().splice(0)) one.answer();
        for (const { answer } of toStigg.splice(0)) answer(false);
        for (const deliver of posted.splice(0)) deliver();
        vi.advanceTimersByTime(1000);
      }
    };
    cookie = 'initech';
    for (const page of pages) {
      page.mount();
      page.bringClient();
      page.session().setResource(undefined);
      page.tell();
      page.login();
    }
    vi.advanceTimersByTime(3_600_000); // every requested pause has ended
    await answerAll();
    cookie = 'globex';
    pages[0].refresh();
    await answerAll();
    for (const page of pages) {
      expect(page.session().getSnapshot()).toMatchObject({ status: 'ready', customerId: 'globex' });
      page.hearTheOther();
      await page.check();
      expect(page.refreshing()).toBe(0);
    }
    pages[0].signOut();
    cookie = null;
    await answerAll();
    expect(pages[1].session().getSnapshot().status).toBe('anonymous');

    for (const page of pages) page.unmount();
    expect(vi.getTimerCount()).toBe(0);
  } catch (error) {
    console.log(`seed ${SEED}, step ${trace.length}, last steps:\n${trace.slice(-25).join('\n')}`);
    throw error;
  }
}, 3_600_000);

import type StiggClass from '@stigg/js-client-sdk';
import type { StiggClient } from '@stigg/js-client-sdk';
import type { Identity } from 'hardened-stigg';
import { createStiggEmulator } from 'hardened-stigg/emulator';
import { afterEach, expect, test, vi } from 'vitest';
import { HardenedStiggError } from '../src/errors';
import {
  type CustomerSession,
  createCustomerSession,
  createSessionOwner,
} from '../src/session/customer-session';

/*
 * Drives sessions, with the real SDK, through random steps in random order. Every request stays open until
 * a step answers it. `npm run fuzz` takes more steps and another seed; a failure prints both.
 */
const isLong = process.env.npm_lifecycle_event === 'fuzz';
const SEED = Number(process.env.FUZZ_SEED ?? (isLong ? Date.now() % 2 ** 31 : 20301));
const STEPS = Number(process.env.FUZZ_STEPS ?? (isLong ? 300_000 : 10_000));

const IDS = ['acme', 'globex', 'initech'];
const emulator = createStiggEmulator({
  signingSecret: 'signing-secret-of-the-tests',
  // Each is granted a feature of its own, so that what is granted tells who is applied.
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
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  const listeners = new Map<string, number>();
  for (const target of [document, window]) {
    const add = target.addEventListener.bind(target);
    vi.spyOn(target, 'addEventListener').mockImplementation(
      (type: string, listener: EventListenerOrEventListenerObject, options?: unknown) => {
        const { signal } = (options ?? {}) as AddEventListenerOptions;
        const count = (by: number) => listeners.set(type, (listeners.get(type) ?? 0) + by);
        count(1);
        signal?.addEventListener('abort', () => count(-1));
        add(type, listener, options as AddEventListenerOptions);
      },
    );
  }
  const channels = new Set<Channel>();
  class Channel {
    onmessage: (() => void) | null = null;
    constructor() {
      channels.add(this);
    }
    postMessage() {
      if (!channels.has(this)) throw new Error('a closed channel was posted to');
    }
    close() {
      channels.delete(this);
    }
  }
  vi.stubGlobal('BroadcastChannel', Channel);

  const random = randomNumbers(SEED);
  vi.spyOn(Math, 'random').mockImplementation(random);
  const pick = <T,>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

  const client = Stigg.initialize({
    apiKey: 'client-fuzz',
    baseUri: 'http://stigg.test',
    baseEdgeUri: 'http://stigg.test',
  });
  await settle();

  /** Requests to the identity endpoint that are not answered yet. */
  let toEndpoint: {
    signal: AbortSignal;
    resolve: (identity: Identity | null) => void;
    reject: (error: unknown) => void;
  }[] = [];
  let signedIn: string | null = 'acme';
  const tokens = new Map(IDS.map((id) => [id, emulator.issueToken(id, 1e12)]));

  const owner = createSessionOwner();
  owner.options = {
    identityEndpoint: ({ signal }) =>
      new Promise((resolve, reject) => toEndpoint.push({ signal, resolve, reject })),
    retries: 2,
    timeoutMs: 5000,
    refreshMarginMs: 60_000,
    syncTabs: true,
    apiKey: 'client-fuzz',
    onError: undefined,
  };
  const refreshes = new Set<Promise<void>>();
  const past: CustomerSession[] = [];
  let session!: CustomerSession;
  let end: (() => void) | undefined;
  let isSignedOut = false;

  function open() {
    if (session) past.push(session);
    past.splice(0, past.length - 3);
    session = createCustomerSession(owner, client, false);
    owner.current = session;
    end = session.start();
    isSignedOut = false;
  }
  open();

  const answerOf = (lifetime: number | undefined): Identity | null =>
    signedIn === null
      ? null
      : {
          customerId: signedIn,
          customerToken: tokens.get(signedIn) as string,
          expiresIn: lifetime,
        };

  const steps: Record<string, () => unknown> = {
    'endpoint answers': () => toEndpoint.pop()?.resolve(answerOf(pick([undefined, 5, 100, 3600]))),
    'endpoint answers, again': () => toEndpoint.shift()?.resolve(answerOf(3600)),
    'endpoint fails': () =>
      toEndpoint
        .pop()
        ?.reject(new HardenedStiggError('identity_http_error', '503', { retryable: true })),
    'endpoint refuses': () =>
      toEndpoint.pop()?.reject(new HardenedStiggError('identity_http_error', '403')),
    'Stigg answers': () => toStigg.pop()?.answer(false),
    'Stigg answers, again': () => toStigg.shift()?.answer(false),
    'Stigg refuses': () => toStigg.pop()?.answer(true),
    'another customer signs in': () => {
      signedIn = pick(IDS);
    },
    'the user signs out elsewhere': () => {
      signedIn = null;
    },
    'the token rotates': () =>
      signedIn && tokens.set(signedIn, emulator.issueToken(signedIn, 1e12)),
    'refresh()': () => {
      if (end) isSignedOut = false;
      const pending = owner.actions.refresh();
      refreshes.add(pending);
      void pending.finally(() => refreshes.delete(pending));
    },
    'signOut()': () => {
      owner.actions.signOut();
      isSignedOut = true;
    },
    'the resource changes': () => session.setResource(pick([undefined, 'site-1', 'site-2'])),
    'the session key changes': () => {
      end?.();
      open();
    },
    unmount: () => {
      if (!end) return;
      end();
      end = undefined;
      isSignedOut = false;
    },
    mount: () => {
      end ??= session.start();
    },
    'StrictMode remounts': () => {
      if (!end) return;
      end();
      end = session.start();
      isSignedOut = false;
    },
    'time passes': () => vi.advanceTimersByTime(pick([1, 100, 1000, 6000, 60_000, 3_600_000])),
    'the machine sleeps': () => {
      vi.setSystemTime(Date.now() + pick([1000, 60_000, 3_600_000]));
      window.dispatchEvent(new Event('focus'));
    },
    'another tab signs in or out': async () => {
      for (const channel of channels) channel.onmessage?.();
      await settle();
      isSignedOut &&= toEndpoint.every(({ signal }) => signal.aborted);
    },
    'the page is looked at': () => {
      document.dispatchEvent(new Event('visibilitychange'));
      // A tab that comes back after five minutes asks again, even after it signed out.
      isSignedOut &&= toEndpoint.every(({ signal }) => signal.aborted);
    },
  };
  /** How often a step is taken, where not once: what leads somewhere more often than what ends it. */
  const weights: Record<string, number> = {
    'endpoint answers': 8,
    'endpoint answers, again': 3,
    'Stigg answers': 8,
    'Stigg answers, again': 3,
    'the token rotates': 3,
    'refresh()': 4,
    mount: 5,
  };
  const names = Object.keys(steps).flatMap((name) => Array(weights[name] ?? 1).fill(name));

  function check() {
    const state = session.getState();
    const granted = grantedBy(session.stigg);
    // Nothing is granted unless the customer of this session is applied.
    expect(granted).toEqual(state.status === 'ready' ? [state.customerId] : []);
    for (const old of past) expect(grantedBy(old.stigg)).toEqual([]);
    expect(grantedBy(client)).toEqual([]);
    // At most one load is in flight.
    expect(toEndpoint.filter(({ signal }) => !signal.aborted).length).toBeLessThanOrEqual(1);
    // The last intent wins.
    if (isSignedOut) expect(state.status).toBe('anonymous');
    if (!end) {
      expect(state.status).toBe(isSignedOut ? 'anonymous' : 'loading');
      expect(vi.getTimerCount()).toBe(0);
      expect(channels.size).toBe(0);
      expect([...listeners.values()].every((count) => count === 0)).toBe(true);
      expect(refreshes.size).toBe(0);
    }
  }

  const trace: string[] = [];
  const visited = { loading: 0, ready: 0, anonymous: 0, error: 0 };
  try {
    for (let i = 0; i < STEPS; i++) {
      if (isLong && i % 5000 === 0) process.stderr.write(`seed ${SEED}: step ${i} of ${STEPS}\n`);
      const name = pick(names);
      trace.push(name);
      await steps[name]?.();
      await settle();
      check();
      visited[session.getState().status]++;
      toEndpoint = toEndpoint.slice(-20);
      toStigg = toStigg.slice(-20);
    }

    // The steps do lead somewhere.
    for (const count of Object.values(visited)) expect(count).toBeGreaterThan(STEPS / 50);

    // In the end everybody answers, and it is the customer signed in now.
    signedIn = 'globex';
    steps['the session key changes']?.();
    for (let i = 0; i < 10; i++) {
      await settle();
      for (const { resolve } of toEndpoint.splice(0)) resolve(answerOf(undefined));
      for (const { answer } of toStigg.splice(0)) answer(false);
    }
    await settle();
    expect(session.getState()).toMatchObject({ status: 'ready', customerId: 'globex' });
    check();
  } catch (error) {
    console.log(`seed ${SEED}, step ${trace.length}, last steps:\n${trace.slice(-25).join('\n')}`);
    throw error;
  }
}, 3_600_000);

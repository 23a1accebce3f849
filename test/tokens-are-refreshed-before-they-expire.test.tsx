import { act, fireEvent } from '@testing-library/react';
import { fetchIdentity, HardenedStiggError, type Identity } from 'hardened-stigg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type AppProps, renderApp, shows } from './helpers/app';
import { startIdentity, startStigg } from './helpers/backend';
import { ACME, DENIED } from './helpers/expected';
import { until } from './helpers/until';

const NOW = Date.UTC(2030, 0, 1);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: NOW });
  vi.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

type Lifetime = Pick<Identity, 'expiresIn' | 'expiresAt'>;

/** An app whose tokens live as `lifetime` says, and whose identity function may be made to fail. */
async function start(lifetime: (asked: number) => Lifetime, props: Partial<AppProps> = {}) {
  const { emulator, stigg, customerRequests } = await startStigg();
  // Always the same, because this tests only when it is requested.
  const customerToken = emulator.issueToken('acme', 1000 * DAY);
  const identity = { asked: 0, fail: undefined as unknown, hang: false };
  const onError = vi.fn();
  const app = renderApp({
    ...stigg,
    retries: 0,
    onError,
    identityEndpoint: async () => {
      identity.asked++;
      if (identity.hang) await new Promise(() => {});
      if (identity.fail) throw identity.fail;
      return { customerId: 'acme', customerToken, ...lifetime(identity.asked) };
    },
    ...props,
  });
  return {
    app,
    emulator,
    identity,
    onError,
    customerRequests,
    /** Time passes, and timers run. */
    pass: async (ms: number) => {
      await act(() => vi.advanceTimersByTimeAsync(ms));
      await settle();
    },
    /** The machine sleeps: time passes, and no timer runs. */
    sleep: (ms: number) => vi.setSystemTime(Date.now() + ms),
  };
}

/** Lets what is under way in this process finish. */
const settle = () => act(async () => {});

const transient = new HardenedStiggError('identity_http_error', 'Busy.', {
  status: 503,
  retryable: true,
});

describe('the time of a refresh', () => {
  test.each<[string, Lifetime, number, number | undefined]>([
    ['a minute before expiresIn', { expiresIn: 600 }, 9 * MINUTE, undefined],
    ['a minute before expiresAt', { expiresAt: NOW + 10 * MINUTE }, 9 * MINUTE, undefined],
    [
      'a minute before an ISO 8601 expiresAt',
      { expiresAt: '2030-01-01T00:10:00Z' },
      9 * MINUTE,
      undefined,
    ],
    ['refreshMarginMs before it', { expiresIn: 600 }, 8 * MINUTE, 2 * MINUTE],
    ['after half the lifetime, where the margin is more', { expiresIn: 60 }, MINUTE / 2, undefined],
    [
      'by expiresIn where both are given',
      { expiresIn: 600, expiresAt: NOW + DAY },
      9 * MINUTE,
      undefined,
    ],
  ])('the refresh comes in time: %s', async (_, lifetime, due, refreshMarginMs) => {
    const { identity, pass } = await start((asked) => (asked === 1 ? lifetime : {}), {
      refreshMarginMs,
    });
    await shows('ready');

    await pass(due - 1);
    expect(identity.asked).toBe(1);
    await pass(1);
    expect(identity.asked).toBe(2);
  });

  test('a token without a lifetime is never refreshed', async () => {
    const { identity, pass } = await start(() => ({}));
    await shows('ready');
    await pass(365 * DAY);
    expect(identity.asked).toBe(1);
  });

  test('a token is refreshed after 60 days, although that is too long for a timer', async () => {
    const { identity, pass } = await start((asked) =>
      asked === 1 ? { expiresIn: (60 * DAY) / 1000 } : {},
    );
    await shows('ready');

    await pass(60 * DAY - MINUTE - 1);
    expect(identity.asked).toBe(1);
    await pass(1);
    expect(identity.asked).toBe(2);
  });

  test('a token is refreshed at most once a second, however short its lifetime is', async () => {
    const { identity, pass } = await start(() => ({ expiresIn: 0.01 }));
    for (let i = 0; i < 100; i++) await pass(100);
    expect(identity.asked).toBeLessThanOrEqual(11);
    expect(identity.asked).toBeGreaterThan(3);
  });
});

describe('clocks that are wrong', () => {
  test.each([
    ['slow', -DAY],
    ['fast', DAY],
  ])(
    'with a browser clock that is %s by a day, the lifetime counts by the clock of the server',
    async (_, skew) => {
      const { emulator, stigg } = await startStigg();
      const server = NOW - skew;
      const identity = await startIdentity(() =>
        Response.json(
          {
            customerId: 'acme',
            customerToken: emulator.issueToken('acme', 1000 * DAY),
            expiresAt: new Date(server + 10 * MINUTE).toISOString(),
          },
          { headers: { Date: new Date(server).toUTCString() } },
        ),
      );
      renderApp({ ...stigg, identityEndpoint: identity.url });
      await shows('ready');

      await act(() => vi.advanceTimersByTimeAsync(9 * MINUTE - 1));
      expect(identity.requests).toHaveLength(1);
      await act(() => vi.advanceTimersByTimeAsync(1));
      await until(() => identity.requests.length === 2);
      expect(await fetchIdentity(identity.url)).toMatchObject({ expiresIn: 600 });
    },
  );
});

describe('an answer that cannot be used', () => {
  test.each<[string, Lifetime]>([
    ['an expired token', { expiresIn: 0 }],
    ['a token that expired long ago', { expiresAt: NOW - DAY }],
    ['a lifetime that is not a number', { expiresIn: Number.NaN }],
    ['a date that is not a date', { expiresAt: 'tomorrow' }],
  ])('%s is an error, and is not requested again', async (_, lifetime) => {
    const { app, identity, pass, customerRequests } = await start(() => lifetime);

    expect(await shows('error')).toMatchObject({ error: 'identity_invalid', ...DENIED });
    expect(app.customer().error?.message).toMatch(/expires(In|At)/);
    await pass(DAY);
    expect(identity.asked).toBe(1);
    expect(customerRequests()).toEqual([]);
  });
});

describe('while the old token is valid', () => {
  test('a temporary failure leaves the customer ready, backs off, and recovers', async () => {
    const { identity, onError, pass } = await start(() => ({ expiresIn: 3600 }));
    await shows('ready');

    identity.fail = transient;
    await pass(59 * MINUTE);
    expect(await shows('ready')).toEqual(ACME);
    expect(identity.asked).toBe(2);
    await pass(1000); // 500 ms * 2^1
    expect(identity.asked).toBe(3);
    await pass(2000);
    expect(identity.asked).toBe(4);
    expect(onError).toHaveBeenCalledTimes(3);

    identity.fail = undefined;
    await pass(4000);
    expect(identity.asked).toBe(5);
    expect(await shows('ready')).toEqual(ACME);
    await pass(30 * MINUTE);
    expect(identity.asked).toBe(5);

    // The earlier failures are forgotten: the next time, the pauses start short again.
    identity.fail = transient;
    await pass(29 * MINUTE);
    expect(identity.asked).toBe(6);
    await pass(1000);
    expect(identity.asked).toBe(7);
  });

  test('Retry-After is honoured, however long it is', async () => {
    const { identity, pass } = await start(() => ({ expiresIn: 3600 }), {
      refreshMarginMs: 10 * MINUTE,
    });
    await shows('ready');
    identity.fail = new HardenedStiggError('identity_http_error', 'Busy.', {
      retryable: true,
      retryAfterMs: 2 * MINUTE,
    });
    await pass(50 * MINUTE);
    expect(identity.asked).toBe(2);

    await pass(2 * MINUTE - 1);
    expect(identity.asked).toBe(2);
    await pass(1);
    expect(identity.asked).toBe(3);
    expect(await shows('ready')).toEqual(ACME);
  });

  test('a refresh of a token without a lifetime is not repeated', async () => {
    const { app, identity, pass } = await start(() => ({}));
    await shows('ready');
    identity.fail = transient;
    await act(() => app.customer().refresh());
    expect(identity.asked).toBe(2);

    await pass(DAY);
    expect(identity.asked).toBe(2);
    expect(await shows('ready')).toEqual(ACME);
  });

  test('a permanent failure grants nothing at once', async () => {
    const { identity, pass } = await start(() => ({ expiresIn: 3600 }));
    await shows('ready');
    identity.fail = new HardenedStiggError('identity_http_error', 'Forbidden.', { status: 403 });
    await pass(59 * MINUTE);
    expect(await shows('error')).toMatchObject({ error: 'identity_http_error', ...DENIED });
  });
});

describe('when the token has ended', () => {
  test('after the end of the token, nothing is granted, and the last error is shown', async () => {
    const { app, identity, pass } = await start(() => ({ expiresIn: 3600 }));
    await shows('ready');
    for (const [ms, status] of [
      [59 * MINUTE, 500],
      [1000, 502],
      [2000, 504],
    ] as const) {
      identity.fail = new HardenedStiggError('identity_http_error', '.', {
        status,
        retryable: true,
      });
      await pass(ms);
    }

    await pass(MINUTE - 3001);
    expect(await shows('ready')).toEqual(ACME);
    const { asked } = identity;
    await pass(1);
    expect(await shows('error')).toMatchObject({ error: 'identity_http_error', ...DENIED });
    expect(app.customer().error).toBe(identity.fail);
    expect(app.customer().error?.status).toBe(504);

    // It is then tried again in the background.
    expect(identity.asked).toBe(asked);
    identity.fail = undefined;
    await pass(5000);
    expect(await shows('ready')).toEqual(ACME);
  });

  test('after the end of the token, the page is loading while the endpoint is silent, with nothing granted', async () => {
    const { identity, pass } = await start(() => ({ expiresIn: 3600 }), { timeoutMs: DAY });
    await shows('ready');
    identity.hang = true;
    await pass(59 * MINUTE);
    expect(await shows('ready')).toEqual(ACME);

    await pass(MINUTE);
    expect(await shows('loading')).toMatchObject(DENIED);

    // And no other timer fires for a request that is already running.
    const timers = vi.spyOn(globalThis, 'setTimeout');
    await pass(MINUTE);
    expect(timers).not.toHaveBeenCalled();
  });
});

describe('a machine that slept', () => {
  const wakeUp = {
    visibilitychange: () => fireEvent(document, new Event('visibilitychange', { bubbles: true })),
    focus: () => fireEvent(window, new Event('focus')),
    online: () => fireEvent(window, new Event('online')),
    pageshow: () => fireEvent(window, new Event('pageshow')),
  };

  test.each(Object.keys(wakeUp) as (keyof typeof wakeUp)[])(
    'a page that slept requests on %s when a token is due',
    async (type) => {
      const { identity, sleep } = await start(() => ({ expiresIn: 600 }));
      await shows('ready');

      sleep(MINUTE);
      wakeUp[type]();
      await settle();
      expect(identity.asked).toBe(1);

      sleep(8.5 * MINUTE);
      wakeUp[type]();
      await settle();
      expect(identity.asked).toBe(2);
      expect(await shows('ready')).toEqual(ACME);
    },
  );

  test('a page that slept past the end of its token grants nothing until there is a new one', async () => {
    const { identity, sleep, app } = await start(() => ({ expiresIn: 600 }));
    await shows('ready');
    const { length } = app.seen;

    sleep(DAY);
    wakeUp.focus();
    expect(await shows('loading')).toMatchObject(DENIED);
    expect(await shows('ready')).toEqual(ACME);
    expect(new Set(app.seen.slice(length).map(({ status }) => status))).toEqual(
      new Set(['loading', 'ready']),
    );
    expect(identity.asked).toBe(2);
  });

  test('a page that slept recovers from a temporary error as soon as the network is back', async () => {
    const { identity, sleep } = await start(() => ({ expiresIn: 600 }));
    await shows('ready');
    identity.fail = transient;
    sleep(DAY);
    wakeUp.focus();
    await shows('error');

    identity.fail = undefined;
    const { asked } = identity;
    wakeUp.online();
    await settle();
    expect(identity.asked).toBe(asked); // not more than once a second

    sleep(2000);
    wakeUp.online();
    expect(await shows('ready')).toEqual(ACME);
  });

  test('a page that slept does not request again after a permanent error', async () => {
    const { identity, sleep } = await start(() => ({ expiresIn: 0 }));
    await shows('error');
    sleep(2000);
    wakeUp.online();
    await settle();
    expect(identity.asked).toBe(1);
  });

  test('a tab that stays hidden requests nothing', async () => {
    const { identity, sleep } = await start(() => ({ expiresIn: 600 }));
    await shows('ready');
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    sleep(DAY);
    wakeUp.visibilitychange();
    await settle();
    expect(identity.asked).toBe(1);
  });
});

import { act, fireEvent } from '@testing-library/react';
import { fetchIdentity, HardenedStiggError, type Identity } from 'hardened-stigg';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type AppProps, renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { DAY, fakeClocks, HOUR, MINUTE, quiet, SECOND } from './helpers/clocks';
import { ACME } from './helpers/expected';
import { newsOfSignOut } from './helpers/tabs';
import { until } from './helpers/until';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const busy = (retryAfterMs?: number, status = 503) =>
  new HardenedStiggError('identity_http_error', 'Busy.', { status, retryable: true, retryAfterMs });

const wakeUp = () => {
  fireEvent(window, new Event('focus'));
  fireEvent(document, new Event('visibilitychange', { bubbles: true }));
  fireEvent(window, new Event('online'));
};

/** Events and messages in each minute but the last. */
async function disturbForAnHour({ sayNews, pass }: Disturbed) {
  for (let minute = 0; minute < 59; minute++) {
    wakeUp();
    sayNews();
    await pass(MINUTE);
  }
}

/** An app that is told when each request to its identity endpoint is made. */
async function start(
  first: (acme: (expiresIn?: number) => Identity) => Promise<Identity | null>,
  props: Partial<AppProps> = {},
) {
  const { stigg, emulator } = await startStigg();
  const all = { ...stigg, apiKey: `client-${crypto.randomUUID()}`, ...props };
  const real = await startIdentity(signedIn('acme'));
  const sayNews = await newsOfSignOut({ ...all, identityEndpoint: real.url });
  const times: number[] = [];
  const clocks = fakeClocks();
  const customerToken = emulator.issueToken('acme', 1000 * DAY);
  const acme = (expiresIn?: number): Identity => ({ customerId: 'acme', customerToken, expiresIn });
  const endpoint = { answer: () => first(acme) };
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const app = renderApp({
    ...all,
    identityEndpoint: async () => {
      times.push(Date.now());
      if (times.length > 300) await new Promise(() => {}); // enough has been seen
      await new Promise((resolve) => setImmediate(resolve)); // as a network would
      return endpoint.answer();
    },
  });
  return { app, endpoint, times, sayNews, ...clocks };
}

type Disturbed = Pick<Awaited<ReturnType<typeof start>>, 'sayNews' | 'pass'>;

/** The pauses between requests, in milliseconds. */
const pauses = (times: number[]) =>
  times.slice(1).map((time, index) => time - (times[index] as number));

function expectDistance(times: number[]) {
  for (const pause of pauses(times)) expect(pause).toBeGreaterThanOrEqual(SECOND);
}

const average = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** One minute of failures: a few requests, with growing pauses. */
function expectBackoff(times: number[]) {
  expectDistance(times);
  expect(times.length).toBeGreaterThanOrEqual(3);
  expect(times.length).toBeLessThan(12);
  const between = pauses(times);
  const middle = Math.ceil(between.length / 2);
  expect(average(between.slice(middle))).toBeGreaterThan(average(between.slice(0, middle)));
}

describe('an endpoint that fails while a customer is ready', () => {
  /** Rotation is due after 50 minutes, and the old token is good for ten more. */
  async function failAtRotation(failure: () => Promise<Identity | null>) {
    const app = await start(async (acme) => acme(3600), {
      retries: 0,
      refreshMarginMs: 10 * MINUTE,
    });
    await shows('ready');
    app.endpoint.answer = failure;
    app.times.length = 0;
    await app.pass(50 * MINUTE - 1);
    expect(app.times).toEqual([]);
    for (let second = 0; second <= 240 && app.times.length < 100; second++) await app.pass(250);
    return app;
  }

  test.each([0, -0, undefined])(
    'a failing function is called less and less often with retryAfterMs: %s',
    async (retryAfterMs) => {
      const { times } = await failAtRotation(async () => {
        throw busy(retryAfterMs);
      });
      expectBackoff(times);
      expect(await shows('ready')).toEqual(ACME);
    },
  );

  test.each<[string, Record<string, string>]>([
    ['Retry-After: 0', { 'Retry-After': '0' }],
    ['a Retry-After of 1970', { 'Retry-After': 'Thu, 01 Jan 1970 00:00:00 GMT' }],
    [
      'a Retry-After of now',
      {
        'Retry-After': 'Tue, 01 Jan 2030 00:50:00 GMT',
        Date: 'Tue, 01 Jan 2030 00:50:00 GMT',
      },
    ],
    ['Retry-After: 00', { 'Retry-After': '00' }],
    ['Retry-After: soon', { 'Retry-After': 'soon' }],
    ['Retry-After: -1', { 'Retry-After': '-1' }],
  ])(
    'a failing endpoint is requested less and less often if the answer says %s',
    async (_, headers) => {
      const failing = await startIdentity(() => new Response('', { status: 503, headers }));
      const { times } = await failAtRotation(() => fetchIdentity(failing.url));
      expectBackoff(times);
    },
  );
});

describe('two automatic requests are at least a second apart, whatever causes them', () => {
  test('events of a visible page cause at most one request a second while the endpoint fails', async () => {
    const { times, pass } = await start(
      async () => {
        throw busy();
      },
      { retries: 0 },
    );
    await shows('error');

    for (let i = 0; i < 600; i++) {
      wakeUp();
      await pass(100);
    }

    expectBackoff(times);
  });

  test('events cause at most one request a second while the endpoint is silent and then fails', async () => {
    const { times, pass } = await start(() => new Promise(() => {}), {
      retries: 0,
      timeoutMs: 300,
    });
    for (let i = 0; i < 600; i++) {
      wakeUp();
      await pass(100);
    }

    expectBackoff(times);
  });

  test('tokens of 10 ms, events and messages together cause at most one request a second', async () => {
    const { times, pass, sayNews } = await start(async (acme) => acme(0.01));
    await until(() => times.length > 0);

    for (let i = 0; i < 100; i++) {
      sayNews();
      wakeUp();
      await pass(100);
    }

    expectDistance(times);
    expect(times.length).toBeGreaterThan(3);
  });
});

describe('a flood of messages between tabs costs one request a second', () => {
  test.each([
    ['a thousand in ten seconds', 100, 10],
    ['a thousand at once', 1, 1000],
  ])('%s', async (_, rounds, each) => {
    const { times, pass, sayNews } = await start(async (acme) => acme());
    await shows('ready');
    await pass(2 * SECOND);
    times.length = 0;

    for (let round = 0; round < rounds; round++) {
      for (let message = 0; message < each; message++) sayNews();
      await act(() => quiet(10));
      await pass(100);
    }
    for (let i = 0; i < 100 - rounds; i++) await pass(100);

    expectDistance(times);
    expect(times.length).toBeGreaterThanOrEqual(1);
    expect(times.length).toBeLessThanOrEqual(rounds === 1 ? 2 : 11);
    expect(await shows('ready')).toEqual(ACME);
  });
});

describe('a pause that the server wants is kept', () => {
  const ANSWERS: [string, () => Promise<() => Promise<Identity | null>>][] = [
    [
      'said by a function',
      async () => async () => {
        throw busy(HOUR, 429);
      },
    ],
    [
      'said by a header',
      async () => {
        const failing = await startIdentity(
          () => new Response('', { status: 429, headers: { 'Retry-After': '3600' } }),
        );
        return () => fetchIdentity(failing.url);
      },
    ],
  ];

  test.each(ANSWERS)(
    'events and messages do not shorten a pause that the server wants, after a failed first load: %s',
    async (_, make) => {
      const { times, pass, sayNews, app } = await start(await make());
      await until(() => app.customer().status === 'error');
      await shows('error');
      expect(times).toHaveLength(1);

      await disturbForAnHour({ sayNews, pass });

      expect(times).toHaveLength(1);
      for (let minute = 0; minute < 5; minute++) {
        await pass(MINUTE);
        wakeUp();
        await pass(SECOND);
      }
      expect(times.length).toBeGreaterThanOrEqual(2);
      expectDistance(times);
    },
  );

  test.each(ANSWERS)(
    'events and messages do not shorten a pause that the server wants, while a customer is ready: %s',
    async (_, make) => {
      const failure = await make();
      const app = await start(async (acme) => acme(4 * 3600), { refreshMarginMs: DAY });
      await shows('ready');
      const { times, pass, sayNews } = app;
      times.length = 0;
      app.endpoint.answer = failure;
      await pass(2 * HOUR);
      await until(() => times.length > 0);
      expect(times).toHaveLength(1);

      await disturbForAnHour({ sayNews, pass });

      expect(times).toHaveLength(1);
      expect(await shows('ready')).toEqual(ACME);
      await pass(5 * MINUTE);
      expect(times.length).toBeGreaterThanOrEqual(2);
      expect((times[1] as number) - (times[0] as number)).toBeGreaterThanOrEqual(HOUR);
    },
  );
});

import { act, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type AppProps, renderApp, shows } from './helpers/app';
import { startStigg } from './helpers/backend';
import { DAY, fakeClocks, HOUR, MINUTE, quiet, SECOND } from './helpers/clocks';
import { ACME, DENIED } from './helpers/expected';

let clocks: ReturnType<typeof fakeClocks>;
beforeEach(() => {
  clocks = fakeClocks();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

async function start(expiresIn: number, props: Partial<AppProps> = {}) {
  const { stigg, emulator } = await startStigg();
  const customerToken = emulator.issueToken('acme', 10_000 * DAY);
  const identity = { times: 0, isSilent: false };
  const all: AppProps = {
    ...stigg,
    identityEndpoint: async () => {
      identity.times++;
      if (identity.isSilent) await new Promise(() => {});
      return { customerId: 'acme', customerToken, expiresIn };
    },
    ...props,
  };
  const app = renderApp(all);
  await shows('ready');
  return { app, all, identity };
}

type Started = Awaited<ReturnType<typeof start>>;

/** The answers of the stand-in, read by read, without a render, a timer or an event in between. */
const readings = ({ app }: Started) => {
  const { stigg } = app.context();
  return [
    stigg.getBooleanEntitlement({ featureId: 'sso' }),
    stigg.getNumericEntitlement({ featureId: 'seats' }),
    stigg.getMeteredEntitlement({ featureId: 'reports' }),
  ].map(({ hasAccess }) => hasAccess);
};

describe('a clock that is set back does not delay the next token', () => {
  test.each([
    ['3 s, a day', 3, DAY],
    ['3 s, a second', 3, SECOND],
    ['10 min, an hour', 600, HOUR],
    ['10 min, ten years', 600, 3650 * DAY],
  ])(
    'a clock that is set back does not delay the renewal of a token of %s',
    async (_, expiresIn, back) => {
      const { identity } = await start(expiresIn);
      clocks.moveWallClock(-back);

      for (let i = 0; i < 10; i++) await clocks.pass(expiresIn * 100);

      expect(identity.times).toBeGreaterThanOrEqual(2);
      expect(await shows('ready')).toEqual(ACME);
    },
  );

  test('a clock that is set back does not keep a token granted after its end', async () => {
    const started = await start(3);
    started.identity.isSilent = true;
    clocks.moveWallClock(-DAY);

    for (let i = 0; i < 31; i++) await clocks.pass(100);

    expect(readings(started)).toEqual([false, false, false]);
    expect(await shows('loading')).toMatchObject(DENIED);
  });

  test('a clock that is set back again and again does not keep a token granted', async () => {
    const started = await start(10);
    started.identity.isSilent = true;
    for (let i = 0; i < 101; i++) {
      clocks.moveWallClock(-100);
      await clocks.pass(100);
    }

    expect(readings(started)).toEqual([false, false, false]);
  });
});

const SLEEPS: [string, (ms: number) => void][] = [
  ['only the wall clock has moved', (ms) => clocks.moveWallClock(ms)],
  ['only the monotonic clock has moved', (ms) => clocks.moveMonotonicClock(ms)],
  [
    'both clocks have moved',
    (ms) => {
      clocks.moveWallClock(ms);
      clocks.moveMonotonicClock(ms);
    },
  ],
  [
    'the wall clock was set back meanwhile',
    (ms) => {
      clocks.moveMonotonicClock(ms);
      clocks.moveWallClock(-DAY);
    },
  ],
];

describe.each(SLEEPS)('a machine that slept 8 h, without any event, and %s', (_, sleep) => {
  test('the first read of the client after sleep is denied', async () => {
    const started = await start(300);
    expect(readings(started)).toEqual([true, true, true]);
    started.identity.isSilent = true;

    sleep(8 * HOUR);

    expect(readings(started)).toEqual([false, false, false]);
  });

  test.each(['getBooleanEntitlement', 'getNumericEntitlement', 'getMeteredEntitlement'] as const)(
    'the first read after sleep is denied by %s()',
    async (method) => {
      const started = await start(300);
      const { [method]: read } = started.app.context().stigg;
      const featureId = { B: 'sso', N: 'seats', M: 'reports' }[method.charAt(3)] as string;
      expect(read({ featureId }).hasAccess).toBe(true);

      sleep(8 * HOUR);

      expect(read({ featureId }).hasAccess).toBe(false);
    },
  );

  test("the SDK's hooks deny in the first render after sleep, and the page recovers", async () => {
    const started = await start(300);
    sleep(8 * HOUR);
    started.app.rerender(started.all);

    for (const [id, text] of Object.entries(DENIED)) {
      expect(screen.getByTestId(id)).toHaveTextContent(text);
    }
    // At the latest when a timer fires that was set before the sleep.
    for (let i = 0; i < 250 && started.identity.times === 1; i++) await clocks.pass(SECOND);
    for (let i = 0; i < 5; i++) await clocks.pass(SECOND);
    expect(await shows('ready')).toEqual(ACME);
    expect(started.identity.times).toBe(2);
  });

  test('an event after sleep finds that the token has ended, and requests the next', async () => {
    const started = await start(300);
    sleep(8 * HOUR);
    fireEvent(window, new Event('focus'));
    await act(() => quiet());
    for (let i = 0; i < 15; i++) await clocks.pass(100);

    expect(started.identity.times).toBe(2);
    expect(await shows('ready')).toEqual(ACME);
  });

  test('a token without a lifetime stays granted', async () => {
    const { stigg, emulator } = await startStigg();
    const customerToken = emulator.issueToken('acme', 10_000 * DAY);
    const app = renderApp({
      ...stigg,
      identityEndpoint: async () => ({ customerId: 'acme', customerToken }),
    });
    await shows('ready');

    sleep(8 * HOUR);

    const { hasAccess } = app.context().stigg.getBooleanEntitlement({ featureId: 'sso' });
    expect(hasAccess).toBe(true);
  });
});

test('a token grants until its end, and no longer', async () => {
  const started = await start(300);
  started.identity.isSilent = true;

  clocks.moveWallClock(5 * MINUTE - 1000);
  expect(readings(started)).toEqual([true, true, true]);
  clocks.moveWallClock(1000);
  expect(readings(started)).toEqual([false, false, false]);
});

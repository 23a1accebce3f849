import { act, screen } from '@testing-library/react';
import { HardenedStiggError, type Identity } from 'hardened-stigg';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type AppProps, renderApp, shows } from './helpers/app';
import { startStigg } from './helpers/backend';
import { DAY, fakeClocks, HOUR, MINUTE, SECOND } from './helpers/clocks';
import { ACME } from './helpers/expected';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** What plain JavaScript can put in the place of milliseconds. */
const NONSENSE: unknown[] = [
  Number.NaN,
  -1,
  Number.POSITIVE_INFINITY,
  '5',
  'soon',
  {},
  new Date(0),
  5n,
];

const cases = NONSENSE.map((value) => [value]);

const busy = (retryAfterMs: unknown) =>
  new HardenedStiggError('identity_http_error', 'Busy.', {
    status: 503,
    retryable: true,
    retryAfterMs: retryAfterMs as number,
  });

async function start(expiresIn?: number, props: Partial<AppProps> = {}) {
  const { stigg, emulator } = await startStigg();
  const clocks = fakeClocks();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const customerToken = emulator.issueToken('acme', 1000 * DAY);
  const identity = { times: [] as number[], failure: undefined as unknown };
  const open = (failure?: unknown) => {
    identity.failure = failure;
    return renderApp({
      ...stigg,
      identityEndpoint: async (): Promise<Identity | null> => {
        identity.times.push(Date.now());
        if (identity.times.length > 300) await new Promise(() => {}); // enough has been seen
        await new Promise((resolve) => setImmediate(resolve)); // as a network would
        if (identity.failure) throw identity.failure;
        return { customerId: 'acme', customerToken, expiresIn };
      },
      ...props,
    });
  };
  return { open, identity, ...clocks };
}

const firstPause = (times: number[]) => (times[1] as number) - (times[0] as number);

describe('an invalid retryAfterMs', () => {
  test.each(cases)(
    'at the first load, an invalid retryAfterMs is replaced by the usual pause (%o)',
    async (value) => {
      const { open, identity, pass } = await start();
      open(busy(value));
      await pass(1);
      identity.failure = undefined;
      for (let i = 0; i < 30; i++) await pass(100);

      expect(identity.times).toHaveLength(2);
      expect(firstPause(identity.times)).toBeGreaterThanOrEqual(250);
      expect(await shows('ready')).toEqual(ACME);
    },
  );

  test.each(cases)(
    'refresh() settles if every attempt has an invalid retryAfterMs (%o)',
    async (value) => {
      const { open, identity, pass } = await start();
      const app = open();
      await shows('ready');
      identity.failure = busy(value);

      const settled = vi.fn();
      act(() => void app.customer().refresh().then(settled));
      for (let i = 0; i < 60; i++) await pass(SECOND);

      expect(settled).toHaveBeenCalledOnce();
      expect(await shows('ready')).toEqual(ACME);
    },
  );

  test.each(cases)(
    'while ready, an invalid retryAfterMs does not stop retries before the old token ends (%o)',
    async (value) => {
      const { open, identity, pass } = await start(3600, { retries: 0 });
      open();
      await shows('ready');
      identity.failure = busy(value);
      identity.times.length = 0;
      await pass(59 * MINUTE);
      for (let i = 0; i < 50; i++) await pass(SECOND);
      expect(identity.times.length).toBeGreaterThanOrEqual(3);
      expect(identity.times.length).toBeLessThan(12);
      expect(await shows('ready')).toEqual(ACME);
    },
  );

  test.each(cases)(
    'an invalid retryAfterMs grants nothing after the token has ended (%o)',
    async (value) => {
      const { open, identity, pass } = await start(3600, { retries: 0 });
      const app = open();
      await shows('ready');
      identity.failure = busy(value);

      await pass(59 * MINUTE);
      for (let i = 0; i < 61; i++) await pass(SECOND);

      const { stigg } = app.context();
      expect(stigg.getBooleanEntitlement({ featureId: 'sso' }).hasAccess).toBe(false);
      expect(app.customer().status).not.toBe('ready');
      expect(screen.getByTestId('sso')).toHaveTextContent('denied');
    },
  );
});

describe('a huge retryAfterMs is valid', () => {
  const HUGE = [365 * DAY, 2 ** 31, Number.MAX_SAFE_INTEGER, Number.MAX_VALUE].map((ms) => [ms]);

  test.each(HUGE)(
    'with a huge retryAfterMs nothing is requested early, and refresh() requests at once (%s)',
    async (ms) => {
      const { open, identity, pass } = await start();
      const app = open(busy(ms));
      await shows('error');
      for (let i = 0; i < 20; i++) {
        window.dispatchEvent(new Event('focus'));
        await pass(HOUR);
      }
      expect(identity.times).toHaveLength(1);

      identity.failure = undefined;
      await act(() => app.customer().refresh());

      expect(identity.times).toHaveLength(2);
      expect(await shows('ready')).toEqual(ACME);
    },
  );
});

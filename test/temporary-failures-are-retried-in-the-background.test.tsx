import { act, fireEvent } from '@testing-library/react';
import { type HardenedCustomer, HardenedStiggError, type Identity } from 'hardened-stigg';
import { createCustomerToken } from 'hardened-stigg/server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type AppProps, renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { ACME, DENIED } from './helpers/expected';
import { pass, passUntil, stopTime } from './helpers/fake-time';
import { SIGNING_SECRET } from './helpers/secret';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** The longest pause before each attempt after the first; a half of it is the shortest. */
const PAUSES = [5, 10, 20, 40, 80, 160, 300, 300, 300].map((seconds) => seconds * SECOND);

beforeEach(() => stopTime(Date.UTC(2030, 0, 1)));

afterEach(() => {
  vi.restoreAllMocks();
});

const busy = new HardenedStiggError('identity_http_error', 'Busy.', {
  status: 503,
  retryable: true,
});

const acme: Identity = {
  customerId: 'acme',
  customerToken: createCustomerToken('acme', SIGNING_SECRET),
};

/** An app whose identity function fails as long as `identity.fail` says so. */
async function start(fail: unknown, props: Partial<AppProps> = {}, given: Partial<Identity> = {}) {
  const backend = await startStigg();
  const identity = { fail, given: given as Partial<Identity> | null, asked: [] as number[] };
  const onError = vi.fn();
  const app = renderApp({
    ...backend.stigg,
    retries: 0,
    onError,
    identityEndpoint: async () => {
      identity.asked.push(Date.now());
      if (identity.fail) throw identity.fail;
      return identity.given && { ...acme, ...identity.given };
    },
    ...props,
  });
  const is = (status: HardenedCustomer['status']) => () => app.customer().status === status;
  return { ...backend, app, identity, onError, is };
}

/** How long it was from each to the next. */
const gaps = (times: number[]) => times.slice(1).map((time, i) => time - (times[i] as number));

function look(visibilityState: DocumentVisibilityState) {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(visibilityState);
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(visibilityState === 'hidden');
  fireEvent(document, new Event('visibilitychange', { bubbles: true }));
}

describe('an endpoint that is down at the first load', () => {
  test.each([0, 0.5, 0.999])(
    'a failed first load is tried again after 5 s, doubling to 5 minutes, less up to a half (random: %s)',
    async (random) => {
      vi.spyOn(Math, 'random').mockReturnValue(random);
      const { app, identity, onError } = await start(busy);
      await shows('error');

      await pass(PAUSES.reduce((sum, pause) => sum + pause));

      const waited = gaps(identity.asked);
      expect(waited.length).toBeGreaterThanOrEqual(PAUSES.length);
      for (const [i, pause] of PAUSES.entries()) {
        expect(waited[i]).toBeGreaterThanOrEqual(pause / 2);
        expect(waited[i]).toBeLessThanOrEqual(pause);
      }
      expect(onError).toHaveBeenCalledTimes(identity.asked.length);
      expect(app.customer()).toMatchObject({ status: 'error', error: { status: 503 } });
    },
  );

  test('another browser waits for another time, so that browsers do not return together', async () => {
    const waits = new Set<number | undefined>();
    for (const random of [0.1, 0.4, 0.9]) {
      vi.spyOn(Math, 'random').mockReturnValue(random);
      const { app, identity } = await start(busy);
      await shows('error');
      await pass(5 * SECOND);
      waits.add(gaps(identity.asked)[0]);
      app.unmount();
    }
    expect(waits.size).toBe(3);
    expect(waits).not.toContain(undefined);
  });

  test.each([false, true])(
    'the page recovers without a click, and shows only the error until then (StrictMode: %s)',
    async (strict) => {
      const backend = await startStigg();
      const identity = await startIdentity(() => new Response('', { status: 503 }));
      const app = renderApp(
        { ...backend.stigg, retries: 0, identityEndpoint: identity.url },
        { strict },
      );
      expect(await shows('error')).toMatchObject({ error: 'identity_http_error', ...DENIED });
      const first = app.seen.findIndex(({ status }) => status === 'error');

      await pass(5 * SECOND);
      await expect.poll(() => identity.requests).toHaveLength(2);
      identity.answer = signedIn('acme');
      await passUntil(() => app.customer().status === 'ready', 15 * SECOND);

      expect(await shows('ready')).toEqual(ACME);
      expect(new Set(app.seen.slice(first).map(({ status }) => status))).toEqual(
        new Set(['error', 'ready']),
      );
    },
  );

  test('a later attempt can find that nobody is signed in', async () => {
    const { app, identity, is } = await start(busy);
    await shows('error');
    const { length } = app.seen;
    identity.fail = undefined;
    identity.given = null;

    await passUntil(is('anonymous'), 5 * SECOND);

    expect(await shows('anonymous')).toMatchObject({ error: 'none', ...DENIED });
    expect(app.seen.slice(length).map(({ status }) => status)).not.toContain('loading');
  });

  test('a permanent error ends the attempts', async () => {
    const { app, identity } = await start(busy);
    await shows('error');
    identity.fail = new HardenedStiggError('identity_http_error', 'Forbidden.', { status: 403 });
    await pass(5 * SECOND);
    expect(app.customer().error).toMatchObject({ status: 403, retryable: false });

    await pass(DAY);

    expect(identity.asked).toHaveLength(2);
  });

  test('signOut() ends the attempts', async () => {
    const { app, identity } = await start(busy);
    await shows('error');
    await pass(5 * SECOND);
    expect(identity.asked).toHaveLength(2);

    act(() => app.customer().signOut());
    await pass(DAY);

    expect(identity.asked).toHaveLength(2);
    expect(app.customer().status).toBe('anonymous');
  });

  test('unmounting ends the attempts', async () => {
    const { app, identity } = await start(busy);
    await shows('error');
    await pass(5 * SECOND);
    expect(identity.asked).toHaveLength(2);

    app.unmount();
    await pass(DAY);

    expect(identity.asked).toHaveLength(2);
  });

  test('an error of the identity function is tried again too', async () => {
    const { identity, is } = await start(new TypeError('Failed to fetch'));
    await shows('error');
    identity.fail = undefined;
    await passUntil(is('ready'), 5 * SECOND);
    expect(await shows('ready')).toEqual(ACME);
  });
});

describe('permanent errors', () => {
  test.each<[string, unknown, Partial<Identity>]>([
    ['403', new HardenedStiggError('identity_http_error', 'No.', { status: 403 }), {}],
    ['another shape', undefined, { customerToken: '' }],
    ['a token for another customer', undefined, { customerId: 'globex' }],
    [
      'a token that Stigg refuses',
      undefined,
      { customerToken: createCustomerToken('acme', `not ${SIGNING_SECRET}`) },
    ],
  ])('a permanent error is not tried again: %s', async (_, fail, given) => {
    const { identity, onError } = await start(fail, {}, given);
    await shows('error');

    await pass(DAY);

    expect(identity.asked).toHaveLength(1);
    expect(onError).toHaveBeenCalledOnce();
  });
});

describe('Stigg is silent at the first load', () => {
  test('a silent Stigg is requested again in the background, and the page shows the error until it answers', async () => {
    let isSilent = true;
    const { stigg } = await startStigg({
      latencyMs: ({ customerId }) => (isSilent && customerId ? Number.POSITIVE_INFINITY : 0),
    });
    const onError = vi.fn();
    const app = renderApp({
      ...stigg,
      timeoutMs: 5 * SECOND,
      onError,
      identityEndpoint: async () => acme,
    });
    await pass(5 * SECOND);
    expect(await shows('error')).toMatchObject({ error: 'stigg_unreachable', ...DENIED });
    const first = app.seen.findIndex(({ status }) => status === 'error');

    await pass(5 * SECOND); // it begins again
    await pass(5 * SECOND); // and runs into its deadline
    expect(onError.mock.calls.map(([error]) => error.code)).toEqual([
      'stigg_unreachable',
      'stigg_unreachable',
    ]);
    isSilent = false;
    await passUntil(() => app.customer().status === 'ready', 10 * SECOND);

    expect(await shows('ready')).toEqual(ACME);
    expect(new Set(app.seen.slice(first).map(({ status }) => status))).toEqual(
      new Set(['error', 'ready']),
    );
  });
});

describe('an endpoint that is down until after the end of the token', () => {
  test('an endpoint that is down is requested again after the end of the token, and the page is ready again without a click', async () => {
    const { app, identity, is } = await start(undefined, {}, { expiresIn: 600 });
    expect(await shows('ready')).toEqual(ACME);
    identity.fail = busy;
    await pass(10 * MINUTE);
    expect(await shows('error')).toMatchObject({ error: 'identity_http_error', ...DENIED });
    const { length } = app.seen;
    const { length: asked } = identity.asked;

    await pass(30 * MINUTE);
    expect(identity.asked.length).toBeGreaterThan(asked + 3);
    expect(Math.max(...gaps(identity.asked.slice(asked)))).toBeLessThanOrEqual(5 * MINUTE);
    expect(app.customer().status).toBe('error');

    identity.fail = undefined;
    await passUntil(is('ready'), 5 * MINUTE, 2 * SECOND);
    expect(await shows('ready')).toEqual(ACME);
    expect(app.seen.slice(length).map(({ status }) => status)).not.toContain('loading');
  });

  test('an endpoint that goes down a second time is requested with short pauses again', async () => {
    const { identity, is } = await start(busy, {}, { expiresIn: 60 });
    await shows('error');
    await pass(30 * MINUTE);
    identity.fail = undefined;
    await passUntil(is('ready'), 5 * MINUTE, 2 * SECOND);

    identity.fail = busy;
    await pass(MINUTE);
    expect(await shows('error')).toMatchObject(DENIED);
    const { length } = identity.asked;
    await pass(40 * SECOND);

    expect(identity.asked.length).toBeGreaterThan(length);
  });
});

describe('a hidden page', () => {
  test('a hidden page requests nothing, and requests at once what is due when it is visible again', async () => {
    const { identity } = await start(busy);
    await shows('error');
    await pass(5 * SECOND);
    expect(identity.asked).toHaveLength(2);

    look('hidden');
    await pass(DAY);
    expect(identity.asked).toHaveLength(2);

    identity.fail = undefined;
    look('visible');
    await pass(0);
    expect(identity.asked).toHaveLength(3);
    expect(await shows('ready')).toEqual(ACME);
  });

  test('a page that was hidden from the start requests once, and again when it is visible', async () => {
    look('hidden');
    const { identity } = await start(busy);
    await shows('error');
    await pass(DAY);
    expect(identity.asked).toHaveLength(1);

    look('visible');
    await pass(0);
    expect(identity.asked).toHaveLength(2);
    await pass(10 * SECOND);
    expect(identity.asked.length).toBeGreaterThan(2);
  });
});

describe('Retry-After', () => {
  test.each([
    ['longer than the first pause', 120 * SECOND],
    ['longer than the longest pause', 2 * 60 * MINUTE],
  ])('a Retry-After that is %s is respected to the second', async (_, wait) => {
    const { stigg } = await startStigg();
    const identity = await startIdentity(
      () => new Response('', { status: 503, headers: { 'Retry-After': String(wait / SECOND) } }),
    );
    const app = renderApp({ ...stigg, identityEndpoint: identity.url });
    await shows('error');
    identity.answer = signedIn('acme');

    await pass(wait - SECOND);
    expect(identity.requests).toHaveLength(1);
    await passUntil(() => app.customer().status === 'ready', 6 * SECOND);
    expect(await shows('ready')).toEqual(ACME);
    expect(identity.requests).toHaveLength(2);
  });

  const limited = new HardenedStiggError('identity_http_error', 'Busy.', {
    status: 429,
    retryable: true,
    retryAfterMs: 3600 * SECOND,
  });

  test('is over with a good answer: the token that came is renewed in time', async () => {
    const { stigg, emulator } = await startStigg();
    const customerToken = emulator.issueToken('acme', 24 * 60 * MINUTE);
    let failure: unknown = limited;
    let asked = 0;
    const app = renderApp({
      ...stigg,
      identityEndpoint: async () => {
        asked++;
        if (failure) throw failure;
        return { customerId: 'acme', customerToken, expiresIn: 120 };
      },
    });
    await shows('error');
    failure = undefined;
    await act(() => app.customer().refresh());
    expect(asked).toBe(2);

    await pass(61 * SECOND);
    expect(asked).toBe(3);
    await pass(61 * SECOND);
    expect(asked).toBe(4);
    expect(await shows('ready')).toEqual(ACME);
  });

  test('is not over with a failure that says nothing of it', async () => {
    const { app, identity } = await start(limited);
    await shows('error');
    identity.fail = busy;
    await act(() => app.customer().refresh());
    expect(identity.asked).toHaveLength(2);

    for (let minute = 0; minute < 59; minute++) await pass(MINUTE);
    expect(identity.asked).toHaveLength(2);
    for (let minute = 0; minute < 6; minute++) await pass(MINUTE);
    expect(identity.asked.length).toBeGreaterThan(2);
  });

  test('a Retry-After also holds for a page that becomes visible again', async () => {
    const { identity, is } = await start(
      new HardenedStiggError('identity_http_error', 'Busy.', {
        status: 429,
        retryable: true,
        retryAfterMs: 120 * SECOND,
      }),
    );
    await shows('error');
    look('hidden');
    await pass(60 * SECOND);
    look('visible');
    fireEvent(window, new Event('focus'));
    fireEvent(window, new Event('online'));
    await pass(0);
    expect(identity.asked).toHaveLength(1);

    identity.fail = undefined;
    await passUntil(is('ready'), 65 * SECOND);
    expect(await shows('ready')).toEqual(ACME);
  });
});

import * as edge from 'hardened-stigg/edge';
import vectors from 'hardened-stigg/entitlement-vectors.json';
import type { EntitlementAnswer, Entitlements } from 'hardened-stigg/server';
import * as server from 'hardened-stigg/server';
import { afterEach, describe, expect, expectTypeOf, onTestFinished, test, vi } from 'vitest';
import { type Answers, answerEntitlement } from '../../src/entitlements/answer';
import { parseIdentity } from '../../src/identity/parse';
import { connect, startServerSdk } from '../emulator/start-server-sdk';
import { expectNoLeak } from '../helpers/leaks';
import { SIGNING_SECRET } from '../helpers/secret';
import { serve } from '../helpers/serve';

const list = vectors.list as EntitlementAnswer[];
const record = vectors.record as Entitlements;

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Settles when it is told to. */
function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    [resolve, reject] = [yes, no];
  });
  return { promise, resolve, reject };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe.each([
  ['hardened-stigg/server', server],
  ['hardened-stigg/edge', edge],
])('%s', (_, { createIdentityHandler, createCustomerToken, verifyCustomerToken }) => {
  type Options = Parameters<typeof createIdentityHandler>[0];
  const make = (options: Partial<Options>) =>
    createIdentityHandler({
      signingSecret: SIGNING_SECRET,
      getCustomerId: () => 'acme',
      onError: (error) => expect.unreachable(`${error}`),
      ...options,
    });
  const request = () => new Request('https://api.example.com/identity');
  const ask = (options: Partial<Options>) => make(options)(request());
  /** What `getEntitlements` gives in plain JavaScript, whatever the types say. */
  const giving = (given: unknown) => ({ getEntitlements: () => given }) as Partial<Options>;
  /** What the browser makes of an answer: it throws for an identity that it would refuse. */
  const received = async (response: Response) => {
    expect(response.status).toBe(200);
    return parseIdentity(await response.json());
  };

  test("the answer holds the entitlements that Stigg's server SDK returns for the customer", async () => {
    const { stigg } = await startServerSdk({
      plans: [{ id: 'pro', name: 'Pro', entitlements: record }],
      customers: { acme: { planId: 'pro' } },
    });
    const { url, close } = await serve(
      make({ getEntitlements: (customerId) => stigg.getEntitlements(customerId) }),
    );
    onTestFinished(close);

    const identity = await received(await fetch(url));
    expect(identity?.customerId).toBe('acme');
    expect(await verifyCustomerToken(identity?.customerToken, SIGNING_SECRET)).toBe('acme');
    expect(Object.keys(identity?.entitlements ?? {})).toEqual(Object.keys(record));
    for (const { name, kind, featureId, answer, ...rest } of vectors.reads) {
      const options = 'options' in rest ? rest.options : undefined;
      const read = { featureId, options };
      const said = answerEntitlement(kind as keyof Answers, identity?.entitlements ?? {}, read);
      // The emulator describes features in words of its own.
      const { feature, ...others } = JSON.parse(JSON.stringify(said));
      const { feature: expected, ...rests } = answer as { feature?: { id: string } };
      expect(others, name).toEqual(rests);
      expect(feature?.id, name).toBe(expected?.id);
    }
  });

  test('no entitlements are sent for a customer that Stigg does not know, or if Stigg refuses', async () => {
    const refusing = await serve(() => new Response('', { status: 401 }));
    onTestFinished(refusing.close);
    const { stigg } = await startServerSdk();
    for (const sdk of [stigg, connect(refusing.url)]) {
      // The server SDK does not reject: it gives an empty list for both.
      const list = await sdk.getEntitlements('nobody');
      expect(list).toEqual([]);
      expect(await (await ask(giving(list))).json()).not.toHaveProperty('entitlements');
    }
  });

  test.each<[string, unknown]>([
    ['a list', list],
    ['a promise of a list', Promise.resolve(list)],
    ['a record', record],
    ['a promise of a record', Promise.resolve(record)],
  ])('the browser gets a record from %s', async (_, given) => {
    expect((await received(await ask(giving(given))))?.entitlements).toEqual(record);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['undefined', undefined],
    ['a promise of undefined', Promise.resolve()],
    ['an empty list', []],
  ])('no entitlements are sent for %s, and onError is not called', async (_, given) => {
    expect(await (await ask(giving(given))).json()).toEqual({
      customerId: 'acme',
      customerToken: await createCustomerToken('acme', SIGNING_SECRET),
    });
  });

  test('an empty record is sent, and grants nothing', async () => {
    expect((await received(await ask(giving({}))))?.entitlements).toEqual({});
  });

  test('Infinity and dates arrive in the browser', async () => {
    const given: Entitlements = {
      endless: Number.POSITIVE_INFINITY,
      infinite: { limit: Number.POSITIVE_INFINITY, usage: 2 },
      dated: {
        hasAccess: true,
        usageLimit: 5,
        currentUsage: 5,
        usagePeriodEnd: new Date('2999-01-01'),
      },
    };
    const arrived = (await received(await ask(giving(given))))?.entitlements ?? {};
    for (const featureId of Object.keys(given)) {
      for (const kind of ['boolean', 'numeric', 'metered'] as const) {
        expect(answerEntitlement(kind, arrived, { featureId }), featureId).toEqual(
          answerEntitlement(kind, given, { featureId }),
        );
      }
    }
  });

  test('getEntitlements gets the customer and the request once, and the lifetime is sent too', async () => {
    const getEntitlements = vi.fn(() => ({ sso: true }));
    const handler = make({
      getCustomerId: () => ({ customerId: 'acme', expiresIn: 300 }),
      getEntitlements,
    });
    const asked = request();
    expect(await (await handler(asked)).json()).toMatchObject({
      expiresIn: 300,
      entitlements: { sso: true },
    });
    expect(getEntitlements).toHaveBeenCalledExactlyOnceWith('acme', asked);
  });

  test.each<[string, Partial<Options>, number]>([
    ['nobody is signed in', { getCustomerId: () => null }, 401],
    ['the answer is a Response', { getCustomerId: () => new Response('', { status: 503 }) }, 503],
    ['the id is none', { getCustomerId: (() => ({})) as never, onError: () => {} }, 500],
  ])('getEntitlements is not called if %s', async (_, options, status) => {
    const getEntitlements = vi.fn(() => ({}));
    expect((await ask({ ...options, getEntitlements })).status).toBe(status);
    expect(getEntitlements).not.toHaveBeenCalled();
  });

  describe('the identity is sent without entitlements, and onError gets the reason', () => {
    const without = async (options: Partial<Options>) => {
      const onError = vi.fn();
      const identity = await (await ask({ ...options, onError })).json();
      expect(Object.keys(identity)).toEqual(['customerId', 'customerToken']);
      expect(onError).toHaveBeenCalledExactlyOnceWith(expect.any(Error), expect.any(Request));
      expectNoLeak('what onError got', onError.mock.calls[0]?.[0]);
      return onError.mock.calls[0]?.[0] as Error;
    };
    const throwing = (thrown: unknown): Partial<Options> => ({
      getEntitlements: () => {
        throw thrown;
      },
    });
    const rejecting = (thrown: unknown): Partial<Options> => ({
      getEntitlements: () => Promise.reject(thrown),
    });
    const SENT_WITHOUT = 'getEntitlements failed, so the identity is sent without entitlements:';
    const RETURN =
      'Return Entitlements, or what "await stigg.getEntitlements(customerId)" returns.';

    test.each([
      ['throws', throwing],
      ['rejects', rejecting],
    ])('if getEntitlements %s, the error is the cause', async (_, how) => {
      const cause = new RangeError('the cache is down');
      const error = await without(how(cause));
      expect(error.message).toBe(`${SENT_WITHOUT} RangeError: the cache is down`);
      expect(error.cause).toBe(cause);
    });

    // For example a failure of Stigg's proxy. It does not decide who is signed in.
    test.each([
      ['thrown', throwing],
      ['rejected with', rejecting],
      ['returned', giving],
    ])(
      'a Response that is %s by getEntitlements is not the answer to the browser',
      async (_, how) => {
        await without(how(new Response('', { status: 401 })));
      },
    );

    test('without onError, one line is logged', async () => {
      const log = vi.spyOn(console, 'error').mockImplementation(() => {});
      await ask({ ...throwing(new Error('down\nat last')), onError: undefined });
      expect(log.mock.calls).toEqual([
        [
          `hardened-stigg: the identity handler failed: Error: ${SENT_WITHOUT} Error: down\\u000aat last`,
        ],
      ]);
    });

    test.each(vectors.wrong.filter(({ value }) => value !== null && !Array.isArray(value)))(
      'wrong entitlements are not sent: $name',
      async ({ value, path }) => {
        const error = await without(giving(value));
        expect(error.message).toBe(
          `${SENT_WITHOUT} TypeError: ${path} is not an entitlement. ${RETURN}`,
        );
      },
    );

    const cyclic: Record<string, unknown> = { id: 'sso' };
    cyclic.self = cyclic;
    test.each<[string, unknown, string]>([
      ['false', false, 'entitlements is not an entitlement'],
      ['a Map', new Map([['sso', true]]), 'entitlements is not an entitlement'],
      ['NaN', { seats: Number.NaN }, 'entitlements.seats is no'],
      ['endless usage', { seats: { limit: 5, usage: 1 / 0 } }, 'entitlements.seats.usage is no'],
      // In JSON, it would have to become null, which is unlimited.
      [
        'a limit that is not set',
        { seats: { limit: undefined } },
        'entitlements.seats.limit is no',
      ],
      ['a bigint', { seats: 5n }, 'entitlements.seats is no'],
      ['a promise inside', { sso: Promise.resolve(true) }, 'entitlements.sso is no'],
      ['a list of something else', ['sso'], "item 0 is no entitlement of Stigg's"],
      [
        'a list with a number that is none',
        [{ hasAccess: true, currentUsage: Number.NaN, feature: { id: 'seats' } }],
        'entitlements.seats.currentUsage is no',
      ],
      ['what JSON cannot hold', { sso: { hasAccess: true, feature: cyclic } }, 'circular'],
      [
        'what JSON makes something else of',
        { sso: { hasAccess: true, feature: { id: 'sso', toJSON: () => 'sso' } } },
        'entitlements.sso.feature is no',
      ],
    ])('wrong entitlements are not sent: %s', async (_, given, said) => {
      expect((await without(giving(given))).message).toContain(said);
    });

    test('if getEntitlements hangs, the identity is sent after a second, and a late answer does no harm', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const late = deferred<Entitlements>();
      const onError = vi.fn();
      let response: Response | undefined;
      const asked = ask({ getEntitlements: () => late.promise, onError }).then((settled) => {
        response = settled;
      });
      await vi.advanceTimersByTimeAsync(999);
      await turn();
      expect(response).toBeUndefined();
      await vi.advanceTimersByTimeAsync(1);
      await asked;
      expect(await response?.json()).not.toHaveProperty('entitlements');
      expect(onError.mock.calls[0]?.[0].message).toBe(
        `${SENT_WITHOUT} Error: no answer in 1000 ms. Read from a cache, or raise entitlementsTimeoutMs.`,
      );
      late.reject(new Error('late'));
      await turn();
      expect(onError).toHaveBeenCalledOnce();
    });

    test('the answer waits for entitlementsTimeoutMs', async () => {
      const getEntitlements = () => new Promise<never>(() => {});
      const error = await without({ getEntitlements, entitlementsTimeoutMs: 5 });
      expect(error.message).toContain('no answer in 5 ms');
    });

    test('an entitlementsTimeoutMs of 0 sends entitlements that are available at once', async () => {
      const at = await ask({ ...giving(Promise.resolve(record)), entitlementsTimeoutMs: 0 });
      expect((await received(at))?.entitlements).toEqual(record);
    });
  });

  test('no timer is left after the answer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await ask(giving(record));
    await ask({ ...giving(record), entitlementsTimeoutMs: Number.POSITIVE_INFINITY });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('getEntitlements starts while the secret is fetched, and a failing secret does not wait for it', async () => {
    const secret = deferred<string>();
    const started = deferred<void>();
    const onError = vi.fn();
    const answer = ask({
      signingSecret: () => secret.promise,
      getEntitlements: () => {
        started.resolve();
        return new Promise<never>(() => {});
      },
      entitlementsTimeoutMs: Number.POSITIVE_INFINITY,
      onError,
    });
    await started.promise;
    secret.reject(new Error('the store is down'));
    expect((await answer).status).toBe(500);
    expect(onError.mock.calls[0]?.[0].message).toBe('the store is down');
  });

  test.each([
    'NEXT_REDIRECT;replace;/login;307;',
    'DYNAMIC_SERVER_USAGE',
    'HANGING_PROMISE_REJECTION',
  ])('%s, which is control flow of a framework, is thrown on', async (digest) => {
    const error = Object.assign(new Error('control flow'), { digest });
    await expect(ask({ getEntitlements: () => Promise.reject(error) })).rejects.toBe(error);
  });

  test.each<[string, Partial<Record<keyof Options, unknown>>, string]>([
    ...[null, 'sso', record].map((given): [string, object, string] => [
      `getEntitlements: ${given}`,
      { getEntitlements: given },
      'getEntitlements must be a function of a customer id and a request.',
    ]),
    ...[-1, Number.NaN, '1000', null, new Date()].map((given): [string, object, string] => [
      `entitlementsTimeoutMs: ${given}`,
      { entitlementsTimeoutMs: given },
      'entitlementsTimeoutMs must be a number of milliseconds, 0 or more.',
    ]),
  ])('%s is refused when the handler is made', (_, options, message) => {
    expect(() => make(options as Partial<Options>)).toThrow(new TypeError(message));
  });

  test("the types accept Stigg's list and a record, and nothing else", () => {
    type Given = Awaited<ReturnType<NonNullable<Options['getEntitlements']>>>;
    expectTypeOf<Given>().toEqualTypeOf<
      Entitlements | readonly EntitlementAnswer[] | null | undefined
    >();
    expectTypeOf<Parameters<NonNullable<Options['getEntitlements']>>>().toEqualTypeOf<
      [customerId: string, request: Request]
    >();
    expectTypeOf<Options['entitlementsTimeoutMs']>().toEqualTypeOf<number | undefined>();
  });
});

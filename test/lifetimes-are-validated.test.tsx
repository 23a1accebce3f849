import { inspect } from 'node:util';
import { fetchIdentity, type HardenedStiggError, type Identity } from 'hardened-stigg';
import { createCustomerToken } from 'hardened-stigg/server';
import { describe, expect, test, vi } from 'vitest';
import { type AppProps, renderApp, shows } from './helpers/app';
import { startIdentity, startStigg } from './helpers/backend';
import { ACME, DENIED } from './helpers/expected';
import { pass, stopTime } from './helpers/fake-time';
import { SIGNING_SECRET } from './helpers/secret';

const NOW = Date.UTC(2030, 0, 1);
const MINUTE = 60_000;
const acme = { customerId: 'acme', customerToken: createCustomerToken('acme', SIGNING_SECRET) };

/** Every text in an error that would reveal the given value. */
const VALUE = /4242|2031-07|19 Jul|soon|sentinel/;

/** An app whose identity function gives this lifetime. */
async function start(lifetime: Record<string, unknown>, props: Partial<AppProps> = {}) {
  const { stigg, customerRequests } = await startStigg();
  let asked = 0;
  const onError = vi.fn();
  const app = renderApp({
    ...stigg,
    onError,
    identityEndpoint: async () => {
      asked++;
      return { ...acme, ...lifetime } as Identity;
    },
    ...props,
  });
  return { app, onError, asked: () => asked, customerRequests };
}

/** Checks that it is an error of the endpoint, which names the field and not the value. */
function expectToName(field: 'expiresIn' | 'expiresAt', error: HardenedStiggError | null) {
  expect(error).toMatchObject({ code: 'identity_invalid', retryable: false });
  expect(error?.message).toContain(field);
  expect(error?.message).not.toMatch(/expired|clock/); // unknown for a value that is not a date
  expect(error?.message.length).toBeLessThanOrEqual(500);
  expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(VALUE);
}

const hidden = { toString: () => 'sentinel', valueOf: () => 4242, sentinel: true };
const OTHER_TYPES: [string, unknown][] = [
  ['a bigint', 424242424242n],
  ['a symbol', Symbol('sentinel')],
  ['an object', hidden],
  ['an empty object', {}],
  ['a list', [4242]],
  ['a function', () => 4242],
  ['true', true],
  ['false', false],
];

const NO_DATES: [string, unknown][] = [
  ...OTHER_TYPES,
  ['local time', '2031-07-19T04:05:06'],
  ['local time with milliseconds', '2031-07-19T04:05:06.789'],
  ['local time without seconds', '2031-07-19T04:05'],
  ['local time with a space', '2031-07-19 04:05:06'],
  ['local time in words', 'Sat, 19 Jul 2031 04:05:06'],
  ['a date only', '2031-07-19'],
  ['epoch seconds as a string', '1942424242'],
  ['a word', 'soon'],
  ['empty', ''],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
];

const NO_LIFETIMES: [string, unknown][] = [
  ...OTHER_TYPES,
  ['a number as a string', '4242'],
  ['a word', 'soon'],
  ['empty', ''],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['negative', -4242],
];

/** Whether an endpoint can send it. */
const isJson = ([, value]: [string, unknown]) =>
  ['string', 'boolean', 'object'].includes(typeof value) ||
  (typeof value === 'number' && Number.isFinite(value));

describe.each([
  ['expiresAt', NO_DATES],
  ['expiresIn', NO_LIFETIMES],
] as const)('%s', (field, wrong) => {
  test.each(wrong)('%s is identity_invalid, and the message names the field', async (_, value) => {
    const { app, onError, asked, customerRequests } = await start({ [field]: value });

    expect(await shows('error')).toMatchObject({ error: 'identity_invalid', ...DENIED });

    expectToName(field, app.customer().error);
    expect(onError.mock.calls).toEqual([[app.customer().error]]);
    expect(asked()).toBe(1);
    expect(customerRequests()).toEqual([]);
  });

  test.each(wrong.filter(isJson))(
    '%s in the JSON of an endpoint is identity_invalid too',
    async (_, value) => {
      const identity = await startIdentity(() => Response.json({ ...acme, [field]: value }));

      const error = await fetchIdentity(identity.url).catch((error) => error);

      expectToName(field, error);
    },
  );

  test.each(wrong)('%s from select() is identity_invalid too', async (_, value) => {
    const identity = await startIdentity(() => Response.json({}));

    const error = await fetchIdentity(identity.url, {
      select: () => ({ ...acme, [field]: value }),
    }).catch((error) => error);

    expectToName(field, error);
  });

  test('a lifetime of null means no lifetime', async () => {
    await start({ [field]: null });
    expect(await shows('ready')).toEqual(ACME);
  });
});

test.each([1_942_424_242, 1, 0, -1_942_424_242])(
  'the message says that an expiresAt of %s is in seconds',
  async (expiresAt) => {
    const { app, asked } = await start({ expiresAt });

    await shows('error');

    expectToName('expiresAt', app.customer().error);
    expect(app.customer().error?.message).toContain('seconds');
    expect(asked()).toBe(1);
  },
);

test('a wrong expiresAt is an error even next to a good expiresIn', async () => {
  const { app } = await start({ expiresIn: 600, expiresAt: '2031-07-19T04:05:06' });
  await shows('error');
  expectToName('expiresAt', app.customer().error);
});

test('a wrong expiresIn is an error even next to a good expiresAt', async () => {
  const { app } = await start({ expiresIn: 'soon', expiresAt: '2131-01-01T00:00:00Z' });
  await shows('error');
  expectToName('expiresIn', app.customer().error);
});

describe('a date with a zone, and epoch milliseconds, mean the same moment in every time zone', () => {
  test.each<[string | number]>([
    ['2030-01-01T00:10:00Z'],
    ['2030-01-01T00:10:00.000Z'],
    ['2030-01-01T00:10Z'],
    ['2030-01-01T09:10:00+09:00'],
    ['2029-12-31T18:40:00-05:30'],
    [NOW + 10 * MINUTE],
  ])('%s', async (expiresAt) => {
    stopTime(NOW);
    const { asked } = await start({ expiresAt });
    expect(await shows('ready')).toEqual(ACME);

    await pass(9 * MINUTE - 1);
    expect(asked()).toBe(1);
    await pass(1);
    expect(asked()).toBe(2);
  });
});

test.each<[string, () => Record<string, unknown>]>([
  ['an expiresAt of a minute ago', () => ({ expiresAt: Date.now() - MINUTE })],
  ['the same as a string', () => ({ expiresAt: new Date(Date.now() - MINUTE).toJSON() })],
  ['an expiresIn of 0', () => ({ expiresIn: 0 })],
])('%s, from an endpoint, is a token that is over, and no mistake in a field', async (_, over) => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(() => Response.json({ ...acme, ...over() }));
  expect(await fetchIdentity(identity.url)).toMatchObject({ expiresIn: 0 });

  const app = renderApp({ ...stigg, identityEndpoint: identity.url });

  expect(await shows('error')).toMatchObject({ error: 'identity_invalid', ...DENIED });
  expect(app.customer().error?.message).toMatch(/^The token has expired\. /);
});

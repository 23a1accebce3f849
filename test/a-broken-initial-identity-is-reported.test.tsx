import { act } from '@testing-library/react';
import type { HardenedStiggError, Identity } from 'hardened-stigg';
import { createCustomerToken } from 'hardened-stigg/server';
import { describe, expect, test, vi } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { quiet } from './helpers/clocks';
import { ACME, DENIED } from './helpers/expected';
import { SIGNING_SECRET } from './helpers/secret';

const customerToken = createCustomerToken('acme', SIGNING_SECRET);
const acme = { customerId: 'acme', customerToken };

const BROKEN: [string, unknown, HardenedStiggError['code']][] = [
  ['an empty object', {}, 'identity_invalid'],
  ['a string', 'acme', 'identity_invalid'],
  ['false', false, 'identity_invalid'],
  ['a list', [acme], 'identity_invalid'],
  ['no token', { customerId: 'acme' }, 'identity_invalid'],
  ['a token that is no string', { ...acme, customerToken: 7 }, 'identity_invalid'],
  [
    'a token that no header can carry',
    { ...acme, customerToken: 'two\nlines' },
    'identity_invalid',
  ],
  ['no customer', { customerToken }, 'identity_invalid'],
  ['an empty customer', { ...acme, customerId: '' }, 'identity_invalid'],
  ['a token that has run out', { ...acme, expiresIn: 0 }, 'identity_invalid'],
  [
    'a token that ran out long ago',
    { ...acme, expiresAt: '2020-01-01T00:00:00Z' },
    'identity_invalid',
  ],
  ['a lifetime that is no number', { ...acme, expiresIn: Number.NaN }, 'identity_invalid'],
  ['a lifetime that is no date', { ...acme, expiresAt: 'tomorrow' }, 'identity_invalid'],
  ["another customer's token", { ...acme, customerId: 'globex' }, 'identity_mismatch'],
];

describe.each(BROKEN)('%s', (_, value, code) => {
  test.each([false, true])(
    'onError gets the fault of initialIdentity, and the endpoint is requested (StrictMode: %s)',
    async (strict) => {
      const { stigg } = await startStigg();
      const identity = await startIdentity(signedIn('acme'));
      const onError = vi.fn<(error: HardenedStiggError) => void>();
      const app = renderApp(
        {
          ...stigg,
          identityEndpoint: identity.url,
          initialIdentity: value as Identity,
          onError,
        },
        { strict },
      );

      expect(await shows('ready')).toEqual(ACME);
      expect(identity.requests).toHaveLength(1);
      await act(() => quiet());
      expect(onError).toHaveBeenCalledOnce();
      const error = onError.mock.calls[0]?.[0];
      expect(error).toMatchObject({ code, retryable: false });
      expect(error?.message).toContain('initialIdentity');
      expect(error?.message).not.toContain('identity endpoint must');
      expect(app.seen.map(({ status }) => status)).not.toContain('error');
    },
  );
});

test('the answer of the endpoint counts, even if nobody is signed in', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn(null));
  renderApp({
    ...stigg,
    identityEndpoint: identity.url,
    initialIdentity: { ...acme, customerId: 'globex' },
  });

  expect(await shows('anonymous')).toMatchObject({ customer: 'nobody', ...DENIED });
  expect(identity.requests).toHaveLength(1);
});

test('a broken initialIdentity is reported once, and not again by a later refresh()', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const onError = vi.fn();
  const app = renderApp({
    ...stigg,
    identityEndpoint: identity.url,
    initialIdentity: {} as Identity,
    onError,
  });
  await shows('ready');
  await act(() => app.customer().refresh());

  expect(await shows('ready')).toEqual(ACME);
  expect(onError).toHaveBeenCalledOnce();
  expect(identity.requests).toHaveLength(2);
});

import { act, render } from '@testing-library/react';
import { HardenedStiggError, HardenedStiggProvider } from 'hardened-stigg';
import { createCustomerToken } from 'hardened-stigg/server';
import { StrictMode } from 'react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type AppProps, renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { ACME, DENIED } from './helpers/expected';
import { pass, stopTime } from './helpers/fake-time';
import { SIGNING_SECRET } from './helpers/secret';

/* Values that plain JavaScript, an unset variable or a wrong calculation may give. */

afterEach(() => {
  vi.restoreAllMocks();
});

/** A prop that the types do not allow. */
const props = (given: Record<string, unknown>) => given as Partial<AppProps>;

const customerToken = createCustomerToken('acme', SIGNING_SECRET);

describe('a sessionKey of NaN', () => {
  test.each([false, true])(
    'a sessionKey of NaN is a key like any other (StrictMode: %s)',
    async (strict) => {
      const { stigg } = await startStigg();
      const identity = await startIdentity(signedIn('acme'));
      const all = { ...stigg, identityEndpoint: identity.url };
      const app = renderApp({ ...all, sessionKey: Number.NaN }, { strict });
      expect(await shows('ready')).toEqual(ACME);

      app.rerender({ ...all, sessionKey: Number.NaN });
      expect(app.customer().status).toBe('ready');
      expect(identity.requests).toHaveLength(1);

      identity.answer = signedIn('globex');
      app.rerender({ ...all, sessionKey: 1 });
      expect(app.customer().status).toBe('loading');
      expect(await shows('ready')).toMatchObject({ customer: 'globex', ...DENIED });
    },
  );

  test('a sessionKey of NaN after another key starts over once', async () => {
    const { stigg } = await startStigg();
    const identity = await startIdentity(signedIn('acme'));
    const all = { ...stigg, identityEndpoint: identity.url };
    const app = renderApp({ ...all, sessionKey: 1 });
    await shows('ready');

    app.rerender({ ...all, sessionKey: Number.NaN });
    expect(app.customer().status).toBe('loading');
    expect(await shows('ready')).toEqual(ACME);
    expect(identity.requests).toHaveLength(2);
  });
});

describe('timeoutMs', () => {
  test.each<[unknown]>([[null], [Number.NaN], [-1], ['soon'], [5n], [{}]])(
    'a timeoutMs of %s means 10 seconds for the endpoint',
    async (timeoutMs) => {
      const { stigg } = await startStigg();
      stopTime();
      const app = renderApp({
        ...stigg,
        retries: 0,
        identityEndpoint: () => new Promise(() => {}),
        ...props({ timeoutMs }),
      });

      await pass(9999);
      expect(app.customer().status).toBe('loading');
      await pass(1);
      expect(await shows('error')).toMatchObject({ error: 'identity_timeout', ...DENIED });
      expect(app.customer().error?.message).toContain('10000 ms');
    },
  );

  test('a timeoutMs of null means 10 seconds for Stigg', async () => {
    const { stigg } = await startStigg({
      latencyMs: ({ customerId }) => (customerId ? Number.POSITIVE_INFINITY : 0),
    });
    stopTime();
    const app = renderApp({
      ...stigg,
      identityEndpoint: async () => ({ customerId: 'acme', customerToken }),
      ...props({ timeoutMs: null }),
    });

    await pass(9999);
    expect(app.customer().status).toBe('loading');
    await pass(1);
    expect(await shows('error')).toMatchObject({ error: 'stigg_unreachable', ...DENIED });
    expect(app.customer().error?.message).toContain('10000 ms');
  });
});

test.each<[unknown]>([[null], ['many'], [{}]])(
  'retries={%s} means three retries',
  async (retries) => {
    const { stigg } = await startStigg();
    stopTime();
    let asked = 0;
    const app = renderApp({
      ...stigg,
      identityEndpoint: async () => {
        asked++;
        throw new HardenedStiggError('identity_http_error', 'Busy.', {
          status: 503,
          retryable: true,
        });
      },
      ...props({ retries }),
    });

    for (let i = 0; app.customer().status === 'loading' && i < 100; i++) await pass(100);

    expect(asked).toBe(4);
    expect(await shows('error')).toMatchObject({ error: 'identity_http_error', ...DENIED });
  },
);

test.each<[unknown]>([[null], [Number.NaN], [-60_000], ['early'], [60_000n], [{}]])(
  'refreshMarginMs={%s} means a minute before the end',
  async (refreshMarginMs) => {
    const { emulator, stigg } = await startStigg();
    stopTime();
    const token = emulator.issueToken('acme', 6_000_000);
    let asked = 0;
    renderApp({
      ...stigg,
      identityEndpoint: async () => {
        asked++;
        return { customerId: 'acme', customerToken: token, expiresIn: 600 };
      },
      ...props({ refreshMarginMs }),
    });
    expect(await shows('ready')).toEqual(ACME);

    await pass(539_999);
    expect(asked).toBe(1);
    await pass(1);
    expect(asked).toBe(2);
    expect(await shows('ready')).toEqual(ACME);
  },
);

describe('no identityEndpoint', () => {
  const endpoints: [string, Record<string, unknown>][] = [
    ['undefined, as of an unset variable', { identityEndpoint: undefined }],
    ['left out', {}],
    ['null', { identityEndpoint: null }],
    ['empty', { identityEndpoint: '' }],
    ['false, as of a condition', { identityEndpoint: false }],
    ['undefined, and nobody signed in', { identityEndpoint: undefined, sessionKey: null }],
    ['undefined, and an initialIdentity', { initialIdentity: { customerId: 'a', customerToken } }],
  ];
  const modes = [false, true].flatMap((strict) =>
    endpoints.map(([name, given]) => [name, strict, given] as const),
  );

  test.each(modes)(
    '%s throws at mount, and names what is missing (StrictMode: %s)',
    async (_, strict, given) => {
      const { stigg } = await startStigg();
      vi.spyOn(console, 'error').mockImplementation(() => {});
      const fetch = vi.spyOn(globalThis, 'fetch');
      const app = (
        <HardenedStiggProvider {...stigg} {...(given as { identityEndpoint: string })}>
          <p>app</p>
        </HardenedStiggProvider>
      );

      let thrown: unknown;
      try {
        render(strict ? <StrictMode>{app}</StrictMode> : app);
      } catch (error) {
        thrown = error;
      }
      await act(async () => {});

      expect(thrown).toBeInstanceOf(Error);
      const { message } = thrown as Error;
      expect(message).toMatch(/\bidentityEndpoint\b/);
      expect(message).toMatch(/\bidentity\b/);
      // Apart from the SDK's own configuration, nothing was requested, and above all not the page's own address.
      expect(
        fetch.mock.calls.map(([url]) => `${url}`).filter((url) => !url.startsWith(stigg.baseUri)),
      ).toEqual([]);
    },
  );
});

test.each([Number.NaN, -1, Number.NEGATIVE_INFINITY])(
  'retries={%s}: a token that cannot be renewed is tried again, and runs out',
  async (retries) => {
    const { stigg } = await startStigg();
    stopTime();
    let asked = 0;
    renderApp({
      ...stigg,
      retries,
      identityEndpoint: async () => {
        if (asked++ > 0) throw new HardenedStiggError('identity_timeout', '', { retryable: true });
        return { customerId: 'acme', customerToken, expiresIn: 600 };
      },
    });
    expect(await shows('ready')).toEqual(ACME);

    for (let minute = 0; minute < 10; minute++) await pass(60_000);

    expect(asked).toBeGreaterThan(3);
    expect(await shows('error')).toMatchObject({ error: 'identity_timeout', ...DENIED });
  },
);

describe.each([undefined, null, ''])('apiKey={%j}', (apiKey) => {
  const props = { apiKey: apiKey as string, identityEndpoint: async () => null };
  const children = <p>app</p>;

  test('throws at mount', () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const mount = () =>
      render(<HardenedStiggProvider {...props}>{children}</HardenedStiggProvider>);
    expect(mount).toThrow();
  });

  test('is fine with offline', async () => {
    renderApp({ ...props, offline: true });
    expect(await shows('anonymous')).toMatchObject(DENIED);
  });
});

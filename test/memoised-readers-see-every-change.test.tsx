import { type StiggClient, useStiggContext } from '@stigg/react-sdk';
import { act, screen } from '@testing-library/react';
import { memo, useMemo } from 'react';
import { describe, expect, test, vi } from 'vitest';
import { type AppProps, renderApp, shows } from './helpers/app';
import { expiring, signedIn, startIdentity, startStigg } from './helpers/backend';
import { pass, stopTime } from './helpers/fake-time';

const read = (stigg: StiggClient) =>
  stigg.getBooleanEntitlement({ featureId: 'sso' }).hasAccess ? 'granted' : 'denied';

/** What React Compiler makes of a component that reads an entitlement itself. */
function Compiled() {
  const { stigg } = useStiggContext();
  const sso = useMemo(() => read(stigg), [stigg]);
  return <p data-testid="compiled">{sso}</p>;
}

/** And of one that gets the client as a prop. */
const Child = memo(({ stigg }: { stigg: StiggClient }) => <p data-testid="child">{read(stigg)}</p>);
const Parent = () => <Child stigg={useStiggContext().stigg} />;

/** And a cache outside of React. */
const cache = new WeakMap<StiggClient, string>();
function Cached() {
  const { stigg } = useStiggContext();
  const known = cache.get(stigg) ?? read(stigg);
  cache.set(stigg, known);
  return <p data-testid="cached">{known}</p>;
}

const READERS = ['compiled', 'child', 'cached'];
const all = (text: string) => READERS.map(() => text);
const shown = () => READERS.map((id) => screen.getByTestId(id).textContent);

async function start(props: Partial<AppProps> = {}, strict = false) {
  const backend = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const app = renderApp(
    { ...backend.stigg, identityEndpoint: identity.url, ...props },
    {
      strict,
      children: (
        <>
          <Compiled />
          <Parent />
          <Cached />
        </>
      ),
    },
  );
  return { ...backend, identity, app, stigg: () => app.context().stigg, props: backend.stigg };
}

describe('a memoised reader', () => {
  test.each([false, true])(
    'a memoised reader sees that the customer has loaded (StrictMode: %s)',
    async (strict) => {
      await start({}, strict);
      expect(shown()).toEqual(all('denied'));
      await shows('ready');
      expect(shown()).toEqual(all('granted'));
    },
  );

  test('a memoised reader sees a sign-out, and the next sign-in', async () => {
    const { app } = await start();
    await shows('ready');
    act(() => app.customer().signOut());
    expect(shown()).toEqual(all('denied'));

    await act(() => app.customer().refresh());
    expect(shown()).toEqual(all('granted'));
  });

  test('a memoised reader sees a sign-out by clearCustomer()', async () => {
    const { stigg } = await start();
    await shows('ready');
    act(() => stigg().clearCustomer());
    expect(shown()).toEqual(all('denied'));
  });

  test('a memoised reader sees a refresh() that finds another customer, and then the first one again', async () => {
    const { app, identity } = await start();
    await shows('ready');
    identity.answer = signedIn('globex');
    await act(() => app.customer().refresh());
    expect(shown()).toEqual(all('denied'));

    identity.answer = signedIn('acme');
    await act(() => app.customer().refresh());
    expect(shown()).toEqual(all('granted'));
  });

  test('a memoised reader sees a refresh() that finds nobody', async () => {
    const { app, identity } = await start();
    await shows('ready');
    identity.answer = signedIn(null);
    await act(() => app.customer().refresh());
    expect(shown()).toEqual(all('denied'));
  });

  test('a memoised reader sees an error', async () => {
    const { app, identity } = await start();
    await shows('ready');
    identity.answer = () => new Response('', { status: 403 });
    await act(() => app.customer().refresh());
    expect(app.customer().status).toBe('error');
    expect(shown()).toEqual(all('denied'));
  });

  test('a memoised reader sees another session key in the same render', async () => {
    const { app, identity, props } = await start({ sessionKey: 1 });
    await shows('ready');
    expect(shown()).toEqual(all('granted'));
    identity.answer = signedIn('globex');

    app.rerender({ ...props, identityEndpoint: identity.url, sessionKey: 2 });
    expect(shown()).toEqual(all('denied'));
    await shows('ready');
    expect(shown()).toEqual(all('denied'));
  });

  test('a memoised reader sees a session key that becomes null', async () => {
    const { app, identity, props } = await start({ sessionKey: 1 });
    await shows('ready');
    expect(shown()).toEqual(all('granted'));

    app.rerender({ ...props, identityEndpoint: identity.url, sessionKey: null });
    expect(shown()).toEqual(all('denied'));
  });

  test('a memoised reader sees the end of a token', async () => {
    const { emulator, stigg } = await startStigg();
    stopTime();
    const customerToken = emulator.issueToken('acme', 600_000);
    const endpoint = vi.fn(async () => ({ customerId: 'acme', customerToken, expiresIn: 600 }));
    renderApp(
      { ...stigg, identityEndpoint: endpoint, retries: 0 },
      {
        children: (
          <>
            <Compiled />
            <Parent />
            <Cached />
          </>
        ),
      },
    );
    await shows('ready');
    expect(shown()).toEqual(all('granted'));
    endpoint.mockImplementation(() => new Promise(() => {}));

    await pass(600_000);

    expect(shown()).toEqual(all('denied'));
  });
});

describe('the client that components see', () => {
  test('the client is the same object across the rotations of one customer', async () => {
    const { app, emulator, identity, stigg } = await start();
    identity.answer = expiring(emulator, 'acme');
    await shows('ready');
    const before = stigg();
    for (let i = 0; i < 3; i++) {
      await act(() => app.customer().refresh());
      expect(stigg()).toBe(before);
    }
    expect(shown()).toEqual(all('granted'));
  });

  test('the client is another object for each customer, and for a visitor', async () => {
    const { app, identity, stigg } = await start();
    const seen = [stigg()];
    await shows('ready');
    seen.push(stigg());
    for (const next of ['globex', null, 'acme']) {
      identity.answer = signedIn(next);
      await act(() => app.customer().refresh());
      seen.push(stigg());
    }
    for (const [i, client] of seen.entries()) expect(client === seen[i - 1]).toBe(false);
  });

  test('the client stays the same object while a temporary failure leaves the customer ready', async () => {
    const { app, identity, stigg } = await start({ retries: 0 });
    await shows('ready');
    const before = stigg();
    identity.answer = () => new Response('', { status: 503 });
    await act(() => app.customer().refresh());
    expect(app.customer().status).toBe('ready');
    expect(stigg()).toBe(before);
  });

  test('the client of the previous customer denies everything once there is another', async () => {
    const { app, identity, stigg } = await start();
    await shows('ready');
    const before = stigg();
    identity.answer = signedIn('globex');
    await act(() => app.customer().refresh());
    expect(read(before)).toBe('denied');
    identity.answer = signedIn('acme');
    act(() => app.customer().signOut());
    expect(read(before)).toBe('denied');
  });
});

import { act, fireEvent, screen } from '@testing-library/react';
import { useHardenedCustomer } from 'hardened-stigg';
import { createCustomerToken } from 'hardened-stigg/server';
import { Suspense } from 'react';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type AppProps, renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { ACME, DENIED } from './helpers/expected';
import { pass, stopTime, turns } from './helpers/fake-time';
import { SIGNING_SECRET } from './helpers/secret';

const DAY = 24 * 60 * 60_000;

const initialIdentity = {
  customerId: 'acme',
  customerToken: createCustomerToken('acme', SIGNING_SECRET),
};

afterEach(() => {
  vi.restoreAllMocks();
});

async function start(props: Partial<AppProps> = {}, options: Parameters<typeof renderApp>[1] = {}) {
  const backend = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const all: AppProps = {
    ...backend.stigg,
    apiKey: `client-${crypto.randomUUID()}`,
    identityEndpoint: identity.url,
    enabled: false,
    ...props,
  };
  const app = renderApp(all, options);
  /** Each status in turn. */
  const statuses = () =>
    app.seen.map(({ status }) => status).filter((status, i, all) => status !== all[i - 1]);
  return { ...backend, identity, app, statuses, props: all };
}

/** Everything that causes an automatic request to the endpoint. */
async function everything(apiKey: string) {
  const channel = new BroadcastChannel(`hardened-stigg:${apiKey}`);
  onTestFinished(() => channel.close());
  for (const message of [0, 'globex', null]) channel.postMessage(message);
  await turns();
  for (let i = 0; i < 2; i++) {
    for (const type of ['focus', 'online', 'pageshow']) fireEvent(window, new Event(type));
    fireEvent(document, new Event('visibilitychange', { bubbles: true }));
    await pass(2000);
    await pass(DAY);
  }
  await turns();
}

describe.each([false, true])('enabled={false} (StrictMode: %s)', (strict) => {
  test.each<[string, Partial<AppProps>]>([
    ['alone', {}],
    ['with a session key', { sessionKey: 'u1' }],
    ['with an initialIdentity', { initialIdentity }],
    ['with an initialIdentity of nobody', { initialIdentity: null }],
  ])('enabled={false} is loading, and requests nothing, whatever happens: %s', async (_, props) => {
    stopTime();
    const { app, identity, customerRequests, props: all } = await start(props, { strict });
    await everything(all.apiKey);

    expect(await shows('loading')).toMatchObject({ customer: 'nobody', ...DENIED });
    expect(new Set(app.seen.map(({ status }) => status))).toEqual(new Set(['loading']));
    expect(identity.requests).toHaveLength(0);
    expect(customerRequests()).toEqual([]);
  });

  test('enabled that becomes true makes one request to each, with no other status in between', async () => {
    const { app, identity, statuses, customerRequests, props } = await start({}, { strict });
    await turns();
    expect(identity.requests).toHaveLength(0);

    app.rerender({ ...props, enabled: true });

    expect(await shows('ready')).toEqual(ACME);
    await turns();
    expect(statuses()).toEqual(['loading', 'ready']);
    expect(identity.requests).toHaveLength(1);
    expect(customerRequests()).toHaveLength(1);
  });

  test('enabled that becomes true together with the session key makes each request once', async () => {
    const { app, identity, statuses, customerRequests, props } = await start({}, { strict });
    await turns();
    expect(identity.requests).toHaveLength(0);

    app.rerender({ ...props, enabled: true, sessionKey: 'u1' });

    expect(await shows('ready')).toEqual(ACME);
    await turns();
    expect(statuses()).toEqual(['loading', 'ready']);
    expect(identity.requests).toHaveLength(1);
    expect(customerRequests()).toHaveLength(1);
  });

  test('enabled that becomes true with nobody signed in shows a visitor, without a request', async () => {
    const { app, identity, statuses, props } = await start({}, { strict });
    await turns();

    app.rerender({ ...props, enabled: true, sessionKey: null });

    expect(await shows('anonymous')).toMatchObject(DENIED);
    await turns();
    expect(statuses()).toEqual(['loading', 'anonymous']);
    expect(identity.requests).toHaveLength(0);
  });

  test('enabled that becomes true uses the initialIdentity then', async () => {
    const { app, identity, statuses, customerRequests, props } = await start(
      { initialIdentity },
      { strict },
    );
    await turns();
    expect(customerRequests()).toEqual([]);

    app.rerender({ ...props, enabled: true });

    expect(await shows('ready')).toEqual(ACME);
    expect(statuses()).toEqual(['loading', 'ready']);
    expect(identity.requests).toHaveLength(0);
    expect(customerRequests()).toHaveLength(1);
  });
});

test('with enabled={false}, a session key of null does not show a visitor', async () => {
  const { app, identity } = await start({ sessionKey: null });
  await turns();
  expect(await shows('loading')).toMatchObject(DENIED);
  expect(new Set(app.seen.map(({ status }) => status))).toEqual(new Set(['loading']));
  expect(identity.requests).toHaveLength(0);
});

describe('enabled that becomes false', () => {
  test('enabled that becomes false is loading in the same render, with nothing granted, and can become true again', async () => {
    const { app, identity, customerRequests, props } = await start({ enabled: true });
    expect(await shows('ready')).toEqual(ACME);
    const { length } = app.seen;

    app.rerender({ ...props, enabled: false });
    expect(app.seen.slice(length).map(({ status }) => status)).not.toContain('ready');
    expect(await shows('loading')).toMatchObject({ customer: 'nobody', ...DENIED });
    expect(app.context().stigg.isCustomerLoaded).toBe(false);
    await turns();
    expect(identity.requests).toHaveLength(1);

    identity.answer = signedIn('globex');
    app.rerender({ ...props, enabled: true });
    expect(await shows('ready')).toMatchObject({ customer: 'globex', ...DENIED });
    expect(identity.requests).toHaveLength(2);
    expect(customerRequests()).toHaveLength(2);
  });

  test('enabled that becomes false drops requests that are running', async () => {
    const { app, identity, customerRequests, props } = await start();
    let answer = (_: Response) => {};
    identity.answer = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    app.rerender({ ...props, enabled: true });
    await expect.poll(() => identity.requests).toHaveLength(1);

    app.rerender({ ...props, enabled: false });
    await expect.poll(() => identity.requests[0]?.signal.aborted).toBe(true);
    answer(await signedIn('acme')(identity.requests[0] as Request));
    await turns();

    expect(await shows('loading')).toMatchObject(DENIED);
    expect(customerRequests()).toEqual([]);
  });

  test('enabled that becomes false ends every timer: a token that is due is not renewed', async () => {
    stopTime();
    const asked = vi.fn();
    const { app, props } = await start({
      enabled: true,
      identityEndpoint: async () => {
        asked();
        return { ...initialIdentity, expiresIn: 600 };
      },
    });
    expect(await shows('ready')).toEqual(ACME);

    app.rerender({ ...props, enabled: false });
    await everything(props.apiKey);
    expect(asked).toHaveBeenCalledOnce();
  });
});

describe('refresh() while not enabled', () => {
  test('refresh() while not enabled waits, and shares the request that follows', async () => {
    const { app, identity, props } = await start();
    const onSettled = vi.fn();
    act(() => void app.customer().refresh().then(onSettled));
    act(() => void app.customer().refresh().then(onSettled));
    await turns();
    expect(onSettled).not.toHaveBeenCalled();
    expect(identity.requests).toHaveLength(0);

    app.rerender({ ...props, enabled: true, sessionKey: 'u1' });

    expect(await shows('ready')).toEqual(ACME);
    await vi.waitFor(() => expect(onSettled).toHaveBeenCalledTimes(2));
    expect(identity.requests).toHaveLength(1);
  });

  test('refresh() while not enabled starts no request, and the status stays loading', async () => {
    const { app, identity, customerRequests } = await start({ initialIdentity });
    act(() => void app.customer().refresh());
    await turns();
    expect(await shows('loading')).toMatchObject(DENIED);
    expect(identity.requests).toHaveLength(0);
    expect(customerRequests()).toEqual([]);
  });
});

const Suspending = () => <p>{`suspended ${useHardenedCustomer({ suspense: true }).status}`}</p>;

test('a reader that suspends is shown once the provider is enabled', async () => {
  const { app, identity, props } = await start(
    {},
    {
      children: (
        <Suspense fallback={<p>please wait</p>}>
          <Suspending />
        </Suspense>
      ),
    },
  );
  await turns();
  expect(screen.getByText('please wait')).toBeInTheDocument();
  expect(identity.requests).toHaveLength(0);

  app.rerender({ ...props, enabled: true });
  await shows('ready');
  expect(await screen.findByText('suspended ready')).toBeInTheDocument();
});

test('enabled that is left out, undefined or true means the same', async () => {
  for (const enabled of [undefined, true]) {
    const { app, identity } = await start({ enabled });
    expect(await shows('ready')).toEqual(ACME);
    expect(identity.requests).toHaveLength(1);
    app.unmount();
  }
});

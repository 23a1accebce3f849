import { fireEvent, render, within } from '@testing-library/react';
import { HardenedStiggProvider } from 'hardened-stigg';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { type AppProps, renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { quiet } from './helpers/clocks';
import { EntitledPage } from './helpers/entitled-page';
import { ACME } from './helpers/expected';
import { until } from './helpers/until';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Another tab: a second provider with a BroadcastChannel of its own. */
function openTab(props: AppProps) {
  const tab = render(
    <HardenedStiggProvider {...props}>
      <EntitledPage />
    </HardenedStiggProvider>,
    { container: document.body.appendChild(document.createElement('div')) },
  );
  const text = (id: string) => within(tab.container).getByTestId(id).textContent;
  return { ...tab, text };
}

async function start(props: Partial<AppProps> = {}) {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const all = {
    ...stigg,
    apiKey: `client-${crypto.randomUUID()}`,
    identityEndpoint: identity.url,
    ...props,
  };
  const other = openTab(all);
  await until(() => other.text('status') === 'ready');
  const answer = (next: ReturnType<typeof signedIn>) => {
    identity.answer = next;
  };
  return { props: all, other, identity, answer };
}

test('a sign-out in one tab makes the others request, and they see that nobody is signed in', async () => {
  const { props, other, identity, answer } = await start();
  const tab = openTab(props);
  await until(() => tab.text('status') === 'ready');
  expect(identity.requests).toHaveLength(2);

  answer(signedIn(null));
  fireEvent.click(within(tab.container).getByRole('button', { name: 'sign out' }));

  await until(() => other.text('status') === 'anonymous');
  expect(other.text('sso')).toBe('denied');
  // The other tab requested. This one did not, and got no message of its own.
  await quiet();
  expect(identity.requests).toHaveLength(3);
});

test('a change of customer in one tab makes the others request once', async () => {
  const { props, other, identity, answer } = await start({ sessionKey: 'a' });
  const tab = openTab(props);
  await until(() => tab.text('status') === 'ready');

  answer(signedIn('globex'));
  tab.rerender(
    <HardenedStiggProvider {...props} sessionKey="b">
      <EntitledPage />
    </HardenedStiggProvider>,
  );

  await until(() => tab.text('customer') === 'globex');
  await until(() => other.text('customer') === 'globex');
  expect(other.text('sso')).toBe('denied');
  await quiet();
  expect(identity.requests).toHaveLength(4);
});

test('the messages between tabs name the customer, and nothing else', async () => {
  const { props, other, answer } = await start();
  const messages: unknown[] = [];
  const listener = new BroadcastChannel(`hardened-stigg:${props.apiKey}`);
  listener.onmessage = ({ data }) => messages.push(data);
  onTestFinished(() => listener.close());
  other.unmount();
  const app = renderApp(props);
  await shows('ready');

  answer(signedIn('globex'));
  await app.customer().refresh();
  await until(() => messages.length === 2);
  app.customer().signOut();
  await until(() => messages.length === 3);

  expect(messages).toEqual(['acme', 'globex', null]);
});

/** What another tab says. */
function announce({ apiKey }: AppProps) {
  const channel = new BroadcastChannel(`hardened-stigg:${apiKey}`);
  onTestFinished(() => channel.close());
  channel.postMessage(0);
}

test('a message during a load causes a request after it, because the load may be older than the message', async () => {
  const { props, other, identity, answer } = await start();
  let respond = (_: Response) => {};
  answer(
    () =>
      new Promise((resolve) => {
        respond = resolve;
      }),
  );
  fireEvent.click(within(other.container).getByRole('button', { name: 'refresh' }));
  await until(() => identity.requests.length === 2);

  announce(props);
  await quiet();
  expect(identity.requests).toHaveLength(2);
  answer(signedIn(null));
  respond(await signedIn('acme')(identity.requests[1] as Request));

  await until(() => other.text('status') === 'anonymous');
  expect(identity.requests).toHaveLength(3);
});

test('a tab that signed out requests when another one signs in', async () => {
  const { props, other, identity } = await start();
  fireEvent.click(within(other.container).getByRole('button', { name: 'sign out' }));
  expect(other.text('status')).toBe('anonymous');

  announce(props);

  await until(() => other.text('status') === 'ready');
  expect(identity.requests).toHaveLength(2);
});

test('a session key that becomes null is a sign-out for the other tabs', async () => {
  const { props, other, answer } = await start({ sessionKey: 'a' });
  const tab = openTab(props);
  await until(() => tab.text('status') === 'ready');

  answer(signedIn(null));
  tab.rerender(
    <HardenedStiggProvider {...props} sessionKey={null}>
      <EntitledPage />
    </HardenedStiggProvider>,
  );

  await until(() => other.text('status') === 'anonymous');
});

test('a new tab, and a refresh that finds the same customer, cause no requests in other tabs', async () => {
  const { props, identity } = await start();
  const tab = openTab(props);
  await until(() => tab.text('status') === 'ready');
  fireEvent.click(within(tab.container).getByRole('button', { name: 'refresh' }));
  await until(() => identity.requests.length === 3);
  await quiet();

  expect(identity.requests).toHaveLength(3);
});

test('tabs with another apiKey request nothing', async () => {
  const { props, other, identity, answer } = await start();
  const tab = openTab({ ...props, apiKey: 'client-other' });
  await until(() => tab.text('status') === 'ready');
  answer(signedIn(null));
  fireEvent.click(within(tab.container).getByRole('button', { name: 'sign out' }));
  await quiet();

  expect(other.text('status')).toBe('ready');
  expect(identity.requests).toHaveLength(2);
});

test('a sign-out after the provider has unmounted does no harm', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  await shows('ready');
  app.unmount();

  expect(() => app.customer().signOut()).not.toThrow();
});

test('the channel is closed on unmount', async () => {
  const close = vi.spyOn(BroadcastChannel.prototype, 'close');
  const { other } = await start();
  expect(close).not.toHaveBeenCalled();
  other.unmount();
  expect(close).toHaveBeenCalledOnce();
});

test('no listener is left on the window or the document after unmount', async () => {
  const alive = new Set<string>();
  for (const target of [window, document]) {
    const add = target.addEventListener.bind(target);
    vi.spyOn(target, 'addEventListener').mockImplementation(
      (
        type: string,
        listener: EventListenerOrEventListenerObject,
        options?: AddEventListenerOptions | boolean,
      ) => {
        const signal = typeof options === 'object' ? options.signal : undefined;
        const ours = ['visibilitychange', 'focus', 'online', 'pageshow'].includes(type);
        if (ours) alive.add(type);
        if (ours) signal?.addEventListener('abort', () => alive.delete(type));
        add(type, listener, options);
      },
    );
  }
  const { other } = await start();
  expect(alive.size).toBe(4);

  other.unmount();

  expect([...alive]).toEqual([]);
});

test('without BroadcastChannel everything else works', async () => {
  vi.stubGlobal('BroadcastChannel', undefined);
  const { other } = await start();
  fireEvent.click(within(other.container).getByRole('button', { name: 'sign out' }));
  await until(() => other.text('status') === 'anonymous');
});

test.each([
  ['requests if its identity is older than five minutes', {}, 300_001, 2],
  ['does not when it is younger', {}, 299_000, 1],
  ['does not with syncTabs={false}', { syncTabs: false }, 300_001, 1],
])('a tab that becomes visible %s', async (_, props, age, requests) => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  renderApp({ ...stigg, identityEndpoint: identity.url, ...props });
  await shows('ready');

  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + age });
  fireEvent(document, new Event('visibilitychange'));
  await until(() => identity.requests.length === requests);
  await quiet();

  expect(identity.requests).toHaveLength(requests);
  expect(await shows('ready')).toEqual(ACME);
});

test('with syncTabs={false} there is no channel', async () => {
  const open = vi.fn();
  vi.stubGlobal('BroadcastChannel', open);
  const { other } = await start({ syncTabs: false });
  expect(other.text('sso')).toBe('granted');
  expect(open).not.toHaveBeenCalled();
});

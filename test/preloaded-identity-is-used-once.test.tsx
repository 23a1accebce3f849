import { act } from '@testing-library/react';
import { identityPreloadScript, preloadIdentity } from 'hardened-stigg/preload';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { expiring, signedIn, startIdentity, startStigg } from './helpers/backend';
import { ACME } from './helpers/expected';

afterEach(() => {
  vi.useRealTimers();
  globalThis.__hardenedStiggIdentity = undefined;
});

/** Runs the script element as a page would. */
function runScript(html: string) {
  const script = document.createElement('script');
  script.textContent = /^<script>([\s\S]*)<\/script>$/.exec(html)?.[1] ?? '';
  new Function(script.textContent)();
}

const STARTERS: [string, (url: string) => void][] = [
  ['preloadIdentity()', (url) => preloadIdentity(url)],
  ['preloadIdentity(URL)', (url) => preloadIdentity(new URL(url))],
  ['identityPreloadScript()', (url) => runScript(identityPreloadScript(url))],
];

describe.each(STARTERS)('%s', (_, preload) => {
  test('the provider uses the preloaded answer, with one request in all, in StrictMode too', async () => {
    const { stigg } = await startStigg();
    const identity = await startIdentity(signedIn('acme'));
    preload(identity.url);
    await expect.poll(() => identity.requests).toHaveLength(1);

    renderApp({ ...stigg, identityEndpoint: identity.url }, { strict: true });

    expect(await shows('ready')).toEqual(ACME);
    expect(identity.requests).toHaveLength(1);
    expect(identity.requests[0]?.headers.get('Accept')).toBe('application/json');
  });

  test('a preloaded answer can be that nobody is signed in', async () => {
    const { stigg } = await startStigg();
    const identity = await startIdentity(signedIn(null));
    preload(identity.url);
    renderApp({ ...stigg, identityEndpoint: identity.url });
    await shows('anonymous');
    expect(identity.requests).toHaveLength(1);
  });

  test.each<[string, () => Response]>([
    ['a 500', () => new Response('', { status: 500 })],
    ['no JSON', () => new Response('<!doctype html>')],
    ['another shape', () => Response.json({})],
  ])('%s is not used as a preloaded answer: the provider requests', async (_, failure) => {
    const { stigg } = await startStigg();
    const identity = await startIdentity(failure);
    preload(identity.url);
    await expect.poll(() => identity.requests).toHaveLength(1);
    identity.answer = signedIn('acme');

    renderApp({ ...stigg, identityEndpoint: identity.url });

    expect(await shows('ready')).toEqual(ACME);
    expect(identity.requests).toHaveLength(2);
  });
});

test('a preload without a network is not used, and leaves no unhandled rejection', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  preloadIdentity(identity.url, { signal: AbortSignal.abort() });
  renderApp({ ...stigg, identityEndpoint: identity.url });
  expect(await shows('ready')).toEqual(ACME);
});

test('a preload without an answer is given up after timeoutMs', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(() => new Promise<Response>(() => {}));
  preloadIdentity(identity.url);
  await expect.poll(() => identity.requests).toHaveLength(1);
  identity.answer = signedIn('acme');
  renderApp({ ...stigg, identityEndpoint: identity.url, timeoutMs: 300 });
  expect(await shows('ready')).toEqual(ACME);
});

test('a preloaded answer is used once: refresh() requests', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  preloadIdentity(identity.url);
  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  await shows('ready');

  preloadIdentity(identity.url);
  await act(() => app.customer().refresh());
  expect(identity.requests).toHaveLength(3);
});

test.each([
  [30_000, 1],
  [30_001, 2],
])(
  'a preloaded answer is used for 30 seconds: after %s ms there are %s requests in all',
  async (age, count) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { stigg } = await startStigg();
    const identity = await startIdentity(signedIn('acme'));
    const startedAt = Date.now();
    preloadIdentity(identity.url);
    await expect.poll(() => identity.requests).toHaveLength(1);

    vi.setSystemTime(startedAt + age);
    renderApp({ ...stigg, identityEndpoint: identity.url });

    expect(await shows('ready')).toEqual(ACME);
    expect(identity.requests).toHaveLength(count);
  },
);

test.each([
  [19_999, 1],
  [20_001, 2],
])(
  'a lifetime of 20 s counts from the preload: after %s ms there are %s requests in all',
  async (age, count) => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] });
    const { stigg, emulator } = await startStigg();
    const identity = await startIdentity(expiring(emulator, 'acme', 20_000));
    const startedAt = Date.now();
    preloadIdentity(identity.url);
    await expect.poll(() => identity.requests).toHaveLength(1);

    vi.setSystemTime(startedAt + age);
    identity.answer = expiring(emulator, 'acme', 20_000);
    renderApp({ ...stigg, identityEndpoint: identity.url });

    expect(await shows('ready')).toEqual(ACME);
    expect(identity.requests).toHaveLength(count);
  },
);

test.each<[string, (url: string) => object]>([
  ['another endpoint', (url) => ({ identityEndpoint: `${url}?for=another` })],
  ['a function', (url) => ({ identityEndpoint: () => fetch(url).then((r) => r.json()) })],
])('a preloaded answer is not used for %s', async (_, props) => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('globex'));
  preloadIdentity(identity.url);
  await expect.poll(() => identity.requests).toHaveLength(1);
  identity.answer = signedIn('acme');

  renderApp({ ...stigg, identityEndpoint: identity.url, ...props(identity.url) });

  expect(await shows('ready')).toEqual(ACME);
  expect(identity.requests).toHaveLength(2);
});

test('a preloaded answer is not used for a user who signs in later', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn(null));
  preloadIdentity(identity.url);
  const props = { ...stigg, identityEndpoint: identity.url };
  const app = renderApp({ ...props, sessionKey: null });
  await shows('anonymous');

  identity.answer = signedIn('acme');
  app.rerender({ ...props, sessionKey: 1 });
  expect(await shows('ready')).toEqual(ACME);
});

describe('identityPreloadScript()', () => {
  test.each([
    ['</script><script>alert(1)</script>'],
    ['<!--'],
    ['"); alert(1); ("'],
    ['\u2028\u2029'],
    ["/a'b\\c"],
  ])('the endpoint %j cannot end the string in the preload script', (endpoint) => {
    const html = identityPreloadScript(endpoint);
    expect(html.match(/<\/script>/g)).toHaveLength(1);
    expect(html).not.toMatch(/[\u2028\u2029]|<!--|alert\(1\); \("/);
    const written = /new URL\((.*),document/.exec(html)?.[1];
    expect(new Function(`return ${written}`)()).toBe(endpoint);
  });

  test('the preload script accepts a nonce, and nothing else in its place', () => {
    expect(identityPreloadScript('/api/identity', { nonce: 'abc+/0=' })).toMatch(
      /^<script nonce="abc\+\/0=">/,
    );
    // `headers().get('x-nonce')` gives null if there is none.
    for (const options of [undefined, {}, { nonce: undefined }, { nonce: null }]) {
      expect(identityPreloadScript('/api/identity', options)).toMatch(/^<script>/);
    }
    for (const nonce of ['', '"><script>', 'a b', 'é']) {
      expect(() => identityPreloadScript('/', { nonce })).toThrow(TypeError);
    }
  });
});

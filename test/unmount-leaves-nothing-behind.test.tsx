import { act } from '@testing-library/react';
import { HardenedStiggError } from 'hardened-stigg';
import { afterEach, expect, test, vi } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';

afterEach(() => {
  vi.restoreAllMocks();
});

test('unmounting aborts the identity request', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(() => new Promise(() => {}));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  await expect.poll(() => identity.requests).toHaveLength(1);

  app.unmount();

  await expect.poll(() => identity.requests[0]?.signal.aborted).toBe(true);
});

test('after unmounting, a pending refresh() settles, and a later one does nothing', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(() => new Promise(() => {}));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  await expect.poll(() => identity.requests).toHaveLength(1);
  const pending = app.customer().refresh();

  app.unmount();

  await pending;
  await app.customer().refresh();
  expect(identity.requests).toHaveLength(1);
});

test.each([
  ['waiting for the identity', () => new Promise<null>(() => {})],
  [
    'pausing before a retry',
    () => {
      throw new HardenedStiggError('identity_timeout', 'Slow.', { retryable: true });
    },
  ],
])('unmounting leaves no timer while %s', async (_, identityEndpoint) => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const set = vi.spyOn(globalThis, 'setTimeout');
  const clear = vi.spyOn(globalThis, 'clearTimeout');
  /** The timers with our delays; the SDK and the servers of the test have others. */
  const timers = () =>
    set.mock.calls.flatMap(([, delay], i) =>
      delay === 12_345 || delay === 500 ? [set.mock.results[i]?.value] : [],
    );
  const { stigg } = await startStigg();
  const app = renderApp({ ...stigg, timeoutMs: 12_345, identityEndpoint });
  await act(async () => {});
  const before = timers().length;
  expect(before).toBeGreaterThan(0);

  app.unmount();
  await act(async () => {});

  expect(timers()).toHaveLength(before);
  const cleared = clear.mock.calls.map(([timer]) => timer);
  expect(cleared).toEqual(expect.arrayContaining(timers()));
});

test('a provider that mounts again starts from loading and requests again', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const first = renderApp({ ...stigg, identityEndpoint: identity.url });
  await shows('ready');
  first.unmount();

  const second = renderApp({ ...stigg, identityEndpoint: identity.url });

  expect(second.customer().status).toBe('loading');
  await shows('ready');
  expect(identity.requests).toHaveLength(2);
});

import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import {
  HardenedCustomerGate,
  HardenedStiggProvider,
  type HardenedStiggProviderProps,
  useHardenedCustomer,
} from 'hardened-stigg';
import { preloadIdentity } from 'hardened-stigg/preload';
import { createCustomerToken } from 'hardened-stigg/server';
import { Suspense } from 'react';
import { renderToPipeableStream, renderToString } from 'react-dom/server';
import { afterEach, expect, test, vi } from 'vitest';
import { signedIn, startIdentity, startStigg } from '../helpers/backend';
import { expectNoLeak } from '../helpers/leaks';
import { SIGNING_SECRET } from '../helpers/secret';

afterEach(() => {
  vi.restoreAllMocks();
});

const Status = () => <p>{useHardenedCustomer().status}</p>;
const Suspending = () => <p>{useHardenedCustomer({ suspense: true }).status}</p>;

async function start(props: Partial<HardenedStiggProviderProps> = {}) {
  const { stigg, customerRequests } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const app = (
    <HardenedStiggProvider {...stigg} identityEndpoint={identity.url} {...props}>
      <Status />
      <HardenedCustomerGate loading={<p>please wait</p>}>secret garden</HardenedCustomerGate>
      <Suspense fallback={<p>suspended</p>}>
        <Suspending />
      </Suspense>
    </HardenedStiggProvider>
  );
  return { app, identity, customerRequests };
}

const initialIdentity = {
  customerId: 'acme',
  customerToken: createCustomerToken('acme', SIGNING_SECRET),
  expiresIn: 60,
};

test.each([
  ['no identity', {}],
  ['an initialIdentity', { initialIdentity }],
  ['a visitor', { initialIdentity: null }],
  ['a session key', { sessionKey: 'u1' }],
  ['nobody', { sessionKey: null }],
])('renderToString with %s is loading, makes no request, and holds no token', async (_, props) => {
  const { app, identity, customerRequests } = await start(props);
  const timers = vi.spyOn(globalThis, 'setTimeout');

  const html = renderToString(app);

  expect(html).toContain('<p>loading</p>');
  expect(html).toContain('please wait');
  expect(html).toContain('suspended');
  expect(html).not.toContain('secret garden');
  expectNoLeak('the HTML', html);
  expect(typeof window).toBe('undefined');
  // Except for the clock of Node's own fetch, which StiggProvider starts.
  expect(timers.mock.calls.filter(([task]) => task.name !== 'onTick')).toEqual([]);
  expect(identity.requests).toHaveLength(0);
  expect(customerRequests()).toEqual([]);
});

test('renderToPipeableStream ends, and leaves suspended components to the browser', async () => {
  const { app } = await start({ initialIdentity });
  const onError = vi.fn();
  const stream = renderToPipeableStream(app, { onError }).pipe(new PassThrough());

  const html = await text(stream);

  expect(html).toContain('<p>loading</p>');
  expect(html).toContain('suspended');
  expectNoLeak('the HTML', html);
  expect(onError).toHaveBeenCalledOnce();
});

test('preloadIdentity() does nothing on a server', async () => {
  const fetch = vi.spyOn(globalThis, 'fetch');
  preloadIdentity('https://app.example.com/api/identity');
  expect(fetch).not.toHaveBeenCalled();
  expect(globalThis.__hardenedStiggIdentity).toBeUndefined();
});

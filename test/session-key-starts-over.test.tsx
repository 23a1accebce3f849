import { act } from '@testing-library/react';
import { fetchIdentity } from 'hardened-stigg';
import { expect, onTestFinished, test } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { ACME, DENIED } from './helpers/expected';
import { serve } from './helpers/serve';

test('the render with another sessionKey is loading, with nothing granted', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const props = { ...stigg, identityEndpoint: identity.url };
  const app = renderApp({ ...props, sessionKey: 1 });
  await shows('ready');
  const { length } = app.seen;

  identity.answer = signedIn('globex');
  app.rerender({ ...props, sessionKey: 2 });

  expect(app.seen.slice(length).map(({ status }) => status)).not.toContain('ready');
  expect(await shows('loading')).toMatchObject({ customer: 'nobody', ...DENIED });
  expect(await shows('ready')).toMatchObject({ customer: 'globex', ...DENIED });
  expect(identity.requests).toHaveLength(2);
});

test('a late answer for the previous user is never used', async () => {
  const { stigg, customerRequests } = await startStigg();
  let answerLate = () => {};
  const late = new Promise<void>((resolve) => {
    answerLate = resolve;
  });
  const slow = await startIdentity(async (request) => {
    await late;
    return signedIn('acme')(request);
  });
  const fast = await startIdentity(signedIn('globex'));
  const app = renderApp({ ...stigg, identityEndpoint: slow.url, sessionKey: 'a' });
  await expect.poll(() => slow.requests).toHaveLength(1);

  app.rerender({ ...stigg, identityEndpoint: fast.url, sessionKey: 'b' });
  await shows('ready');
  await expect.poll(() => slow.requests[0]?.signal.aborted).toBe(true);
  await act(async () => answerLate());

  expect(await shows('ready')).toMatchObject({ customer: 'globex' });
  expect(customerRequests().map(({ customerId }) => customerId)).toEqual(['globex']);
});

test('late entitlements of the previous user are never used', async () => {
  const { emulator, stigg } = await startStigg();
  let answerLate = () => {};
  const late = new Promise<void>((resolve) => {
    answerLate = resolve;
  });
  const server = await serve(async (request) => {
    const response = await emulator.fetch(request);
    if (request.url.includes('/c/acme/')) await late;
    return response;
  });
  onTestFinished(server.close);
  const identity = await startIdentity(signedIn('acme'));
  const props = { ...stigg, baseEdgeUri: server.url, identityEndpoint: identity.url };
  const app = renderApp({ ...props, sessionKey: 'a' });
  await expect.poll(() => emulator.requests.some(({ customerId }) => customerId)).toBe(true);

  identity.answer = signedIn('globex');
  app.rerender({ ...props, sessionKey: 'b' });
  await shows('ready');
  await act(async () => answerLate());

  expect(await shows('ready')).toMatchObject({ customer: 'globex', ...DENIED });
});

test('a sessionKey of null is anonymous, at once and without a request', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const props = { ...stigg, identityEndpoint: identity.url };
  const app = renderApp({ ...props, sessionKey: null });

  expect(await shows('anonymous')).toMatchObject(DENIED);
  expect(identity.requests).toHaveLength(0);

  app.rerender({ ...props, sessionKey: 'u1' });
  expect(await shows('ready')).toEqual(ACME);

  app.rerender({ ...props, sessionKey: null });
  expect(await shows('anonymous')).toMatchObject(DENIED);
  expect(identity.requests).toHaveLength(1);
});

test('the initialIdentity of a visitor is not used for the user who signs in next', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const props = { ...stigg, identityEndpoint: identity.url, initialIdentity: null };
  const app = renderApp({ ...props, sessionKey: null });
  await shows('anonymous');

  app.rerender({ ...props, sessionKey: 1 });

  expect(await shows('ready')).toEqual(ACME);
  expect(identity.requests).toHaveLength(1);
});

test('refresh and signOut stay the same functions, and act on the current session', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const props = { ...stigg, identityEndpoint: identity.url };
  const app = renderApp({ ...props, sessionKey: 1 });
  await shows('ready');
  const { refresh, signOut } = app.customer();
  app.rerender({ ...props, sessionKey: 2 });
  await shows('ready');

  expect(app.customer()).toMatchObject({ refresh, signOut });
  act(() => signOut());
  expect(await shows('anonymous')).toMatchObject(DENIED);
  await act(() => refresh());
  expect(await shows('ready')).toEqual(ACME);
});

test('a changed endpoint alone causes no request; the next refresh() uses it', async () => {
  const { stigg } = await startStigg();
  const [first, second] = [
    await startIdentity(signedIn('acme')),
    await startIdentity(signedIn('globex')),
  ];
  const app = renderApp({ ...stigg, identityEndpoint: first.url });
  await shows('ready');

  app.rerender({
    ...stigg,
    identityEndpoint: ({ signal }) => fetchIdentity(second.url, { signal }),
  });
  expect(second.requests).toHaveLength(0);
  await act(() => app.customer().refresh());

  expect(await shows('ready')).toMatchObject({ customer: 'globex' });
  expect(first.requests).toHaveLength(1);
});

import { useStiggContext } from '@stigg/react-sdk';
import { act, fireEvent, screen } from '@testing-library/react';
import { HardenedStiggError } from 'hardened-stigg';
import { createCustomerToken } from 'hardened-stigg/server';
import { useEffect, useState } from 'react';
import { expect, test, vi } from 'vitest';
import { type AppProps, renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { ACME, DENIED } from './helpers/expected';
import { expectNoLeak } from './helpers/leaks';
import { SIGNING_SECRET } from './helpers/secret';

const token = (customerId: string) => createCustomerToken(customerId, SIGNING_SECRET);

/** An app in which nobody is signed in yet. */
async function start(props: Partial<AppProps> = {}, options: Parameters<typeof renderApp>[1] = {}) {
  const backend = await startStigg();
  const identity = await startIdentity(signedIn(null));
  const all = { ...backend.stigg, identityEndpoint: identity.url, retries: 0, ...props };
  const app = renderApp(all, options);
  await shows('anonymous');
  /** The result of `await stigg.setCustomerId(…)`: `null` if it resolved. */
  const setCustomerId = async (customerId: string, customerToken?: string | null) => {
    let outcome: unknown = 'pending';
    await act(async () => {
      outcome = await app
        .context()
        .stigg.setCustomerId(customerId, customerToken)
        .then(
          () => null,
          (error: unknown) => error,
        );
    });
    return outcome;
  };
  return { ...backend, identity, app, props: all, setCustomerId };
}

/** That it is the coded error, and holds nothing secret. */
function expectMismatch(error: unknown) {
  expect(error).toBeInstanceOf(HardenedStiggError);
  expect(error).toMatchObject({ code: 'identity_mismatch', retryable: false });
  expectNoLeak('the error', error);
}

/** The login of an app that was written for the SDK alone. */
function LoginForm({ login }: { login: () => void }) {
  const { stigg } = useStiggContext();
  const [said, say] = useState('please log in');
  const submit = async () => {
    try {
      login();
      await stigg.setCustomerId('acme', token('acme'));
      say('welcome');
    } catch {
      say('Incorrect password');
    }
  };
  return (
    <button type="button" onClick={submit}>
      {said}
    </button>
  );
}

test.each([false, true])(
  "setCustomerId() from an app's own login form works once there is a session (StrictMode: %s)",
  async (strict) => {
    const login = vi.fn();
    const { identity } = await start({}, { strict, children: <LoginForm login={login} /> });
    login.mockImplementation(() => {
      identity.answer = signedIn('acme');
    });

    fireEvent.click(screen.getByRole('button', { name: 'please log in' }));

    expect(await screen.findByRole('button', { name: 'welcome' })).toBeInTheDocument();
    expect(await shows('ready')).toEqual(ACME);
    expect(identity.requests).toHaveLength(2);
  },
);

test('setCustomerId() resolves when the page has the customer, and not before', async () => {
  const { identity, app, setCustomerId } = await start();
  identity.answer = signedIn('acme');
  expect(await setCustomerId('acme', token('acme'))).toBeNull();
  expect(app.customer()).toMatchObject({ status: 'ready', customerId: 'acme' });
});

test.each([
  ['another secret', createCustomerToken('acme', 'spoofed')],
  ['another customer', token('globex')],
  ['none', undefined],
  ['null', null],
  ['what no header can carry', 'x\ny'],
])('the token of the endpoint counts, whatever setCustomerId() gets: %s', async (_, given) => {
  const { identity, customerRequests, setCustomerId } = await start();
  identity.answer = signedIn('acme');

  expect(await setCustomerId('acme', given)).toBeNull();

  expect(await shows('ready')).toEqual(ACME);
  expect(customerRequests()).toEqual([
    expect.objectContaining({ customerId: 'acme', isVerified: true }),
  ]);
});

test('setCustomerId() without a session rejects with a code, and the page shows a visitor', async () => {
  const { identity, customerRequests, setCustomerId } = await start();

  expectMismatch(await setCustomerId('acme', token('acme')));

  expect(await shows('anonymous')).toMatchObject(DENIED);
  expect(identity.requests).toHaveLength(2);
  expect(customerRequests()).toEqual([]);
});

test('setCustomerId() with the session of another customer rejects, and the page shows that customer', async () => {
  const { identity, setCustomerId } = await start();
  identity.answer = signedIn('globex');

  expectMismatch(await setCustomerId('acme', token('acme')));

  expect(await shows('ready')).toMatchObject({ customer: 'globex', ...DENIED });
});

test.each([403, 503])('setCustomerId() rejects at a %s of the endpoint', async (status) => {
  const { identity, setCustomerId } = await start();
  identity.answer = () => new Response('', { status });
  expectMismatch(await setCustomerId('acme', token('acme')));
});

test.each(['', undefined, null, 7])(
  'setCustomerId() rejects for %s, which is no customer',
  async (customerId) => {
    const { identity, setCustomerId } = await start();
    identity.answer = signedIn('acme');
    expectMismatch(await setCustomerId(customerId as string, token('acme')));
    expect(await shows('ready')).toEqual(ACME);
  },
);

test('setCustomerId() for the current customer requests the endpoint, and nothing flickers', async () => {
  const { identity, app, setCustomerId } = await start();
  identity.answer = signedIn('acme');
  await setCustomerId('acme');
  const { length } = app.seen;

  expect(await setCustomerId('acme')).toBeNull();

  expect(identity.requests).toHaveLength(3);
  expect(app.seen.slice(length).filter(({ status }) => status !== 'ready')).toEqual([]);
});

test('setCustomerId() switches the customer, and the previous one does not come back', async () => {
  const { identity, setCustomerId } = await start();
  identity.answer = signedIn('globex');
  expect(await setCustomerId('globex')).toBeNull();
  identity.answer = signedIn('acme');
  expect(await setCustomerId('acme')).toBeNull();
  expect(await shows('ready')).toEqual(ACME);
});

test('setCustomerId() after clearCustomer() signs in again', async () => {
  const { identity, app, setCustomerId } = await start();
  identity.answer = signedIn('acme');
  await setCustomerId('acme');
  act(() => app.context().stigg.clearCustomer());
  expect(await shows('anonymous')).toMatchObject(DENIED);

  expect(await setCustomerId('acme')).toBeNull();
  expect(await shows('ready')).toEqual(ACME);
});

test('a sign-out while setCustomerId() runs wins, and the promise rejects', async () => {
  const { identity, app } = await start();
  identity.answer = () => new Promise(() => {});
  const outcome = app
    .context()
    .stigg.setCustomerId('acme', token('acme'))
    .catch((error: unknown) => error);
  await expect.poll(() => identity.requests).toHaveLength(2);

  act(() => app.customer().signOut());

  expectMismatch(await outcome);
  expect(await shows('anonymous')).toMatchObject(DENIED);
});

test('setCustomerId() works when it is taken off the client, as in the SDK', async () => {
  const { identity, app } = await start();
  identity.answer = signedIn('acme');
  const { setCustomerId } = app.context().stigg;
  await act(() => setCustomerId('acme', token('acme')));
  expect(await shows('ready')).toEqual(ACME);
});

test('setCustomerId() works while the sessionKey is still null', async () => {
  const { identity, setCustomerId } = await start({ sessionKey: null });
  identity.answer = signedIn('acme');
  expect(await setCustomerId('acme', token('acme'))).toBeNull();
  expect(await shows('ready')).toEqual(ACME);
});

/** Logs in when it mounts, as a page does that gets its identity from a server. */
function Eager({ onSettled }: { onSettled: (outcome: string) => void }) {
  const { stigg } = useStiggContext();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, as it mounts
  useEffect(() => {
    stigg.setCustomerId('acme', token('acme')).then(
      () => onSettled('done'),
      () => onSettled('failed'),
    );
  }, []);
  return null;
}

test('setCustomerId() in a mount effect waits for the first load', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const onSettled = vi.fn();
  renderApp(
    { ...stigg, identityEndpoint: identity.url },
    { children: <Eager onSettled={onSettled} /> },
  );
  expect(await shows('ready')).toEqual(ACME);
  await vi.waitFor(() => expect(onSettled.mock.calls).toEqual([['done']]));
});

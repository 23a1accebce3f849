import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { HardenedStiggError } from '../src/errors';
import type { Identity } from '../src/types';
import { identityOf, passTime, shown, startCore, TestClient, turn } from './helpers/core';
import { stopTime } from './helpers/fake-time';

test('a session requests the identity, and waits for the client that comes later', async () => {
  const { session, requests } = startCore();
  onTestFinished(session.start());
  await turn();
  expect(requests).toHaveBeenCalledOnce();
  expect(shown(session)).toBe('loading');

  const client = new TestClient();
  session.attach(client);
  await turn();
  expect(shown(session)).toBe('ready acme');
  expect(client.given).toEqual(['acme']);
  expect(requests).toHaveBeenCalledOnce();
});

test.each([
  ['nothing is known', undefined],
  ['the backend has vouched', identityOf('acme', { entitlements: { sso: true } })],
])(
  'a client that is attached before the session starts causes nothing: %s',
  async (_, initialIdentity) => {
    const { session, requests } = startCore(initialIdentity && { initialIdentity });
    const client = new TestClient();
    session.attach(client);
    await turn();
    expect(requests).not.toHaveBeenCalled();
    expect(client.given).toEqual([]);
  },
);

test('a client that comes after Stigg was silent is used at once', async () => {
  stopTime();
  const { session, client, requests, errors } = startCore();
  onTestFinished(session.start());
  await turn();
  await passTime(10_000);
  expect(errors).toMatchObject([{ code: 'stigg_unreachable' }]);
  expect(shown(session)).toBe('error');
  session.attach(client);
  await turn();
  expect(shown(session)).toBe('ready acme');
  expect(requests).toHaveBeenCalledTimes(2);
});

test('nothing answers once the client is taken away, and the next client answers', async () => {
  const { session, requests } = startCore();
  onTestFinished(session.start());
  const detach = session.attach(new TestClient());
  await turn();
  expect(session.getAnswers()?.client).toBeDefined();

  detach();
  expect(shown(session)).toBe('loading');
  expect(session.getAnswers()).toBeUndefined();
  expect(session.getClient()).toBeUndefined();

  const next = new TestClient();
  session.attach(next);
  expect(session.getClient()).toBe(next);
  await turn();
  expect(shown(session)).toBe('ready acme');
  expect(next.given).toEqual(['acme']);
  expect(requests).toHaveBeenCalledTimes(2);
});

test('a sign-out counts for the next client too', async () => {
  const { core, session, requests } = startCore();
  onTestFinished(session.start());
  const detach = session.attach(new TestClient());
  await turn();
  core.loading.signOut();
  detach();
  const next = new TestClient();
  session.attach(next);
  await turn();
  expect(shown(session)).toBe('anonymous');
  expect(next.given).toEqual([]);
  expect(requests).toHaveBeenCalledOnce();
});

describe('a client that cannot be derived from, and holds the customer itself', () => {
  /** As with #private fields, the method works on this object only. It never has the resource. */
  class Private extends TestClient {
    override setCustomerId = async (customerId: string) => {
      this.given.push(customerId);
      this.isCustomerLoaded = true;
    };
  }

  function startPrivate(resourceId?: string) {
    const started = startCore({
      identityEndpoint: async () => identityOf('acme', { expiresIn: 600 }),
    });
    const client = new Private();
    const session = started.createSession({ resourceId });
    started.core.use(session);
    onTestFinished(session.start());
    session.attach(client);
    return { ...started, client, session };
  }

  test('the client holds nobody after a load that Stigg refused in part', async () => {
    const { client, session } = startPrivate('site-9');
    await turn();
    expect(client.given).toContain('acme');
    expect(shown(session)).toBe('error');
    expect(client.isCustomerLoaded).toBe(false);
  });

  test.each<[string, (started: ReturnType<typeof startPrivate>) => void]>([
    ['a sign-out', ({ core }) => core.loading.signOut()],
    [
      'the end of the token',
      ({ session }) => {
        vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 600_000);
        session.wake('other');
        vi.restoreAllMocks();
      },
    ],
  ])('the client holds nobody after %s', async (_, end) => {
    const started = startPrivate();
    await turn();
    expect(shown(started.session)).toBe('ready acme');
    expect(started.client.isCustomerLoaded).toBe(true);
    started.requests.mockImplementation(() => new Promise(() => {}));
    end(started);
    expect(started.client.isCustomerLoaded).toBe(false);
  });
});

describe('a resource that a component sets', () => {
  test('a resource is given with the same identity, and without a request to the endpoint', async () => {
    const { session, client, requests, seen, begin } = startCore();
    await begin();
    session.setResource('site-1');
    expect(shown(session)).toBe('ready acme');
    await turn();
    expect(client.given).toEqual(['acme', 'acme site-1']);
    expect(session.getAnswers()?.resourceId).toBe('site-1');
    expect(requests).toHaveBeenCalledOnce();
    expect(seen).toEqual(['loading', 'ready']);
  });

  test('a sign-out while a resource loads wins', async () => {
    const { core, session, errors, begin } = startCore();
    await begin();
    let answer = () => {};
    vi.spyOn(TestClient.prototype, 'setCustomerId').mockImplementation(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    session.setResource('site-1');
    await turn();
    core.loading.signOut();
    answer();
    await turn();
    vi.restoreAllMocks();
    expect(shown(session)).toBe('anonymous');
    expect(errors).toEqual([]);
  });
});

describe('the session that refresh() and signOut() mean', () => {
  test('a session that stays in use keeps its login, and one that another replaces does not', () => {
    const { core, session, createSession } = startCore();
    const login = session.getLogin();
    core.use(session);
    expect(login.aborted).toBe(false);
    core.use(createSession());
    expect(login.aborted).toBe(true);
    expect(login.reason).toEqual(
      new Error('The customer signed out or changed before Stigg answered.'),
    );
  });

  test('refresh() while a load fails shows loading again, until its own answer', async () => {
    const answers: { resolve: (identity: Identity) => void; reject: (error: Error) => void }[] = [];
    const { core, session, seen, begin } = startCore({
      identityEndpoint: () => new Promise((resolve, reject) => answers.push({ resolve, reject })),
    });
    await begin();
    const refreshed = core.loading.refresh();
    await turn();
    answers[0]?.reject(new HardenedStiggError('identity_invalid', 'No.'));
    await turn();
    expect(shown(session)).toBe('loading');
    answers[1]?.resolve(identityOf('acme'));
    expect((await refreshed).customerId).toBe('acme');
    expect(seen.slice(-2)).toEqual(['loading', 'ready']);
  });
});

describe.each([0, 1, 2, 3, 4, 5, 6, 8, 10, 15])('%i microtasks after a load began', (count) => {
  test.each([
    ['with', { sso: true } as const],
    ['without', undefined],
  ])('a sign-out wins over an identity %s entitlements', async (_, entitlements) => {
    const { core, session, errors, begin } = startCore({
      identityEndpoint: async () => identityOf('acme', { entitlements }),
    });
    await begin();
    void core.loading.refresh();
    for (let i = 0; i < count; i++) await null;
    core.loading.signOut();
    await turn();
    expect(shown(session)).toBe('anonymous');
    expect(session.getAnswers()).toBeUndefined();
    expect(errors).toEqual([]);
  });
});

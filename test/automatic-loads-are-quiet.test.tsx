import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { HardenedStiggError } from '../src/errors';
import type { Identity } from '../src/types';
import { identityOf, passTime, shown, startCore, turn } from './helpers/core';
import { stopTime } from './helpers/fake-time';

const MINUTE = 60_000;

const unreachable = async (): Promise<never> => {
  throw new HardenedStiggError('identity_unreachable', 'No network.', { retryable: true });
};

const restore = () =>
  window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));

describe('the page stays as it is while an automatic load runs', () => {
  test.each<[string, () => Promise<Identity | null>, string]>([
    ['a visitor', async () => null, 'anonymous'],
    [
      'an error',
      async () => {
        throw new HardenedStiggError('identity_invalid', 'No.');
      },
      'error',
    ],
  ])('a restored page that shows %s shows that until the answer', async (_, answer, status) => {
    const { session, requests, begin, seen } = startCore({ identityEndpoint: answer });
    await begin();
    expect(shown(session)).toBe(status);
    seen.length = 0;
    requests.mockImplementation(async () => identityOf('acme'));
    restore();
    expect(shown(session)).toBe(status);
    await turn();
    expect(seen).toEqual([status, 'ready']);
  });

  test('an error stays until Stigg has accepted another token of the identity prop', async () => {
    const { session, client, begin, follow, seen } = startCore({ identity: identityOf('acme') });
    client.accepts = false;
    await begin();
    expect(shown(session)).toBe('error');
    seen.length = 0;
    client.accepts = true;
    follow(identityOf('acme', { customerToken: 'another-token' }));
    await turn();
    expect(seen).toEqual(['error', 'ready']);
  });
});

describe('the identity prop', () => {
  test('another token is not loaded before the session has started, or after it has stopped', async () => {
    const { session, client, follow } = startCore({ identity: identityOf('acme') });
    session.attach(client);
    follow(identityOf('acme', { customerToken: 'another-token' }));
    await turn();
    expect(client.given).toEqual([]);

    const stop = session.start();
    await turn();
    expect(client.given).toEqual(['acme']);
    stop();
    follow(identityOf('acme', { customerToken: 'a-third-token' }));
    await turn();
    expect(client.given).toEqual(['acme']);
  });

  test('refresh() resolves to the customer of a prop that comes meanwhile, and not before', async () => {
    const { core, session, client, requests, begin, follow } = startCore({
      identity: identityOf('acme'),
    });
    client.accepts = false;
    await begin();
    expect(shown(session)).toBe('error');
    client.accepts = true;
    requests.mockImplementation(() => new Promise(() => {}));
    const refreshed = core.loading.refresh();
    await turn();
    follow(identityOf('acme', { customerToken: 'another-token' }));
    expect(await refreshed).toMatchObject({ status: 'ready', customerId: 'acme' });
  });
});

describe('a session whose key is null', () => {
  test('after a refresh(), the session does what others do when the page is restored', async () => {
    const { core, session, requests, begin } = startCore({ sessionKey: null });
    await begin();
    restore();
    await turn();
    expect(requests).not.toHaveBeenCalled();
    await core.loading.refresh();
    expect(shown(session)).toBe('ready acme');
    restore();
    await turn();
    expect(requests).toHaveBeenCalledTimes(2);
  });

  test('what was known ahead is not about the user who signs in later', async () => {
    const { core, createSession, requests, begin } = startCore({
      sessionKey: null,
      initialIdentity: identityOf('globex', { entitlements: { sso: true } }),
    });
    await begin();
    const next = createSession({ sessionKey: 'a' });
    core.use(next);
    expect(shown(next)).toBe('loading');
    onTestFinished(next.start());
    await turn();
    expect(requests).toHaveBeenCalledOnce();
  });
});

test('a later provider does not believe what was known before refresh() found somebody else', async () => {
  const apiKey = `client-${crypto.randomUUID()}`;
  const initialIdentity = identityOf('acme', { entitlements: { sso: true } });
  const later = () => shown(startCore({ apiKey, initialIdentity }).session);
  const { core, session, requests, begin } = startCore({ apiKey });
  await begin();
  await core.loading.refresh();
  expect(later()).toBe('ready acme'); // it is still the same customer
  requests.mockImplementation(async () => identityOf('globex'));
  await core.loading.refresh();
  expect(shown(session)).toBe('ready globex');
  expect(later()).toBe('loading');
});

describe('time', () => {
  beforeEach(() => {
    stopTime();
    vi.spyOn(Math, 'random').mockReturnValue(0);
  });

  test('a page that was visible all the time requests nothing when it gets the focus', async () => {
    const { requests, begin } = startCore();
    await begin();
    await passTime(6 * MINUTE);
    window.dispatchEvent(new Event('focus'));
    await passTime(MINUTE);
    expect(requests).toHaveBeenCalledOnce();
    document.dispatchEvent(new Event('visibilitychange'));
    await turn();
    expect(requests).toHaveBeenCalledTimes(2);
  });

  test('a page that is hidden after a long time requests nothing', async () => {
    const { requests, begin } = startCore();
    await begin();
    await passTime(6 * MINUTE);
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    document.dispatchEvent(new Event('visibilitychange'));
    await passTime(MINUTE);
    expect(requests).toHaveBeenCalledOnce();
  });

  test.each([
    ['hidden', 1],
    ['visible', 2],
  ] as const)(
    'a %s page that finds its token ended makes %i requests in all',
    async (state, count) => {
      const { session, requests, begin } = startCore({
        identityEndpoint: async () => identityOf('acme', { expiresIn: 600 }),
      });
      await begin();
      vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
      vi.setSystemTime(Date.now() + 11 * MINUTE); // the machine slept
      expect(session.getAnswers()).toBeUndefined();
      await turn();
      expect(requests).toHaveBeenCalledTimes(count);
    },
  );

  test('a render at the end of a token knows it, although no timer has told', async () => {
    const { session, begin } = startCore({
      identityEndpoint: async () => identityOf('acme', { expiresIn: 600 }),
    });
    await begin();
    const version = session.getVersion();
    vi.setSystemTime(Date.now() + 10 * MINUTE - 1);
    expect(session.getVersion()).toBe(version);
    vi.setSystemTime(Date.now() + 1);
    expect(session.getVersion()).not.toBe(version);
    expect(session.getAnswers()).toBeUndefined();
  });

  test('after the end of a token that could not be replaced, the first attempt comes in 5 s', async () => {
    const { session, requests, begin } = startCore();
    requests.mockImplementationOnce(async () => identityOf('acme', { expiresIn: 7200 }));
    requests.mockImplementation(unreachable);
    await begin();
    await passTime(120 * MINUTE - 1);
    expect(shown(session)).toBe('ready acme');
    await passTime(1);
    expect(shown(session)).toBe('error');
    const { length } = requests.mock.calls;
    await passTime(4999);
    expect(requests).toHaveBeenCalledTimes(length);
    await passTime(1);
    expect(requests).toHaveBeenCalledTimes(length + 1);
  });

  test('an event that wakes the page requests no earlier than the failures allow, and shows no loading', async () => {
    const { session, requests, begin, seen } = startCore({ identityEndpoint: unreachable });
    await begin();
    // Attempts after 5, 10 and 20 s: four failures.
    await passTime(35_000);
    expect(requests).toHaveBeenCalledTimes(4);
    seen.length = 0;
    window.dispatchEvent(new Event('online'));
    await passTime(7999);
    expect(requests).toHaveBeenCalledTimes(4);
    expect(shown(session)).toBe('error');
    await passTime(1);
    expect(requests).toHaveBeenCalledTimes(5);
    expect(seen).toEqual(['error']);
  });
});

describe('what the other tabs are told', () => {
  /** Everything that a tab hears from now on. */
  function listen(apiKey: string) {
    const heard: unknown[] = [];
    const channel = new BroadcastChannel(`hardened-stigg:${apiKey}`);
    channel.onmessage = ({ data }) => heard.push(data);
    onTestFinished(() => channel.close());
    return heard;
  }

  test('a failure is no news, and neither is the same customer after it', async () => {
    const apiKey = `client-${crypto.randomUUID()}`;
    const heard = listen(apiKey);
    const { core, session, requests, begin } = startCore({ apiKey });
    onTestFinished(core.openTabs());
    await begin();
    await vi.waitFor(() => expect(heard).toEqual(['acme']));
    requests.mockImplementationOnce(async () => {
      throw new HardenedStiggError('identity_invalid', 'No.');
    });
    await core.loading.refresh();
    expect(shown(session)).toBe('error');
    await core.loading.refresh();
    requests.mockImplementation(async () => null);
    await core.loading.refresh();
    await vi.waitFor(() => expect(heard).toEqual(['acme', null]));
  });

  test('a session tells nothing before it has started', async () => {
    const apiKey = `client-${crypto.randomUUID()}`;
    const heard = listen(apiKey);
    const { core, session } = startCore({
      apiKey,
      initialIdentity: identityOf('acme', { entitlements: { sso: true } }),
    });
    onTestFinished(core.openTabs());
    session.keepResource(undefined);
    onTestFinished(core.openTabs()); // a new channel is told what this tab has told before
    const { core: other, begin } = startCore({ apiKey, identityEndpoint: async () => null });
    onTestFinished(other.openTabs());
    await begin();
    await vi.waitFor(() => expect(heard).toEqual([null]));
  });
});

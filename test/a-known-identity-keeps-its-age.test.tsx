import { beforeEach, describe, expect, test } from 'vitest';
import { createSource } from '../src/identity/source';
import type { Identity } from '../src/types';
import { identityOf, passTime, shown, startCore, turn } from './helpers/core';
import { stopTime } from './helpers/fake-time';

const MINUTE = 60_000;

const vouched = (more: Partial<Identity> = {}) =>
  identityOf('acme', { entitlements: { sso: true }, ...more });

beforeEach(() => {
  stopTime();
});

test('an initial identity is as old as its provider, in a session that begins later', async () => {
  const { createSession } = startCore({ initialIdentity: vouched({ expiresIn: 600 }) });
  await passTime(5 * MINUTE);
  const session = createSession();
  expect(session.getAnswers()).toBeDefined();
  await passTime(5 * MINUTE);
  expect(session.getAnswers()).toBeUndefined();
});

test('an identity prop is as old as the render that brought it', async () => {
  const { createSession, follow } = startCore({ identity: vouched({ expiresIn: 600 }) });
  await passTime(5 * MINUTE);
  const identity = vouched({ customerToken: 'another-token', expiresIn: 600 });
  follow(identity);
  const session = createSession({ identity });
  await passTime(7 * MINUTE);
  expect(session.getAnswers()).toBeDefined();
  await passTime(3 * MINUTE);
  expect(session.getAnswers()).toBeUndefined();
});

test('an identity prop is as old as its first render, however late React commits that', async () => {
  const identity = identityOf('acme', { expiresIn: 600 });
  const { session, begin, follow } = startCore({
    identity,
    identityEndpoint: () => new Promise(() => {}),
  });
  await passTime(5 * MINUTE);
  follow(identity);
  await begin();
  await passTime(5 * MINUTE - 1);
  expect(shown(session)).toBe('ready acme');
  await passTime(1);
  expect(session.getAnswers()).toBeUndefined();
});

test('the same token with a later end is a new lifetime', async () => {
  const endingIn = (ms: number) => identityOf('acme', { expiresAt: Date.now() + ms });
  const { session, begin, follow } = startCore({
    identity: endingIn(10 * MINUTE),
    identityEndpoint: () => new Promise(() => {}),
  });
  await begin();
  follow(endingIn(60 * MINUTE));
  await passTime(15 * MINUTE);
  expect(shown(session)).toBe('ready acme');
});

test('an initial null is a visitor, without a request and without an error', async () => {
  const { session, requests, errors, begin } = startCore({ initialIdentity: null });
  await begin();
  expect(shown(session)).toBe('anonymous');
  expect(requests).not.toHaveBeenCalled();
  expect(errors).toEqual([]);
});

describe('an identity that is wrong', () => {
  test.each<[string, unknown]>([
    ['a text', 'acme'],
    ['a number', 7],
    ['an object without a token', { customerId: 'acme' }],
  ])('%s is reported, at first and later', async (_, wrong) => {
    const first = startCore({ identity: wrong as Identity });
    await first.begin();
    expect(first.errors).toMatchObject([{ code: 'identity_invalid' }]);

    const { begin, follow, errors } = startCore({ identity: identityOf('acme') });
    await begin();
    follow(wrong as Identity);
    await turn();
    expect(errors).toMatchObject([{ code: 'identity_invalid' }]);
  });

  test('entitlements that JSON cannot hold are reported when they come', async () => {
    const { begin, follow, errors } = startCore({ identity: identityOf('acme') });
    await begin();
    const circular: Record<string, unknown> = {};
    circular.sso = circular;
    follow({ ...identityOf('acme'), entitlements: circular as never });
    await turn();
    expect(errors).toMatchObject([{ code: 'identity_invalid' }]);
  });

  test('the message about a token that has ended names the prop', async () => {
    const { begin, errors } = startCore({
      identity: identityOf('acme', { expiresAt: Date.now() - 1000 }),
    });
    await begin();
    expect(errors[0]?.message).toMatch(/^identity has expired\. /);
  });
});

test('after a sign-out, a known identity does not count for another identity function either', () => {
  const apiKey = `client-${crypto.randomUUID()}`;
  const sourceOf = (identityEndpoint: () => Promise<Identity | null>) =>
    createSource(
      () => ({ identityEndpoint, identity: undefined, retries: 0, timeoutMs: 1000, apiKey }),
      vouched(),
      () => {},
    );
  const first = sourceOf(async () => null);
  expect(first.peek(undefined, true)).toMatchObject({ customerId: 'acme' });
  first.distrust();
  expect(sourceOf(async () => vouched()).peek(undefined, true)).toBeUndefined();
});

import { expect, test, vi } from 'vitest';
import type { Client } from '../src/stigg/client';
import { loadCustomer, silence } from '../src/stigg/load-customer';
import { turn } from './helpers/core';

/*
 * These tests hold for every version of the SDK. So they use a client of their own, which reports each call and each
 * write.
 */

class Recorder {
  calls: string[] = [];
  customer = 'nobody';
  emitter = { emit: (event: string) => this.calls.push(event) };
  setCustomerId = vi.fn(async (_customerId: string) => {});
  isCustomerLoaded = false;
  isResourceLoaded = false;
  clearCustomer = () => {};
  waitForInitialization = async () => this;
}

/** A client whose login is over, and the client that it derives from. */
function silenced() {
  const client = new Recorder();
  const derived: Recorder = Object.create(client);
  silence(derived, client);
  return { client, derived };
}

test('a call of a silenced client reaches nobody, and returns nothing', () => {
  const { client, derived } = silenced();
  expect(derived.emitter.emit('entitlementsUpdated')).toBeUndefined();
  expect(derived.setCustomerId('acme')).toBeUndefined();
  expect(client.calls).toEqual([]);
  expect(client.setCustomerId).not.toHaveBeenCalled();
});

test('a write to a silenced client is taken, and changes nothing', () => {
  const { client, derived } = silenced();
  derived.customer = 'acme';
  derived.emitter.emit = () => 1;
  expect(client.customer).toBe('nobody');
  expect(derived.emitter.emit('entitlementsUpdated')).toBeUndefined();
});

test('a silenced client can be awaited, and the code that does so goes on', async () => {
  const { derived } = silenced();
  expect(await derived).toBe(derived);
});

test('a client is not silenced by itself', () => {
  const client = new Recorder();
  silence(client, client);
  client.emitter.emit('entitlementsUpdated');
  expect(client.calls).toEqual(['entitlementsUpdated']);
});

/** Loads Acme into a client that answers when `settle` is called. */
function load(resourceId?: string) {
  const client = new Recorder();
  const settles: { resolve: () => void; reject: (reason: Error) => void }[] = [];
  client.setCustomerId.mockImplementation(
    () =>
      new Promise<void>((resolve, reject) => {
        settles.push({ resolve, reject });
      }),
  );
  const life = new AbortController();
  const identity = { customerId: 'acme', customerToken: 'token-of-acme' };
  const loaded = loadCustomer(
    client as unknown as Client,
    identity,
    resourceId,
    10_000,
    life.signal,
  );
  return { client, settles, life, loaded };
}

test('a client that cannot be derived from loads the customer itself', async () => {
  const { client, settles, loaded } = load();
  settles[0]?.reject(new TypeError('Cannot read private member from an object'));
  await vi.waitFor(() => expect(settles).toHaveLength(2));
  client.isCustomerLoaded = true;
  settles[1]?.resolve();
  expect(await loaded).toBe(client);
});

test('a load that fails after its login has ended is not repeated', async () => {
  const { settles, life, loaded } = load();
  life.abort(new Error('signed out'));
  await expect(loaded).rejects.toThrow('signed out');
  settles[0]?.reject(new TypeError('Cannot read private member from an object'));
  await turn();
  expect(settles).toHaveLength(1);
});

test.each([
  ['a customer without a resource', undefined, false],
  ['a customer with a resource', 'site-1', true],
] as const)('%s is loaded when Stigg has given all of it', async (_, resourceId, needsResource) => {
  const { client, settles, loaded } = load(resourceId);
  client.isCustomerLoaded = true;
  settles[0]?.resolve();
  expect((await loaded) === null).toBe(needsResource);
});

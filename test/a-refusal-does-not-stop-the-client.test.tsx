import { expect, test } from 'vitest';
import type { Client } from '../src/stigg/client';
import { surviveRefusals } from '../src/stigg/survive-refusals';

/** A client whose configuration comes, or is refused with the customer. */
class Starting {
  constructor(readonly isRefused: boolean) {}
  async waitForInitialization() {
    if (this.isRefused) throw new Error('Unauthenticated');
    return this;
  }
}

const starting = (isRefused: boolean) => new Starting(isRefused) as unknown as Client;

test.each([false, true])(
  'StiggProvider gets its client, whether Stigg has refused the customer (%s)',
  async (isRefused) => {
    const client = starting(isRefused);
    surviveRefusals(client);
    expect(await client.waitForInitialization()).toBe(client);
  },
);

test('a client that is attached again is wrapped once', () => {
  const client = starting(true);
  surviveRefusals(client);
  const { waitForInitialization } = client;
  surviveRefusals(client);
  expect(client.waitForInitialization).toBe(waitForInitialization);
});

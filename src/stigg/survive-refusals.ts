import type { Client } from './client';

/**
 * `StiggProvider` awaits `waitForInitialization()` and handles no rejection. A customer who is refused before the SDK's
 * own configuration has come would leave it uninitialised for good, with an unhandled rejection. To be called before
 * an effect of `StiggProvider` runs: in one of its children's.
 */
export function surviveRefusals(client: Client): void {
  if (Object.hasOwn(client, 'waitForInitialization')) return;
  const wait = client.waitForInitialization.bind(client);
  client.waitForInitialization = () => wait().catch(() => client);
}

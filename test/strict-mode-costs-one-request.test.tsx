import { expect, test } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { ACME } from './helpers/expected';

test('StrictMode mounts twice and requests once', async () => {
  const { stigg, customerRequests } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));

  renderApp({ ...stigg, identityEndpoint: identity.url }, { strict: true });

  expect(await shows('ready')).toEqual(ACME);
  expect(identity.requests).toHaveLength(1);
  expect(customerRequests()).toHaveLength(1);
});

test('a hook reader renders twice from mount to ready', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));

  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  await shows('ready');

  expect(new Set(app.seen).size).toBe(2);
  expect(app.seen[0]?.refresh).toBe(app.seen.at(-1)?.refresh);
  expect(app.seen[0]?.signOut).toBe(app.seen.at(-1)?.signOut);
});

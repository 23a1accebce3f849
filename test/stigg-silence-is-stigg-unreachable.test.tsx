import { expect, test } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { ACME, DENIED } from './helpers/expected';

test('no answer within timeoutMs is an error with nothing granted; refresh() tries again', async () => {
  let latencyMs = Number.POSITIVE_INFINITY;
  const { stigg } = await startStigg({
    latencyMs: ({ customerId }) => (customerId === null ? 0 : latencyMs),
  });
  const identity = await startIdentity(signedIn('acme'));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url, timeoutMs: 200 });

  expect(await shows('error')).toEqual({
    customer: 'nobody',
    error: 'stigg_unreachable',
    ...DENIED,
  });
  expect(app.customer().error?.message).toContain('200 ms');

  latencyMs = 0;
  await app.customer().refresh();
  expect(await shows('ready')).toEqual(ACME);
});

test('a failing Stigg, whose requests the SDK repeats for a minute, is unreachable after timeoutMs', async () => {
  const { emulator, stigg } = await startStigg();
  emulator.failNext({ operation: 'GetEntitlements', status: 503, times: 100 });
  const identity = await startIdentity(signedIn('acme'));

  renderApp({ ...stigg, identityEndpoint: identity.url, timeoutMs: 200 });

  expect(await shows('error')).toMatchObject({ error: 'stigg_unreachable', ...DENIED });
});

import { expect, test } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { DENIED } from './helpers/expected';

test.each([
  ['401', () => new Response('Unauthorized', { status: 401 })],
  ['204', () => new Response(null, { status: 204 })],
  ['null', () => Response.json(null)],
  ["the identity handler's own 401", signedIn(null)],
])('an endpoint that answers %s means an anonymous visitor', async (_, answer) => {
  const { stigg, customerRequests } = await startStigg();
  const identity = await startIdentity(answer);

  renderApp({ ...stigg, identityEndpoint: identity.url });

  expect(await shows('anonymous')).toMatchObject({ customer: 'nobody', error: 'none', ...DENIED });
  expect(identity.requests).toHaveLength(1);
  expect(customerRequests()).toEqual([]);
});

test('an identity function that resolves to null means an anonymous visitor', async () => {
  const { stigg, customerRequests } = await startStigg();

  renderApp({ ...stigg, identityEndpoint: async () => null });

  expect(await shows('anonymous')).toMatchObject(DENIED);
  expect(customerRequests()).toEqual([]);
});

test('a customer whose session has ended is cleared on the next refresh', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const app = renderApp({ ...stigg, identityEndpoint: identity.url });
  await shows('ready');

  identity.answer = signedIn(null);
  await app.customer().refresh();

  expect(await shows('anonymous')).toMatchObject(DENIED);
});

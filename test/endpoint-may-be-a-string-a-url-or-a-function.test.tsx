import { fetchIdentity } from 'hardened-stigg';
import { createCustomerToken } from 'hardened-stigg/server';
import { expect, test } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { ACME } from './helpers/expected';
import { SIGNING_SECRET } from './helpers/secret';

test('the endpoint can be a URL object', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));

  renderApp({ ...stigg, identityEndpoint: new URL(identity.url) });

  expect(await shows('ready')).toEqual(ACME);
});

test('the endpoint can be a function, which gets a signal', async () => {
  const { stigg } = await startStigg();
  let signal: AbortSignal | undefined;

  renderApp({
    ...stigg,
    identityEndpoint: async (request) => {
      signal = request.signal;
      return { customerId: 'acme', customerToken: createCustomerToken('acme', SIGNING_SECRET) };
    },
  });

  expect(await shows('ready')).toEqual(ACME);
  expect(signal?.aborted).toBe(false);
});

test('the endpoint can be a function that adds a bearer header and reads another shape', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(({ headers }) =>
    headers.get('Authorization') === 'Bearer jwt'
      ? Response.json({
          data: { customerId: 'acme', customerToken: createCustomerToken('acme', SIGNING_SECRET) },
        })
      : new Response(null, { status: 401 }),
  );

  renderApp({
    ...stigg,
    identityEndpoint: ({ signal }) =>
      fetchIdentity(identity.url, {
        signal,
        headers: { Authorization: 'Bearer jwt' },
        select: (body) => body.data,
      }),
  });

  expect(await shows('ready')).toEqual(ACME);
});

test('an inline function that changes with every render causes no new request', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const props = () => ({
    ...stigg,
    identityEndpoint: ({ signal }: { signal: AbortSignal }) =>
      fetchIdentity(identity.url, { signal }),
  });
  const app = renderApp(props());
  await shows('ready');

  app.rerender(props());
  app.rerender(props());

  expect(await shows('ready')).toEqual(ACME);
  expect(identity.requests).toHaveLength(1);
});

import { fetchIdentity, type HardenedStiggError } from 'hardened-stigg';
import { createCustomerToken } from 'hardened-stigg/server';
import { describe, expect, test } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { startIdentity, startStigg } from './helpers/backend';
import { DENIED } from './helpers/expected';
import { pass, stopTime } from './helpers/fake-time';
import { SIGNING_SECRET } from './helpers/secret';

describe('the message about a silent Stigg', () => {
  test.each([
    [120_000, 60_000],
    [60_001, 60_000],
    [3_000_000_000, 60_000],
    [20_000, 20_000],
  ])(
    'with timeoutMs={%s} the load ends after %s ms, and the message says so',
    async (timeoutMs, waited) => {
      const { stigg } = await startStigg({
        latencyMs: ({ customerId }) => (customerId ? Number.POSITIVE_INFINITY : 0),
      });
      stopTime();
      const app = renderApp({
        ...stigg,
        timeoutMs,
        identityEndpoint: async () => ({
          customerId: 'acme',
          customerToken: createCustomerToken('acme', SIGNING_SECRET),
        }),
      });

      await pass(waited - 1);
      expect(app.customer().status).toBe('loading');
      await pass(1);

      expect(await shows('error')).toMatchObject({ error: 'stigg_unreachable', ...DENIED });
      expect(app.customer().error?.message).toContain(`${waited} ms`);
      expect(app.customer().error?.message).not.toMatch(/120000|60001|3000000000/);
    },
  );
});

describe('an answer that is not JSON', () => {
  const message = (url: string): Promise<string> =>
    fetchIdentity(url).then(
      () => expect.unreachable('it did not fail'),
      ({ code, message }: HardenedStiggError) => {
        expect(code).toBe('identity_invalid');
        return message;
      },
    );

  test.each([
    ['of bytes', 'hello'],
    ['that is empty', ''],
  ])('the message describes an answer %s without a Content-Type', async (_, text) => {
    const identity = await startIdentity(() => new Response(new TextEncoder().encode(text)));
    const said = await message(identity.url);
    expect(said).not.toMatch(/not null|undefined|login page/);
    expect(said).toContain('JSON');
  });

  test('the message describes an answer with an empty Content-Type', async () => {
    const identity = await startIdentity(
      () => new Response('hello', { headers: { 'Content-Type': '' } }),
    );
    expect(await message(identity.url)).not.toMatch(/not :|not null|login page/);
  });

  test('the message about broken JSON does not mention a login page', async () => {
    const identity = await startIdentity(
      () => new Response('{', { headers: { 'Content-Type': 'application/json' } }),
    );
    expect(await message(identity.url)).not.toMatch(/not application\/json|login page/);
  });

  test('the message about HTML mentions a login page', async () => {
    const identity = await startIdentity(
      () => new Response('<!doctype html>', { headers: { 'Content-Type': 'text/html' } }),
    );
    expect(await message(identity.url)).toMatch(/text\/html.*login page/);
  });
});

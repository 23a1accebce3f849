import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import {
  HardenedStiggProvider,
  type HardenedStiggProviderProps,
  useHardenedCustomer,
} from 'hardened-stigg';
import { createCustomerToken } from 'hardened-stigg/server';
import { StrictMode, Suspense } from 'react';
import { renderToPipeableStream } from 'react-dom/server';
import { renderToReadableStream } from 'react-dom/server.browser';
import { expect, test, vi } from 'vitest';
import { startStigg } from '../helpers/backend';
import { expectNoLeak } from '../helpers/leaks';
import { SIGNING_SECRET } from '../helpers/secret';

/** With this digest, Next.js and other frameworks know that the error means "left to the browser". */
const DIGEST = 'BAILOUT_TO_CLIENT_SIDE_RENDERING';

const Reader = () => <p>{useHardenedCustomer({ suspense: true }).status}</p>;

async function start(props: Partial<HardenedStiggProviderProps> = {}) {
  const { stigg } = await startStigg();
  return (
    <StrictMode>
      <HardenedStiggProvider {...stigg} identityEndpoint="/unused" {...props}>
        <Suspense fallback={<p>first</p>}>
          <Reader />
        </Suspense>
        <Suspense fallback={<p>second</p>}>
          <Reader />
        </Suspense>
      </HardenedStiggProvider>
    </StrictMode>
  );
}

const initialIdentity = {
  customerId: 'acme',
  customerToken: createCustomerToken('acme', SIGNING_SECRET),
};

test.each([
  ['no identity', {}],
  ['an initialIdentity', { initialIdentity }],
  ['a session key', { sessionKey: 'u1' }],
])('a stream tells a framework that each reader is left to the browser: %s', async (_, props) => {
  const onError = vi.fn();
  const stream = renderToPipeableStream(await start(props), { onError }).pipe(new PassThrough());

  const html = await text(stream);

  expect(html).toContain('first');
  expect(html).toContain('second');
  expect(onError.mock.calls.map(([{ digest }]) => digest)).toEqual([DIGEST, DIGEST]);
  expectNoLeak('the error', onError.mock.calls);
});

test('a Web stream tells a framework too, and passes it on to the browser', async () => {
  const onError = vi.fn((error: unknown) => (error as { digest?: string }).digest);
  const html = await new Response(await renderToReadableStream(await start(), { onError })).text();

  expect(onError).toHaveBeenCalledTimes(2);
  expect(html).toContain(`data-dgst="${DIGEST}"`);
});

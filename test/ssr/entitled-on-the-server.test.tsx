import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { BooleanEntitlementGuard, useMeteredEntitlement } from '@stigg/react-sdk';
import {
  HardenedStiggProvider,
  type HardenedStiggProviderProps,
  type Identity,
  useHardenedCustomer,
} from 'hardened-stigg';
import { createCustomerToken } from 'hardened-stigg/server';
import { Suspense } from 'react';
import { renderToPipeableStream, renderToString } from 'react-dom/server';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startIdentity } from '../helpers/backend';
import { expectNoLeak } from '../helpers/leaks';
import { SIGNING_SECRET } from '../helpers/secret';

const identity: Identity = {
  customerId: 'acme',
  customerToken: createCustomerToken('acme', SIGNING_SECRET),
  expiresIn: 60,
  entitlements: { sso: true, reports: { limit: 10, usage: 3 } },
};

const Settled = () => <p>{`settled: ${useHardenedCustomer({ suspense: true }).status}`}</p>;

function Page() {
  const { status, customerId } = useHardenedCustomer();
  const reports = useMeteredEntitlement({ featureId: 'reports' });
  return (
    <>
      <p>{`${status}: ${customerId}`}</p>
      <p>{reports.hasAccess ? `${reports.currentUsage} of ${reports.usageLimit}` : 'no reports'}</p>
      <BooleanEntitlementGuard featureId="sso" noAccessComponent={<p>no SSO</p>}>
        <p>single sign-on</p>
      </BooleanEntitlementGuard>
      <Suspense fallback={<p>suspended</p>}>
        <Settled />
      </Suspense>
    </>
  );
}

const app = (props: Partial<HardenedStiggProviderProps>) => (
  <HardenedStiggProvider
    {...({
      apiKey: 'client-ssr',
      identityEndpoint: '/api/identity',
      ...props,
    } as HardenedStiggProviderProps)}
  >
    <Page />
  </HardenedStiggProvider>
);

const WAYS: [string, (identity: Identity) => Partial<HardenedStiggProviderProps>][] = [
  ['initialIdentity', (initialIdentity) => ({ initialIdentity })],
  ['identity', (identity) => ({ identity })],
];

test.each(WAYS)(
  'the HTML of %s with entitlements is entitled, and holds no token',
  async (_, way) => {
    for (const html of [
      renderToString(app(way(identity))),
      await text(renderToPipeableStream(app(way(identity))).pipe(new PassThrough())),
    ]) {
      expect(html).toContain('ready: acme');
      expect(html).toContain('3 of 10');
      expect(html).toContain('single sign-on');
      expect(html).toContain('settled: ready');
      expect(html).not.toMatch(/no SSO|no reports|suspended/);
      expectNoLeak('the HTML', html);
    }
  },
);

test.each([
  ['expired', { ...identity, expiresIn: 0 }],
  ['of another customer', { ...identity, customerId: 'globex' }],
  ['with entitlements of another shape', { ...identity, entitlements: { sso: 1n } as never }],
  ['without entitlements', { ...identity, entitlements: undefined }],
])('the HTML of an identity %s is loading', (_, wrong) => {
  const html = renderToString(app({ initialIdentity: wrong } as never));
  expect(html).toContain('loading: null');
  expect(html).not.toContain('single sign-on');
});

test.each([
  ['a resource', { resourceId: 'site-1' }],
  ['enabled={false}', { enabled: false }],
  ['a sessionKey of null', { sessionKey: null }],
])('with %s, nothing is granted', (_, props) => {
  const html = renderToString(app({ initialIdentity: identity, ...props } as never));
  expect(html).toContain('no SSO');
  expect(html).not.toContain('single sign-on');
});

// Next.js prerenders no page that reads one: `next build` fails.
test.each([
  ['nothing known', {}],
  ['a visitor', { initialIdentity: null }],
  ['a visitor in the prop', { identity: null, identityEndpoint: undefined }],
  ['an identity that is still loading', { identity: undefined, identityEndpoint: undefined }],
])('with %s, rendering reads no clock and nothing random', (_, props) => {
  const read = [vi.spyOn(Date, 'now'), vi.spyOn(Math, 'random')];
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  renderToString(app(props as never));
  for (const spy of read) expect(spy).not.toHaveBeenCalled();
});

test.each([
  ['nothing known', {}],
  ['an initialIdentity', { initialIdentity: identity }],
  ['an identity', { identity, identityEndpoint: undefined }],
  ['a visitor', { initialIdentity: null }],
  ['offline', { offline: true }],
])('with %s, rendering makes no request and sets no timer', async (_, props) => {
  const server = await startIdentity(() => Response.json({}));
  const { origin } = new URL(server.url);
  const timers = vi.spyOn(globalThis, 'setTimeout');
  onTestFinished(() => timers.mockRestore());

  renderToString(
    app({ baseUri: origin, baseEdgeUri: origin, identityEndpoint: server.url, ...props } as never),
  );

  expect(timers).not.toHaveBeenCalled();
  // A request that began before this one would be there by now.
  await fetch(`${origin}/last`);
  expect(server.requests.map(({ url }) => new URL(url).pathname)).toEqual(['/last']);
});

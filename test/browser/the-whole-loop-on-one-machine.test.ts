import { Stigg } from '@stigg/node-server-sdk';
import { createStiggEmulator } from 'hardened-stigg/emulator';
import { createIdentityHandler } from 'hardened-stigg/server';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { closeBrowser, openPage, pageShows, serveApp } from '../helpers/browser';
import { expectNoLeak } from '../helpers/leaks';
import { SIGNING_SECRET } from '../helpers/secret';
import { serve } from '../helpers/serve';

afterAll(closeBrowser);

/** The emulator on a port, a backend with Stigg's own server SDK, and the page of `loop-app.tsx`. */
async function startEverything() {
  const emulator = createStiggEmulator({
    signingSecret: SIGNING_SECRET,
    customers: {},
    plans: [
      { id: 'free', name: 'Free', entitlements: { seats: 1, reports: { limit: 2 } } },
      {
        id: 'pro',
        name: 'Pro',
        monthlyPrice: 49,
        entitlements: { seats: 20, sso: true, reports: { limit: 100 } },
      },
    ],
  });
  const { url, close } = await serve(emulator.fetch);
  onTestFinished(close);
  onTestFinished(() => expectNoLeak("the emulator's requests", emulator.requests));

  const stigg = Stigg.initialize({
    apiKey: 'server-tests',
    baseUri: url,
    baseEdgeUri: url,
    realtimeUpdatesEnabled: false,
  });
  onTestFinished(() => stigg.close());

  const sessions = new Map<string, string>();
  const customerOf = (request: Request) =>
    sessions.get(/session=(\w+)/.exec(request.headers.get('Cookie') ?? '')?.[1] ?? '') ?? null;
  const forCustomer =
    (answer: (customerId: string, request: Request) => Promise<string>) =>
    async (request: Request) => {
      const customerId = customerOf(request);
      return customerId === null
        ? new Response('sign in first', { status: 401 })
        : new Response(await answer(customerId, request));
    };

  const app = await serveApp(
    {
      page: 'loop',
      apiKey: 'client-tests',
      baseUri: url,
      baseEdgeUri: url,
      identityEndpoint: '/api/identity',
    },
    {
      '/api/identity': createIdentityHandler({
        signingSecret: SIGNING_SECRET,
        getCustomerId: customerOf,
      }),
      '/api/session': async () => {
        const { customer } = await stigg.provisionCustomer({
          customerId: 'initech',
          name: 'Initech',
          subscriptionParams: { planId: 'free' },
        });
        sessions.set('s1', customer.id);
        return new Response('welcome', {
          headers: { 'Set-Cookie': 'session=s1; HttpOnly; SameSite=Lax; Path=/' },
        });
      },
      '/api/reports': forCustomer(async (customerId) => {
        const { hasAccess } = await stigg.getMeteredEntitlement({
          customerId,
          featureId: 'reports',
          options: { requestedUsage: 1 },
        });
        if (!hasAccess) return 'denied by the backend';
        const { currentUsage } = await stigg.reportUsage({
          customerId,
          featureId: 'reports',
          value: 1,
        });
        return `report ${currentUsage}`;
      }),
      '/api/plan': forCustomer(async (customerId, request) => {
        const { planId } = await request.json();
        const { provisionStatus } = await stigg.provisionSubscription({ customerId, planId });
        return `${planId}: ${provisionStatus}`;
      }),
      '/logout': (request) => {
        sessions.delete(customerOf(request) ? 's1' : '');
        return new Response('<p>Goodbye</p>', {
          headers: { 'Content-Type': 'text/html', 'Set-Cookie': 'session=; Max-Age=0; Path=/' },
        });
      },
    },
  );
  return { emulator, stigg, app };
}

test('a customer is provisioned, signs in, reaches a limit, upgrades in the paywall, goes on, signs out, and goes back', async () => {
  const { emulator, stigg, app } = await startEverything();
  const page = await openPage();
  await page.goto(app.url);
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const shows = (id: string, text: string) =>
    page.getByTestId(id).getByText(text, { exact: true }).waitFor();

  expect(await pageShows(page, 'anonymous')).toMatchObject({ seats: 'denied', reports: 'denied' });

  // Provisioned by the backend, signed in, and entitled on both sides.
  await press('sign up');
  expect(await pageShows(page, 'ready')).toMatchObject({
    customer: 'initech',
    sso: 'denied',
    seats: '1',
    reports: '0 used',
  });
  expect(
    await stigg.getNumericEntitlement({ customerId: 'initech', featureId: 'seats' }),
  ).toMatchObject({ hasAccess: true, value: 1 });

  // Up to the limit, and no further: neither in the browser nor in the backend.
  await shows('one-more', 'may');
  await press('make a report');
  await shows('reports', '1 used');
  await press('make a report');
  await shows('reports', '2 used');
  await shows('one-more', 'may not');
  await press('make a report');
  await shows('backend', 'denied by the backend');
  await shows('reports', '2 used');

  // Stigg's own paywall: the plan is another one, and the page shows it without a reload.
  await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
  await press('Upgrade');
  await shows('backend', 'pro: SUCCESS');
  await shows('one-more', 'may');
  await shows('sso', 'granted');
  expect(await pageShows(page, 'ready')).toMatchObject({ seats: '20', reports: '2 used' });
  await press('make a report');
  await shows('reports', '3 used');
  expect(await page.evaluate('isSamePage')).toBe(true);

  // Every read of the browser was verified, and every write came from the backend.
  const { requests } = emulator;
  const ofBrowser = requests.filter(({ key, customerId }) => key === 'client' && customerId);
  expect(ofBrowser.length).toBeGreaterThan(0);
  expect(ofBrowser.every(({ isVerified, status }) => isVerified && status === 200)).toBe(true);
  const writes = requests.filter(({ operation }) => /^(Provision|ReportUsage)/.test(operation));
  expect(writes.map(({ key, operation }) => `${key} ${operation}`)).toEqual([
    'server ProvisionCustomer',
    'server ReportUsage',
    'server ReportUsage',
    'server ProvisionSubscription',
    'server ReportUsage',
  ]);

  // Signed out by a navigation, and back again.
  await page.getByRole('link', { name: 'log out' }).click();
  await page.getByText('Goodbye').waitFor();
  await page.goBack();
  expect(await pageShows(page, 'anonymous')).toMatchObject({
    customer: 'nobody',
    sso: 'denied',
    seats: 'denied',
    reports: 'denied',
  });
});

import { identityPreloadScript } from 'hardened-stigg/preload';
import { afterAll, expect, test } from 'vitest';
import { signedIn, startStigg } from '../helpers/backend';
import { closeBrowser, openPage, pageShows, serveApp } from '../helpers/browser';
import { ACME } from '../helpers/expected';
import { until } from '../helpers/until';

afterAll(closeBrowser);

test('the preload script requests before the app has loaded, under a content security policy, and there is no second request', async () => {
  const { stigg, customerRequests } = await startStigg();
  let asked = 0;
  let tellAsked = () => {};
  const isAsked = new Promise<void>((resolve) => {
    tellAsked = resolve;
  });
  const app = await serveApp(
    { ...stigg, identityEndpoint: '/api/identity' },
    {
      '/api/identity': (request) => {
        asked++;
        tellAsked();
        return signedIn('acme')(request);
      },
    },
    {
      head: identityPreloadScript('/api/identity', { nonce: 'bm9uY2U=' }),
      headers: { 'Content-Security-Policy': "script-src 'self' 'nonce-bm9uY2U='" },
    },
  );
  const page = await openPage();
  // No line of the app runs before the request to the endpoint.
  await page.route('**/assets/*.js', async (route) => {
    await isAsked;
    await route.continue();
  });

  await page.goto(app.url);
  // Playwright looks into a page as a user's gesture, after which a preloaded answer is not used.
  await until(() => customerRequests().length > 0);

  expect(await pageShows(page, 'ready')).toEqual(ACME);
  expect(asked).toBe(1);
});

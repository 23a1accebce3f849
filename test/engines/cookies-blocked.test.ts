import { describe, expect, test } from 'vitest';
import { ACME, DENIED } from '../helpers/expected';
import { engines } from './engines';
import { startSite } from './site';
import { openTab, shows } from './tab';

const BLOCKED = { areCookiesBlocked: true };

/**
 * Each engine blocks cookies for real, as a user's setting does. Firefox then also forbids localStorage and
 * BroadcastChannel, Chromium localStorage, and WebKitGTK neither.
 */
describe.each(engines)('$name with cookies blocked', (engine) => {
  test('An endpoint that needs the cookie: the page renders, and settles on anonymous.', async () => {
    const site = await startSite();
    const tab = await openTab(engine, `${site.url}/login?as=acme`, BLOCKED);

    expect(await shows(tab, 'anonymous')).toEqual({ customer: 'nobody', error: 'none', ...DENIED });
    expect(site.requests).toEqual([null]);
  });

  test('An identity function with a bearer: the page renders, and is ready.', async () => {
    const site = await startSite({ bearer: 'acme' });
    const tab = await openTab(engine, site.url, BLOCKED);

    expect(await shows(tab, 'ready')).toEqual(ACME);

    await tab.click('sign out');
    expect(await shows(tab, 'anonymous')).toMatchObject(DENIED);
  });
});

import { describe, expect, test } from 'vitest';
import { ACME, DENIED } from '../helpers/expected';
import { until } from '../helpers/until';
import { engines } from './engines';
import { startSite } from './site';
import { openTab, shows } from './tab';

/**
 * Chromium and Firefox lose the network. For WebKitGTK, which cannot, the server goes down and the page gets the event.
 */
describe.each(engines)('$name', (engine) => {
  test('The endpoint fails at first: an error; it is ready when the page is online again, be it within a second.', async () => {
    const site = await startSite({ retries: 0 });
    site.isFailing = true;
    const tab = await openTab(engine, `${site.url}/login?as=acme`);
    expect(await shows(tab, 'error')).toEqual({
      customer: 'nobody',
      error: 'identity_http_error',
      ...DENIED,
    });

    await tab.setOffline(true);
    site.isFailing = false;
    await tab.setOffline(false);

    expect(await shows(tab, 'ready')).toEqual(ACME);
  });

  test('The token runs out while the network is away: an error; then ready as soon as it is back.', async () => {
    const site = await startSite({ retries: 0 });
    site.lifetimeMs = 3000;
    const tab = await openTab(engine, `${site.url}/login?as=acme`);
    await shows(tab, 'ready');

    site.setDown(true);
    await tab.setOffline(true);
    expect(await shows(tab, 'error')).toEqual({
      customer: 'nobody',
      error: 'identity_unreachable',
      ...DENIED,
    });

    // Longer than the second that automatic requests keep from each other.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    site.lifetimeMs = 600_000;
    site.setDown(false);
    const before = site.requests.length;
    const onlineAt = performance.now();
    await tab.setOffline(false);
    await until(
      () => site.requests.length > before,
      () => 'an identity request of the page that is online again',
    );
    expect(performance.now() - onlineAt).toBeLessThan(1000); // and not the background retry, seconds later
    expect(await shows(tab, 'ready')).toEqual(ACME);
  });
});

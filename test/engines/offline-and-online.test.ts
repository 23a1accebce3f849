import { describe, expect, test } from 'vitest';
import { ACME, DENIED } from '../helpers/expected';
import { engines } from './engines';
import { startSite } from './site';
import { openTab, shows } from './tab';

/** Chromium and Firefox lose the network. WebKitGTK cannot, and is told: its server goes down. */
describe.each(engines)('$name', (engine) => {
  test('The endpoint fails at first: an error; it is ready as soon as the page is online again.', async () => {
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

    site.lifetimeMs = 600_000;
    site.setDown(false);
    await tab.setOffline(false);
    expect(await shows(tab, 'ready')).toEqual(ACME);
  });
});

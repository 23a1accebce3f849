import { describe, expect, test } from 'vitest';
import { ACME } from '../helpers/expected';
import type { Engine, Tab } from './drivers/engine';
import { engines } from './engines';
import { startSite } from './site';
import { evaluate, openTab, readings, shows, showWidget, widgetShows } from './tab';

/** How often the page has requested the file with Stigg's SDK. */
const sdkFiles = (tab: Tab) =>
  evaluate(tab, () => {
    const names = performance.getEntriesByType('resource').map(({ name }) => name);
    return names.filter((name) => /with-sdk[^/]*\.js$/.test(name)).length;
  });

/** Acme is entitled by what the backend has said, and a widget could be shown. */
async function openEntitledPage(engine: Engine) {
  const site = await startSite({ page: 'widget' });
  const tab = await openTab(engine, `${site.url}/login?as=acme`);
  expect(await shows(tab, 'ready')).toEqual(ACME);
  return { site, tab };
}

describe.each(engines)('$name', (engine) => {
  test('Entitled without a request to Stigg and without its SDK; a widget brings both, and nothing is denied.', async () => {
    const { site, tab } = await openEntitledPage(engine);
    expect(site.stigg.requests).toEqual([]);
    expect(await sdkFiles(tab)).toBe(0);

    await showWidget(tab);

    await widgetShows(tab, 'loaded');
    expect(await sdkFiles(tab)).toBe(1);
    const loads = site.stigg.requests.filter(({ operation }) => operation === 'GetEntitlements');
    expect(loads.map(({ isVerified }) => isVerified)).toEqual([true]);
    expect(await shows(tab, 'ready')).toMatchObject(ACME);
    expect(await evaluate(tab, () => recording.shown)).toEqual(['denied', 'granted']);
  });

  // Firefox remembers that a module has failed, as long as the document lives.
  test('The network fails as the SDK is to be loaded: its boundary shows it, and another try or document loads it.', async () => {
    const { site, tab } = await openEntitledPage(engine);
    site.setDown(true);
    await showWidget(tab);
    await widgetShows(tab, 'stigg_unreachable');
    expect(await shows(tab, 'ready')).toMatchObject(ACME);
    expect(await readings(tab)).not.toContain(false);
    if (engine.name === 'WebKitGTK') return; // whether it has the file again differs from run to run

    site.setDown(false);
    await tab.click('try again');
    if (engine.name !== 'Chromium') {
      await widgetShows(tab, 'stigg_unreachable');
      await tab.goto(site.url);
      await showWidget(tab);
    }

    await widgetShows(tab, 'loaded');
    expect(await shows(tab, 'ready')).toMatchObject(ACME);
  });
});

import { describe, expect, test } from 'vitest';
import { ACME } from '../helpers/expected';
import { until } from '../helpers/until';
import type { Tab } from './drivers/engine';
import { engines } from './engines';
import { startSite } from './site';
import { evaluate, isVisible, openTab, readings, shows } from './tab';

/** Moves the page's clocks on, both of them. */
const passTime = (tab: Tab, minutes: number) =>
  evaluate(
    tab,
    (ms) => {
      for (const clock of [Date, performance]) {
        const now = clock.now.bind(clock);
        clock.now = () => now() + ms;
      }
    },
    minutes * 60_000,
  );

async function hideFor(tab: Tab, minutes: number) {
  await tab.hide();
  await isVisible(tab, 'hidden');
  await passTime(tab, minutes);
  await tab.show();
  await isVisible(tab, 'visible');
}

describe.each(engines)('$name', (engine) => {
  test('A page that was hidden for more than five minutes requests again, and no render is denied.', async () => {
    const site = await startSite();
    const tab = await openTab(engine, `${site.url}/login?as=acme`);
    await shows(tab, 'ready');
    await readings(tab);

    await hideFor(tab, 2);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(site.requests).toHaveLength(1);

    await hideFor(tab, 4);
    await until(
      () => site.requests.length > 1,
      () => 'an identity request of the page that came back',
    );

    expect(await evaluate(tab, () => recording.visibility)).toEqual([
      ...['hidden', 'visible', 'hidden', 'visible'],
    ]);
    expect(await shows(tab, 'ready')).toEqual(ACME);
    expect(await readings(tab)).not.toContain(false);
    expect(site.requests).toEqual(['acme', 'acme']);
  });

  test('A page whose user has signed out meanwhile is anonymous.', async () => {
    const site = await startSite();
    const tab = await openTab(engine, `${site.url}/login?as=acme`);
    await shows(tab, 'ready');
    await evaluate(tab, async () => {
      await fetch('/elsewhere');
    });

    await hideFor(tab, 6);

    await shows(tab, 'anonymous');
    expect(site.requests).toEqual(['acme', null]);
  });
});

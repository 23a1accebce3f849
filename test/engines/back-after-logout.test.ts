import { describe, expect, test } from 'vitest';
import { ACME, DENIED } from '../helpers/expected';
import { until } from '../helpers/until';
import type { Engine } from './drivers/engine';
import { engines } from './engines';
import { startSite } from './site';
import { isRestored, isVisible, openTab, readings, shows } from './tab';

/** Acme is signed in, navigates to a document that changes the session, and goes back to the app as it was left. */
async function goBackFrom(engine: Engine, path: string) {
  const site = await startSite();
  const tab = await openTab(engine, `${site.url}/login?as=acme`);
  await shows(tab, 'ready');
  await tab.goto(`${site.url}${path}`);
  await tab.back();

  // All three engines have that cache. Without it there would be nothing to test.
  await isRestored(tab);
  const restoredAt = performance.now();
  await until(
    () => site.requests.length > 1,
    () => 'an identity request of the page that came back',
  );
  expect(performance.now() - restoredAt).toBeLessThan(1500);
  return { site, tab };
}

describe.each(engines)('$name', (engine) => {
  test('Back after a logout: identity is requested at once, and then everything is denied.', async () => {
    const { site, tab } = await goBackFrom(engine, '/elsewhere');

    expect(await shows(tab, 'anonymous')).toEqual({ customer: 'nobody', error: 'none', ...DENIED });
    await readings(tab);
    expect(await readings(tab)).not.toContain(true);
    expect(site.requests).toEqual(['acme', null]);
  });

  test('Back after another customer has signed in: the page follows.', async () => {
    const { site, tab } = await goBackFrom(engine, '/elsewhere?as=globex');

    expect(await shows(tab, 'ready', 'globex')).toMatchObject(DENIED);
    expect(site.requests).toEqual(['acme', 'globex']);
  });

  test('Back with the session as it was: still ready, and no render is denied.', async () => {
    const { tab } = await goBackFrom(engine, '/elsewhere?as=acme');

    expect(await shows(tab, 'ready')).toEqual(ACME);
    const read = await readings(tab);
    expect(read.slice(read.indexOf(true))).not.toContain(false);
  });

  test('Back in a page that nobody looks at: identity is requested as soon as somebody does.', async () => {
    const site = await startSite();
    const tab = await openTab(engine, `${site.url}/login?as=acme`);
    await shows(tab, 'ready');
    await tab.goto(`${site.url}/elsewhere`);
    await tab.hide();
    await isVisible(tab, 'hidden');
    await tab.back();
    await isRestored(tab);
    await tab.show();

    expect(await shows(tab, 'anonymous')).toMatchObject(DENIED);
  });
});

import { describe, expect, test } from 'vitest';
import { ACME, DENIED } from '../helpers/expected';
import type { Engine } from './drivers/engine';
import { engines } from './engines';
import { startSite } from './site';
import { evaluate, openProfile, shows } from './tab';

/** Two real tabs of one profile, both with the app. */
async function openTwoTabs(engine: Engine, path: string, status: string) {
  const site = await startSite();
  const profile = await openProfile(engine);
  const one = await profile.openTab(`${site.url}${path}`);
  await shows(one, status);
  const two = await profile.openTab(site.url);
  await shows(two, status);
  return { site, one, two };
}

describe.each(engines)('$name', (engine) => {
  test('One tab navigates to the logout: the other is anonymous and denied.', async () => {
    const { site, one, two } = await openTwoTabs(engine, '/login?as=acme', 'ready');

    await two.goto(`${site.url}/logout`);

    expect(await shows(two, 'anonymous')).toMatchObject(DENIED);
    expect(await shows(one, 'anonymous')).toMatchObject(DENIED);
    expect(site.requests).toEqual(['acme', 'acme', null, null]);
  });

  test('One tab navigates to the login: the other is ready as that customer.', async () => {
    const { site, one, two } = await openTwoTabs(engine, '/', 'anonymous');

    await two.goto(`${site.url}/login?as=acme`);

    expect(await shows(two, 'ready')).toEqual(ACME);
    expect(await shows(one, 'ready')).toEqual(ACME);
    expect(site.requests).toEqual([null, null, 'acme', 'acme']);
  });

  test('One tab signs in another customer by a navigation: the other follows.', async () => {
    const { site, one, two } = await openTwoTabs(engine, '/login?as=acme', 'ready');

    await two.goto(`${site.url}/login?as=globex`);

    const globex = { customer: 'globex', error: 'none', ...DENIED };
    expect(await shows(two, 'ready')).toEqual(globex);
    expect(await shows(one, 'ready', 'globex')).toEqual(globex);
  });

  test('One tab signs out by a click: the other hears of it as well.', async () => {
    const { one, two } = await openTwoTabs(engine, '/login?as=acme', 'ready');

    await evaluate(two, async () => {
      await fetch('/elsewhere'); // the backend forgets the session
    });
    await two.click('sign out');

    expect(await shows(one, 'anonymous')).toMatchObject(DENIED);
  });
});

import { describe, expect, test } from 'vitest';
import { ACME, DENIED } from '../helpers/expected';
import { engines } from './engines';
import { isLazy, startSite } from './site';
import { openTab, readings, refresh, shows } from './tab';

describe.each(engines)('$name', (engine) => {
  test('A visitor is anonymous; one who signs in is ready and entitled; one click signs out.', async () => {
    const site = await startSite();
    const tab = await openTab(engine, site.url);
    expect(await shows(tab, 'anonymous')).toEqual({ customer: 'nobody', error: 'none', ...DENIED });

    await tab.goto(`${site.url}/login?as=acme`);
    expect(await shows(tab, 'ready')).toEqual(ACME);
    expect(site.requests).toEqual([null, 'acme']);

    await tab.click('sign out');
    expect(await shows(tab, 'anonymous')).toMatchObject(DENIED);
  });

  test('Ten rotations: no render reads a granted feature as denied.', async () => {
    const site = await startSite();
    const tab = await openTab(engine, `${site.url}/login?as=acme`);
    await shows(tab, 'ready');
    await readings(tab);

    for (let rotation = 1; rotation <= 10; rotation++) await refresh(tab);

    const read = await readings(tab);
    expect(read.length).toBeGreaterThan(20);
    expect(read).not.toContain(false);
    expect(await shows(tab, 'ready')).toEqual(ACME);
    expect(site.requests).toHaveLength(11);
    const verified = site.stigg.requests.filter(({ isVerified }) => isVerified);
    if (isLazy) expect(site.stigg.requests).toEqual([]);
    else expect(verified.length).toBeGreaterThanOrEqual(11);
  });
});

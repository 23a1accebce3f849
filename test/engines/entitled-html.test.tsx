import { HardenedStiggProvider, type Identity } from 'hardened-stigg';
import { renderToString } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { TestApp } from '../browser/app/test-app';
import { WidgetApp } from '../browser/app/widget-app';
import { CUSTOMERS, startStigg } from '../helpers/backend';
import { serveApp } from '../helpers/browser';
import { ACME } from '../helpers/expected';
import { until } from '../helpers/until';
import { engines } from './engines';
import { recorderScript } from './recorder';
import { isLazy } from './site';
import { evaluate, openTab, readings, refresh, shows, showWidget } from './tab';

/** A server that renders the app for Acme, who pays: it knows who that is, and what Acme may use. */
async function startRenderingSite() {
  const { emulator, stigg, customerRequests } = await startStigg();
  const initialIdentity: Identity = {
    customerId: 'acme',
    customerToken: emulator.issueToken('acme', 3_600_000),
    expiresIn: 3600,
    entitlements: CUSTOMERS.acme.entitlements,
  };
  const props = {
    ...{ ...stigg, identityEndpoint: '/api/identity', initialIdentity },
    ...(isLazy && { page: 'widget' }),
  };
  const rendered = renderToString(
    <HardenedStiggProvider {...props}>
      {isLazy ? <WidgetApp /> : <TestApp />}
    </HardenedStiggProvider>,
  );
  const { url } = await serveApp(
    props,
    { '/api/identity': () => Response.json(initialIdentity) },
    { rendered, head: recorderScript },
  );
  const isHandedOver = () =>
    customerRequests().some(
      ({ operation, isVerified }) => operation === 'GetEntitlements' && isVerified,
    );
  return { url, isHandedOver };
}

describe.each(engines)("$name, the server's HTML", (engine) => {
  test('JavaScript is off: the page shows what Acme has paid for.', async () => {
    const site = await startRenderingSite();
    const tab = await openTab(engine, site.url, { isJavaScriptOff: true });

    expect(await shows(tab, 'ready')).toEqual(ACME);
    // The page's own scripts have not run, not even the first one.
    expect(await evaluate(tab, () => typeof recording)).toBe('undefined');
    expect(site.isHandedOver()).toBe(false);
  });

  test('JavaScript is on: it stays on the screen while Stigg takes over, and no render is denied.', async () => {
    const site = await startRenderingSite();
    const tab = await openTab(engine, site.url);
    await shows(tab, 'ready');
    if (isLazy) await showWidget(tab);
    await until(site.isHandedOver, () => 'the request for the entitlements of Stigg');
    await refresh(tab); // resolves once Stigg's answers count

    expect(await shows(tab, 'ready')).toMatchObject(ACME);
    const read = await readings(tab);
    expect(read.length).toBeGreaterThan(5);
    expect(read).not.toContain(false);
    const { shown, printed } = await evaluate(tab, () => recording);
    expect(shown).toEqual(['granted']);
    expect(printed.filter((line) => /hydrat|did not match/i.test(line))).toEqual([]);
  });
});

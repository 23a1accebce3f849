import { createCustomerToken } from 'hardened-stigg/server';
import { describe, expect, test } from 'vitest';
import { ACME, DENIED } from '../helpers/expected';
import { SIGNING_SECRET } from '../helpers/secret';
import { engines } from './engines';
import { startSite } from './site';
import { openTab, shows } from './tab';

/** `<iframe sandbox="allow-scripts">`: a document without an origin, and so without cookies or storage. */
describe.each(engines)('$name, in a sandboxed frame', (engine) => {
  test('The handler refuses an origin of null: the page renders, and shows an error.', async () => {
    const site = await startSite({ retries: 0 });
    const tab = await openTab(engine, `${site.url}/sandbox`);

    expect(await shows(tab, 'error')).toEqual({
      customer: 'nobody',
      error: 'identity_unreachable',
      ...DENIED,
    });
  });

  test('An identity function that knows the identity: the page renders, and is ready.', async () => {
    const answer = {
      customerId: 'acme',
      customerToken: createCustomerToken('acme', SIGNING_SECRET),
    };
    const site = await startSite({ answer });
    const tab = await openTab(engine, `${site.url}/sandbox`);

    expect(await shows(tab, 'ready')).toEqual(ACME);
    expect(site.requests).toEqual([]);
  });
});

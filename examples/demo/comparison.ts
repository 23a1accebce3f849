import { createStiggEmulator } from 'hardened-stigg/emulator';
import { createIdentityHandler } from 'hardened-stigg/server';
import { Hono } from 'hono';
import { buildFiles } from './build-files';
import { createLine } from './line';
import { ALL, NETWORKS } from './src/compare/contenders';
import { CUSTOMERS, entitlementsOf, PLANS, SIGNING_SECRET } from './world';

const FRAMES = new URL('frames/', import.meta.url);

/**
 * The frames of the second page, and what each of them talks to: a backend, and a Stigg of its own, in which everything
 * takes as long as the network that the URL names.
 */
export function createComparison(): Hono {
  const emulator = createStiggEmulator({
    signingSecret: SIGNING_SECRET,
    customers: CUSTOMERS,
    plans: PLANS,
  });
  // Every visitor is Acme here: this page is about time.
  const identity = createIdentityHandler({
    signingSecret: SIGNING_SECRET,
    getCustomerId: () => 'acme',
    getEntitlements: entitlementsOf,
  });
  const lines = new Map(
    Object.entries(NETWORKS).map(([name, network]) => [name, createLine(network)]),
  );
  const builds = new Map<string, ReturnType<typeof buildFiles>>();
  const app = new Hono();

  app.put('/:contender', async (c) => {
    const contender = ALL.find((one) => one === c.req.param('contender'));
    if (!contender) return c.notFound();
    // A build for each: one of all three would share files that no app has.
    const files = builds.get(contender) ?? buildFiles(FRAMES, [`${contender}.html`], './');
    builds.set(contender, files);
    await files.catch((error) => {
      builds.delete(contender); // the next attempt builds it again
      throw error;
    });
    return c.body(null, 204);
  });

  // `run` makes the URLs new each time, so that the browser has nothing of them yet.
  app.use('/:network/:run/:contender/*', async (c, next) => {
    const arrivedAt = performance.now();
    const line = lines.get(c.req.param('network'));
    if (!line) return c.notFound();
    await next();
    c.res = await line.send(c.res, arrivedAt);
  });
  app.all('/:network/:run/:contender/stigg/*', (c) => {
    const url = new URL(c.req.url);
    url.pathname = `${url.pathname.split('/stigg')[1]}`;
    return emulator.fetch(new Request(url, c.req.raw));
  });
  app.all('/:network/:run/:contender/api/identity', (c) => identity(c.req.raw));
  app.get('/:network/:run/:contender/*', async (c) => {
    const contender = c.req.param('contender');
    const name = c.req.path.split(`/${contender}/`)[1] || `${contender}.html`;
    const answer = await builds.get(contender);
    return answer?.(name) ?? c.notFound();
  });
  return app;
}

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as pause } from 'node:timers/promises';
import { LATENCY } from './navigation';
import { progress, table } from './stats';
import type { Contender, World } from './world';

/** The SDK reads again what is older than 30 s. */
const WATCHED_S = 60;
/** Each contender once. The second recipe and the limit are left out, because they say nothing about denied renders. */
const NAMES = LATENCY.contenders.filter((name) => name !== 'recipe, again' && name !== 'limit');

interface Seen {
  renders: number;
  denied: number;
  deniedAgain: number;
}

export interface DeniedResult extends Seen {
  contender: Contender;
  /** What the server's HTML shows of the feature. */
  html: string;
  /** Errors and warnings of React in the console, for example about HTML that does not match. */
  complaints: number;
}

/** What renders read of a granted feature, from the HTML to a minute after the first entitled render. */
export async function benchDenied(world: World): Promise<DeniedResult[]> {
  const runs = [];
  for (const contender of NAMES) {
    progress(`denied renders: ${contender}`);
    const html = /<p>(\w+)<\/p>/.exec(await world.fetchHtml(contender))?.[1] ?? 'nothing';
    let complaints = 0;
    const run = await world.visit(contender, { latencyMs: 80, query: '&ticking' });
    run.page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints++;
    });
    await world.whenEntitled(run.devtools);
    runs.push({ contender, html, run, complaints: () => complaints });
  }
  progress(`denied renders: watching for ${WATCHED_S} s`);
  await pause(WATCHED_S * 1000);
  return Promise.all(
    runs.map(async ({ contender, html, run, complaints }) => {
      const seen = await run.page.evaluate(() => (globalThis as unknown as { seen: Seen }).seen);
      await run.close();
      return { contender, html, complaints: complaints(), ...seen };
    }),
  );
}

export const deniedTable = (results: readonly DeniedResult[]) =>
  table(
    [
      `from the HTML to ${WATCHED_S} s after the first entitled render`,
      'in the HTML',
      'renders',
      'of these, denied',
      'denied after it was granted',
      'errors in the console',
    ],
    results.map(({ contender, html, renders, denied, deniedAgain, complaints }) => [
      contender,
      html,
      `${renders}`,
      `**${denied}**`,
      `${deniedAgain}`,
      `${complaints}`,
    ]),
  );

export interface ServerRenderResult {
  what: string;
  html: string;
  requests: number;
}

const REQUEST_EVENTS = ['undici:request:create', 'http.client.request.start'];

/** The HTTP requests that this process begins while it renders, and in the second after it. */
export async function benchServerRender(world: World): Promise<ServerRenderResult[]> {
  const results: ServerRenderResult[] = [];
  for (const [what, render] of Object.entries(world.renderOnServer)) {
    progress(`server render: ${what}`);
    let requests = 0;
    const count = () => {
      requests++;
    };
    for (const event of REQUEST_EVENTS) subscribe(event, count);
    const html = render();
    await pause(1000);
    for (const event of REQUEST_EVENTS) unsubscribe(event, count);
    results.push({ what, html: /<p>(\w+)<\/p>/.exec(html)?.[1] ?? 'nothing', requests });
  }
  return results;
}

export const serverRenderTable = (results: readonly ServerRenderResult[]) =>
  table(
    ['rendered on a server', 'in the HTML', 'requests'],
    results.map(({ what, html, requests }) => [what, html, `${requests}`]),
  );

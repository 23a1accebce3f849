import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { findChromium } from '../test/helpers/find-chromium';
import { progress } from './stats';
import { buildPages, startWorld, type World } from './world';

const OUT = 'results/rotation-beside-the-recipe.png';
const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

const LATENCY_MS = 300;
// All times are milliseconds from the start of the rotation.
const FROM = -300;
const TO = 900;
/** What the screen showed in the middle of each quarter. */
const MOMENTS = [-150, 150, 450, 750] as const;

interface Span {
  name: string;
  from: number;
  to: number;
}

interface Lane {
  screenshots: string[];
  states: Span[];
  requests: Span[];
  /** The machine was too busy for the film: a screenshot is old, or a request took too long for the picture. */
  isDelayed: boolean;
}

/** One rotation in a contender's page: what was on the screen, and when. */
async function film(world: World, contender: 'recipe' | 'ours'): Promise<Lane> {
  const run = await world.open(contender, { latencyMs: LATENCY_MS, query: '&card' });
  const { page, devtools } = run;
  await page.setViewportSize({ width: 360, height: 216 });
  await page.addStyleTag({ path: file('app/card.css') });
  await page.waitForTimeout(3_000); // the start of the page keeps the machine busy

  const frames: { at: number; data: string }[] = [];
  devtools.on('Page.screencastFrame', ({ data, metadata, sessionId }) => {
    frames.push({ at: (metadata.timestamp ?? 0) * 1000, data });
    // The last one may find the page closed.
    devtools.send('Page.screencastFrameAck', { sessionId }).catch(() => {});
  });
  await devtools.send('Page.startScreencast', { format: 'png' });
  await page.waitForTimeout(2 * -FROM);
  const { start, entries } = await page.evaluate(async (to) => {
    const start = performance.now();
    await (globalThis as unknown as { rotate: () => Promise<void> }).rotate();
    await new Promise((resolve) => setTimeout(resolve, to));
    const entries = performance.getEntries().map(({ name, startTime, duration }) => ({
      name,
      from: startTime - start,
      to: startTime - start + duration,
    }));
    return { start: performance.timeOrigin + start, entries };
  }, TO);
  await run.close();

  // The card marks each change; a state lasts until the next one.
  const changes = entries.filter(({ name }) => name === 'entitled' || name === 'denied');
  const requests = entries.filter(
    ({ name, from }) => from > 0 && /identity$|entitlements/.test(name),
  );
  const shots = MOMENTS.map((moment) => frames.filter(({ at }) => at <= start + moment).at(-1));
  return {
    screenshots: shots.map((shot) => `${shot?.data}`),
    states: changes.map((change, i) => ({ ...change, to: changes[i + 1]?.from ?? TO })),
    requests,
    isDelayed:
      MOMENTS.some((moment, i) => start + moment - (shots[i]?.at ?? 0) > 100) ||
      requests.some(({ to }) => to > MOMENTS[3]),
  };
}

async function filmInTime(world: World, contender: 'recipe' | 'ours'): Promise<Lane> {
  for (let attempt = 1; attempt <= 10; attempt++) {
    progress(`A rotation, ${contender}: attempt ${attempt}`);
    const lane = await film(world, contender);
    if (!lane.isDelayed) return lane;
  }
  throw new Error('This machine is too busy to film a rotation.');
}

const inMs = (ms: number) => `${ms.toFixed(0)} ms`.replace('-', '−');

/** A part of a lane, where it is on the time axis. */
function part({ from, to }: Span, text: string, className = ''): string {
  const percent = (ms: number) => (100 * (Math.min(Math.max(ms, FROM), TO) - FROM)) / (TO - FROM);
  const style = `left: ${percent(from)}%; width: ${percent(to) - percent(from)}%`;
  return `<span class="${className}" style="${style}">${text}</span>`;
}

/** How long a rotation kept a granted feature from its customer. */
const deniedMs = ({ states }: Lane) =>
  states
    .filter(({ name, from }) => name === 'denied' && from > 0)
    .reduce((sum, { from, to }) => sum + to - from, 0);

function laneHtml(name: string, code: string, lane: Lane): string {
  const denied = deniedMs(lane);
  const images = lane.screenshots.map((png) => `<img src="data:image/png;base64,${png}">`);
  const states = lane.states
    .filter(({ to }) => to > FROM)
    .map((state) => part(state, state.name.replace('entitled', 'granted'), state.name));
  const requests = lane.requests.map((request) =>
    part(
      request,
      /identity$/.test(request.name) ? 'the backend signs a token' : 'Stigg loads the customer',
    ),
  );
  return `<h2>
      ${name} <code>${code}</code>
      ${denied ? `<b class="denied">denied for ${inMs(denied)}</b>` : '<b>never denied</b>'}
    </h2>
    <div class="lane">
      <div class="film">${images.join('')}</div>
      <div class="states">${states.join('')}</div>
      <div class="requests">${requests.join('')}</div>
    </div>`;
}

const pictureHtml = async (recipe: Lane, ours: Lane) => `<!doctype html>
  <style>${await readFile(file('picture.css'), 'utf8')}</style>
  <main>
    <h1>One token rotation, seen by a customer who has paid</h1>
    <p>The same app, which renders every 50 ms, and the same latency of ${LATENCY_MS} ms.</p>
    <div class="film moments">
      ${MOMENTS.map((moment) => `<span>${inMs(moment)}</span>`).join('')}
      <span class="start">rotation starts</span>
    </div>
    ${laneHtml('By hand', 'stigg.setCustomerId(id, token)', recipe)}
    ${laneHtml('hardened-stigg', '&lt;HardenedStiggProvider&gt;', ours)}
  </main>`;

progress('Building the pages …');
await buildPages();
const world = await startWorld();
const recipe = await filmInTime(world, 'recipe');
const ours = await filmInTime(world, 'ours');
await world.close();

const browser = await chromium.launch({ executablePath: findChromium() });
const page = await browser.newPage({ deviceScaleFactor: 2, viewport: { width: 800, height: 600 } });
await page.setContent(await pictureHtml(recipe, ours));
await page.locator('main').screenshot({ path: file(OUT), omitBackground: true });
await browser.close();
console.error(
  `\nDenied by hand: ${inMs(deniedMs(recipe))}; by hardened-stigg: ${inMs(deniedMs(ours))}. Written to bench/${OUT}`,
);

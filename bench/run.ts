import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { benchDenied, benchServerRender, deniedTable, serverRenderTable } from './denied';
import { benchEmulator, emulatorTable } from './emulator';
import { firstSeconds } from './first-seconds';
import { benchLeftBehind, benchMemory, leftBehindTable, memoryTable } from './memory';
import {
  benchNavigation,
  LATENCY,
  navigationPlot,
  navigationTable,
  roundsLine,
} from './navigation';
import { benchOutage, outageTable } from './outage';
import { benchReaders, readersTable } from './readers';
import { benchRotation, rotationPlot, rotationTable } from './rotation';
import { benchServer, serverTable } from './server';
import { benchSize, heldOfTheOther, sizeTable } from './size';
import { THROTTLED, throttledBarsTable, throttledTable, weightTable } from './throttled';
import { buildPages, startWorld, type World } from './world';

const ROUNDS = Number(process.env.ROUNDS ?? 9);
const results = (file: string) => new URL(`./results/${file}`, import.meta.url);

interface Section {
  title: string;
  run: (world: World) => Promise<string>;
}

const SECTIONS: Record<string, Section> = {
  navigation: {
    title: 'Navigation to the first entitled render',
    run: async (world) => {
      const found = await benchNavigation(world, LATENCY, ROUNDS);
      writeFileSync(results('navigation.svg'), navigationPlot(LATENCY, found));
      return [
        roundsLine(LATENCY, ROUNDS),
        navigationTable(LATENCY, found),
        '![The same as bars](navigation.svg)',
        '## Denied renders',
        deniedTable(await benchDenied(world)),
        '## Requests of a server that renders',
        serverRenderTable(await benchServerRender(world)),
      ].join('\n\n');
    },
  },
  'navigation-throttled': {
    title: 'Navigation to the first entitled render, on slower networks and machines',
    run: async (world) => {
      const rounds = Math.ceil(ROUNDS * 0.75);
      const found = await benchNavigation(world, THROTTLED, rounds);
      writeFileSync(results('navigation-throttled.svg'), navigationPlot(THROTTLED, found));
      writeFileSync(results('first-seconds.svg'), firstSeconds(found));
      return [
        roundsLine(THROTTLED, rounds),
        throttledTable(found),
        '![The same as bars](navigation-throttled.svg)',
        '![What a visitor sees in the first seconds](first-seconds.svg)',
        '## What has to arrive first',
        weightTable(found),
        '## Bars',
        throttledBarsTable(found),
      ].join('\n\n');
    },
  },
  outage: {
    title: 'Page loads while Stigg is down',
    run: async (world) => outageTable(await benchOutage(world)),
  },
  rotation: {
    title: 'Rotation',
    run: async (world) => {
      const found = await benchRotation(world);
      writeFileSync(results('rotation.svg'), rotationPlot(found));
      return `${rotationTable(found)}\n\n![Denied renders as bars](rotation.svg)\n\n![One rotation, as a user sees it](rotation-beside-the-recipe.png)`;
    },
  },
  readers: {
    title: 'Readers',
    run: async (world) => readersTable(await benchReaders(world, ROUNDS)),
  },
  memory: {
    title: 'Memory',
    run: async (world) =>
      `${memoryTable(await benchMemory(world))}\n\n${leftBehindTable(await benchLeftBehind(world))}`,
  },
  server: { title: 'Server', run: async () => serverTable(await benchServer(ROUNDS * 5)) },
  emulator: { title: 'Emulator', run: async () => emulatorTable(await benchEmulator()) },
  size: {
    title: 'Size',
    run: async () => `${sizeTable(await benchSize())}\n\n${heldOfTheOther()}`,
  },
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(SECTIONS, name));
if (unknown.length > 0) {
  console.error(`Usage: npm run bench [${Object.keys(SECTIONS).join(' | ')} …]`);
  process.exit(2);
}

console.error('Building the pages …');
await buildPages();
const world = await startWorld();
/** Processes that run or wait, on average of the last minute. */
const load = () => loadavg()[0]?.toFixed(1);
const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.version}`;
for (const [name, { title, run }] of Object.entries(SECTIONS)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const before = load();
  const found = await run(world);
  writeFileSync(
    results(`${name}.md`),
    `# ${title}\n\n\`npm run bench ${name}\` on ${machine}. Median, with least and greatest in brackets. The machine's load was ${before} at the start, and ${load()} at the end.\n\n${found}\n`,
  );
}
await world.close();
console.error('\nWritten to bench/results/');

import { chromium } from './drivers/chromium';
import type { Engine } from './drivers/engine';
import { firefox } from './drivers/firefox';
import { webkit } from './drivers/webkit';

const ALL: Record<string, Engine> = { chromium, firefox, webkit };

/** All engines, or those that the environment variable ENGINES names: `ENGINES=chromium,firefox`. */
export const engines: Engine[] = (process.env.ENGINES || Object.keys(ALL).join())
  .split(',')
  .map((name) => {
    const engine = ALL[name.trim()];
    if (engine) return engine;
    throw new Error(`ENGINES names "${name}". The engines are ${Object.keys(ALL).join(', ')}.`);
  });

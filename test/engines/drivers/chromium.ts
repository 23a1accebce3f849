import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type BrowserContext, type Page, chromium as playwright } from 'playwright';
import { findChromium } from '../../helpers/find-chromium';
import type { Engine, Profile, ProfileOptions, Tab } from './engine';

const ARGS = [
  '--headless',
  '--no-sandbox', // root has none; the pages are the tests' own
  '--remote-debugging-port=0',
  '--no-startup-window', // a connection during its start sometimes takes 5 s, or never ends
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
];

/** What the settings write if a user blocks cookies or JavaScript. */
const preferencesOf = ({ areCookiesBlocked, isJavaScriptOff }: ProfileOptions) => ({
  profile: {
    default_content_setting_values: {
      ...(areCookiesBlocked && { cookies: 2 }),
      ...(isJavaScriptOff && { javascript: 2 }),
    },
  },
});

/** `blank` is a tab to hide this one behind. */
async function openTab(context: BrowserContext, blank: Page): Promise<Tab> {
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  return {
    goto: async (url) => {
      await page.goto(url);
    },
    back: async () => {
      // A page from the back/forward cache does not load again.
      await page.goBack({ waitUntil: 'commit' });
    },
    click: (button) => page.getByRole('button', { name: button }).click(),
    evaluate: (expression) => page.evaluate(expression),
    hide: async () => {
      await blank.bringToFront();
    },
    show: () => page.bringToFront(),
    setOffline: (isOffline) => context.setOffline(isOffline),
  };
}

/**
 * Chromium as it is for users. Playwright starts it with the back/forward cache off and every page visible for
 * ever, so that it is started here, and Playwright connects to it.
 */
async function open(options: ProfileOptions = {}): Promise<Profile> {
  const executable = findChromium();
  const folder = await mkdtemp(join(tmpdir(), 'hardened-stigg-chromium-'));
  await mkdir(join(folder, 'Default'));
  await writeFile(join(folder, 'Default', 'Preferences'), JSON.stringify(preferencesOf(options)));
  const program = spawn(executable, [...ARGS, `--user-data-dir=${folder}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  try {
    return await connect(program, folder);
  } catch (error) {
    program.kill();
    throw error;
  }
}

async function connect(program: ChildProcess, folder: string): Promise<Profile> {
  const exit = once(program, 'exit');
  const endpoint = await new Promise<string>((resolve, reject) => {
    createInterface(program.stderr as Readable).on('line', (line) => {
      const found = /ws:\/\/\S+/.exec(line)?.[0];
      if (found) resolve(found);
    });
    program.once('exit', (code) => reject(new Error(`Chromium stopped with code ${code}.`)));
  });
  const browser = await playwright.connectOverCDP(endpoint, { noDefaults: true });
  const [context] = browser.contexts();
  if (!context) throw new Error('Chromium has no profile.');
  const blank = await context.newPage();
  return {
    openTab: () => openTab(context, blank),
    close: async () => {
      const session = await browser.newBrowserCDPSession();
      await session.send('Browser.close');
      await exit;
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

export const chromium: Engine = { name: 'Chromium', open };

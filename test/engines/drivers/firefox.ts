import { type Browser, type BrowserContext, launch, type Page } from 'puppeteer-core';
import type { Engine, Profile, ProfileOptions, Tab } from './engine';
import { findProgram } from './find-program';

/** What the settings write if a user blocks all cookies, or JavaScript. */
const preferencesOf = ({ areCookiesBlocked, isJavaScriptOff }: ProfileOptions) => ({
  ...(areCookiesBlocked && { 'network.cookie.cookieBehavior': 2 }),
  ...(isJavaScriptOff && { 'javascript.enabled': false }),
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
      // Not goBack(), which awaits a load: a page from the back/forward cache does not load again.
      const address = () => page.evaluate(() => location.href);
      const left = await address();
      await page.evaluate(() => {
        setTimeout(() => history.back());
      });
      // During the navigation there is no page in which to evaluate anything.
      while ((await address().catch(() => left)) === left) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    click: (button) => page.locator(`button::-p-text(${button})`).click(),
    evaluate: (expression) => page.evaluate(expression),
    hide: async () => {
      await blank.bringToFront();
    },
    show: () => page.bringToFront(),
    setOffline: (isOffline) => page.setOfflineMode(isOffline),
  };
}

/** Its start takes seconds, so that the profiles of a test file are containers in one Firefox for each setting. */
const started = new Map<string, Browser>();

async function start(options: ProfileOptions): Promise<Browser> {
  const extraPrefsFirefox = preferencesOf(options);
  const setting = JSON.stringify(extraPrefsFirefox);
  const running = started.get(setting);
  if (running) return running;
  const browser = await launch({
    browser: 'firefox',
    executablePath: findProgram(
      ['firefox-esr', 'firefox'],
      'Install Firefox (Debian: apt-get install firefox-esr).',
    ),
    extraPrefsFirefox,
  });
  started.set(setting, browser);
  return browser;
}

/** To call from `afterAll`. */
export async function closeFirefox() {
  for (const browser of started.values()) await browser.close();
  started.clear();
}

async function open(options: ProfileOptions = {}): Promise<Profile> {
  const browser = await start(options);
  const context = await browser.createBrowserContext();
  const blank = await context.newPage();
  return { openTab: () => openTab(context, blank), close: () => context.close() };
}

export const firefox: Engine = { name: 'Firefox', open };

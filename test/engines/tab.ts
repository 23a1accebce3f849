import { onTestFinished } from 'vitest';
import { expectNoLeak } from '../helpers/leaks';
import type { Engine, ProfileOptions, Tab } from './drivers/engine';

const WAIT_MS = 10_000;

/** Waits until `read` gives something. */
async function eventually<Value>(
  read: () => Promise<Value | undefined>,
  what: () => Promise<string>,
): Promise<Value> {
  const start = performance.now();
  while (performance.now() - start < WAIT_MS) {
    const value = await read();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`waited ${WAIT_MS / 1000} s in vain for ${await what()}`);
}

/** Runs a function in the page. It sees nothing of the test but `argument`. */
export const evaluate = <Result, Argument = undefined>(
  tab: Tab,
  run: (argument: Argument) => Result,
  argument?: Argument,
): Promise<Awaited<Result>> =>
  tab.evaluate(`(${run})(${JSON.stringify(argument)})`) as Promise<Awaited<Result>>;

/** What the page shows, by its test ids; nothing if it is blank. */
const readPage = (tab: Tab) =>
  evaluate(tab, () => {
    const elements = document.querySelectorAll<HTMLElement>('[data-testid]');
    const shown = [...elements].map((element) => [element.dataset.testid, element.textContent]);
    return Object.fromEntries(shown) as Record<string, string>;
  });

/** What the app shows, as soon as it shows `status`, and `customer` if one is given. */
export async function shows(tab: Tab, status: string, customer?: string) {
  let shown: Record<string, string> = {};
  return eventually(
    async () => {
      shown = await readPage(tab);
      const { status: shownStatus, ...rest } = shown;
      const isShown = shownStatus === status && rest.customer === (customer ?? rest.customer);
      return isShown ? rest : undefined;
    },
    async () => {
      const printed = await evaluate(tab, () => globalThis.recording?.printed.join('\n'));
      const wanted = customer ? `${status} as ${customer}` : status;
      return `${wanted}; the page shows ${JSON.stringify(shown)} and printed ${printed}`;
    },
  );
}

/** Waits until the page has come back from the back/forward cache. */
export const isRestored = (tab: Tab) =>
  eventually(
    async () => (await evaluate(tab, () => globalThis.recording?.restored)) || undefined,
    async () => 'a page from the back/forward cache',
  );

export const isVisible = (tab: Tab, expected: 'visible' | 'hidden') =>
  eventually(
    async () => {
      const state = await evaluate(tab, () => document.visibilityState);
      return state === expected ? state : undefined;
    },
    async () => `a page that is ${expected}`,
  );

/** What components of the app read since the last call, render by render. */
export const readings = (tab: Tab) =>
  evaluate(tab, () => (globalThis as unknown as { readings: boolean[] }).readings.splice(0));

/** Shows the widget of Stigg's SDK, as soon as React has taken over the page. */
export async function showWidget(tab: Tab) {
  await eventually(
    async () => (await readings(tab)).length || undefined,
    async () => 'a page that renders',
  );
  await tab.click('show the widget');
}

/** Waits until the widget of Stigg's SDK shows this. */
export async function widgetShows(tab: Tab, wanted: string) {
  let shown: string | undefined;
  await eventually(
    async () => {
      shown = (await readPage(tab)).widget;
      return shown === wanted || undefined;
    },
    async () => `a widget that shows "${wanted}"; it shows "${shown}"`,
  );
}

/** Resolves when the refresh is done. */
export const refresh = (tab: Tab) =>
  evaluate(tab, () => (globalThis as unknown as { refresh: () => Promise<void> }).refresh());

/** A page holds no token in a place that other code, a reader or a tool could read. */
async function expectNoLeaks(tab: Tab) {
  const { html, printed, stored, address } = await evaluate(tab, () => {
    const read = (name: 'localStorage' | 'sessionStorage') => {
      try {
        return { ...globalThis[name] };
      } catch {
        return 'forbidden';
      }
    };
    const stored = [read('localStorage'), read('sessionStorage'), document.cookie];
    return {
      html: document.documentElement.outerHTML,
      printed: globalThis.recording?.printed ?? [],
      stored: JSON.stringify(stored),
      address: decodeURIComponent(location.href),
    };
  });
  expectNoLeak('the DOM', html);
  expectNoLeak('the console', printed);
  expectNoLeak('storage', stored);
  expectNoLeak('a URL', address);
}

/** A browser with a new profile until the test ends; what opens a tab in it. */
export async function openProfile(engine: Engine, options?: ProfileOptions) {
  const profile = await engine.open(options);
  onTestFinished(profile.close);
  return {
    openTab: async (url: string): Promise<Tab> => {
      const tab = await profile.openTab();
      onTestFinished(() => expectNoLeaks(tab));
      await tab.goto(url);
      return tab;
    },
  };
}

/** The same for a test that needs one tab. */
export const openTab = async (engine: Engine, url: string, options?: ProfileOptions) =>
  (await openProfile(engine, options)).openTab(url);

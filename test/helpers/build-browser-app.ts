import { existsSync } from 'node:fs';
import { build } from 'vite';
import type { Entry } from '../browser/app/entry';
import { findChromium } from './find-chromium';

/** Builds the page of the browser tests, with the built package in it. */
export async function buildBrowserApp(entry: Entry) {
  if (!existsSync('dist/index.js')) {
    throw new Error('The browser tests run the built package. Run "npm run build" first.');
  }
  await build({ configFile: 'test/browser/app/vite.config.ts', mode: entry });
}

/** Before the Chromium tests: a browser, the built package, and the page that uses it. */
export default async function setup() {
  findChromium();
  await buildBrowserApp('eager');
}

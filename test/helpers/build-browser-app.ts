import { existsSync } from 'node:fs';
import { build } from 'vite';
import { findChromium } from './find-chromium';

/** Before the Chromium tests: a browser, the built package, and the page that uses it. */
export default async function setup() {
  findChromium();
  if (!existsSync('dist/index.js')) {
    throw new Error('The Chromium tests run the built package. Run "npm run build" first.');
  }
  await build({ configFile: 'test/browser/app/vite.config.ts' });
}

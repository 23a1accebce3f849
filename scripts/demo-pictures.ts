// Part of npm run site. The demo needs its server, so the site shows pictures of it, in both themes.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright';
import { findChromium } from '../test/helpers/find-chromium';

const FOLDER = '.tmp/site';

const demo = spawn(process.execPath, ['--import', 'tsx', 'examples/demo/server.ts'], {
  env: { ...process.env, PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const browser = await chromium.launch({ executablePath: findChromium() });
try {
  const url = await new Promise<string>((resolve, reject) => {
    demo.stdout.on('data', (chunk) => {
      const found = /http:\/\/localhost:\d+\//.exec(String(chunk))?.[0];
      if (found) resolve(found);
    });
    demo.once('exit', (code) => reject(new Error(`The demo stopped with code ${code}.`)));
  });
  mkdirSync(FOLDER, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 900 } });
    await page.goto(url);
    await page.getByRole('button', { name: 'Acme' }).click();
    await page.getByText('"acme"', { exact: true }).waitFor();
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: `${FOLDER}/demo-${colorScheme}.png`, fullPage: true });
  }
} finally {
  await browser.close();
  demo.kill();
}

// npm run story-pictures: takes the pictures of stories/why.mdx from the stories, in both themes.
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { chromium, type Page } from 'playwright';
import { findChromium } from '../test/helpers/find-chromium';
import { freePort } from '../test/helpers/free-port';

const FOLDER = 'stories/pictures';

/** A story, and what it shows at the moment of its picture. */
const PICTURES = [
  {
    name: 'attacker-without',
    story: 'compare-what-an-attacker-sees--without',
    shows: 'reads what',
  },
  { name: 'attacker-with', story: 'compare-what-an-attacker-sees--with', shows: 'tells nobody' },
  { name: 'rotation-by-hand', story: 'compare-what-a-customer-sees--by-hand', shows: 'Upgrade to' },
  { name: 'rotation-hardened', story: 'compare-what-a-customer-sees--hardened', shows: 'no. 2' },
];

async function open(page: Page, url: string): Promise<void> {
  for (let attempt = 0; attempt < 120; attempt++) {
    if (await page.goto(url).catch(() => null)) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('Storybook did not start.');
}

const port = await freePort();
const storybook = spawn('npx', ['storybook', 'dev', '--ci', '--port', `${port}`], {
  stdio: ['ignore', 'ignore', 'inherit'],
  detached: true,
});
const browser = await chromium.launch({ executablePath: findChromium() });
try {
  await mkdir(FOLDER, { recursive: true });
  for (const theme of ['light', 'dark'] as const) {
    const page = await browser.newPage({
      colorScheme: theme,
      deviceScaleFactor: 2,
      viewport: { width: 460, height: 800 },
    });
    const devtools = await page.context().newCDPSession(page);
    for (const { name, story, shows } of PICTURES) {
      await open(page, `http://localhost:${port}/iframe.html?id=${story}&viewMode=story`);
      // Vite may still be at work for the first one.
      await page.getByText(shows).waitFor({ timeout: 60_000 });
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      const clip = await page.locator('.card').first().boundingBox();
      if (!clip) throw new Error(`${story} shows no card.`);
      // Playwright's own screenshots are PNG or JPEG, and several times as large.
      const { data } = await devtools.send('Page.captureScreenshot', {
        format: 'webp',
        quality: 80,
        clip: { ...clip, scale: 1 },
      });
      const file = `${FOLDER}/${name}-${theme}.webp`;
      await writeFile(file, Buffer.from(data, 'base64'));
      console.log(file);
    }
    await page.close();
  }
} finally {
  await browser.close();
  if (storybook.pid) process.kill(-storybook.pid);
}

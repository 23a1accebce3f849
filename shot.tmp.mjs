import { chromium } from 'playwright';

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking'],
});
const url = process.argv[2] ?? 'http://localhost:4400/';
for (const width of [1280, 375]) {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  page.on('console', (m) => console.log(width, m.type(), m.text().slice(0, 200)));
  page.on('pageerror', (e) => console.log(width, 'PAGEERROR', e.message));
  page.on('request', (r) => {
    if (!r.url().startsWith(url)) console.log(width, 'OFF', r.url().slice(0, 120));
  });
  await page.goto(url);
  await page.getByText('anonymous', { exact: true }).waitFor();
  await page
    .getByText('$49')
    .first()
    .waitFor({ timeout: 8000 })
    .catch(() => console.log('no $49'));
  await page.screenshot({ path: `/tmp/shots/${width}-anonymous.png`, fullPage: true });
  await page.getByRole('button', { name: /Acme/ }).click();
  await page.getByText('ready', { exact: true }).waitFor();
  await page.getByRole('button', { name: /Read their/ }).click();
  await page.getByText('401 Unauthenticated').waitFor();
  await page.waitForTimeout(1500);
  await page.screenshot({ path: `/tmp/shots/${width}-acme.png`, fullPage: true });
  await page.getByRole('button', { name: /Globex/ }).click();
  await page.getByText('"globex"').waitFor();
  await page.getByRole('switch').click();
  await page.getByText('hardening: off').waitFor();
  await page.getByRole('button', { name: /Read their/ }).click();
  await page.getByText('200 OK').waitFor();
  await page.waitForTimeout(1500);
  await page.screenshot({ path: `/tmp/shots/${width}-globex-leak.png`, fullPage: true });
  await page.getByRole('switch').click();
  await page.getByRole('button', { name: /Nobody/ }).click();
  await page.waitForTimeout(300);
  console.log(
    width,
    'scrollWidth',
    await page.evaluate(() => document.documentElement.scrollWidth),
  );
  await page.close();
}
await browser.close();

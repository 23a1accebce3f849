import { expect, test } from 'vitest';
import { expectNoLeak } from '../helpers/leaks';
import { button, expectFeatures, testExample, testTheLoop } from './test-example';

const example = testExample('nextjs');
const { open } = example;
testTheLoop(example);

test('without JavaScript, the page shows what the customer may use', async () => {
  const page = await open();
  await button(page, 'Sign in as Acme').click();
  await page.getByText('Signed in as Acme').waitFor();
  const storageState = await page.context().storageState();

  const still = await open({ javaScriptEnabled: false, storageState });
  await still.getByText('Signed in as Acme').waitFor();
  await expectFeatures(still, 'Included', '25');
  await still.getByText('137 of 500 reports').waitFor();
  await still.goto('about:blank'); // the token is in the page's own data, as the next test says

  await button(page, 'Sign out').click();
  await page.getByText('You are not signed in.').waitFor();
});

test('a customer who returns signed in costs no identity request', async () => {
  const page = await open();
  await button(page, 'Sign in as Acme').click();
  await page.getByText('Signed in as Acme').waitFor();

  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const html = await (await page.reload())?.text();
  expect(html).toContain('\\"single-sign-on\\":{'); // the identity in the page has entitlements
  await page.getByText('Signed in as Acme').waitFor();
  await expectFeatures(page, 'Included', '25');

  expect(asked).toContain('/stigg/v1/c/acme/entitlements.json');
  expect(asked).not.toContain('/api/identity');
  // The token is in the page's own data, because this browser needs it. It must not be anywhere else in the page.
  expectNoLeak(
    'the DOM',
    await page.locator('body > :not(script)').evaluateAll((all) => all.map((one) => one.outerHTML)),
  );

  await button(page, 'Sign out').click();
  await page.getByText('You are not signed in.').waitFor();
  await page.reload();
  await page.getByText('You are not signed in.').waitFor();
});

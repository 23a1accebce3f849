import { expect, test } from 'vitest';
import { button, expectFeatures, testExample, testTheLoop } from './test-example';

const example = testExample('vite-express');
testTheLoop(example);

test("the lazy page is entitled without Stigg's SDK, loads it for the plan, and shows an upgrade in its features", async () => {
  const page = await example.open({ path: '/lazy.html' });
  const ofStigg: string[] = [];
  page.on('request', (request) => {
    if (/\/stigg\/|with-sdk/.test(request.url())) ofStigg.push(request.url());
  });
  await button(page, 'Sign in as Globex').click();
  await page.getByText('Signed in as Globex').waitFor();
  await expectFeatures(page, 'Not included', '2');
  expect(ofStigg).toEqual([]);

  await button(page, 'Show the plan').click();
  await button(page, 'Upgrade').click();
  await page.getByText('Your plan has changed.').waitFor();
  await expectFeatures(page, 'Included', '25');
  expect(ofStigg.filter((url) => /with-sdk[^/]*\.js/.test(url))).toHaveLength(1);

  await button(page, 'Downgrade').click();
  await expectFeatures(page, 'Not included', '2');
  await button(page, 'Sign out').click();
  await page.getByText('You are not signed in.').waitFor();
  await expectFeatures(page, 'Not included', 'Not included');
});

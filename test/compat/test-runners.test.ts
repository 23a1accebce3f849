import { describe, expect, test } from 'vitest';
import { install, pinned } from './install';

const { vitest, jsdom } = pinned('vitest', 'jsdom') as { vitest: string; jsdom: string };

/** The backend's code and the emulator, in a test of a page. */
const VITEST = `
import { createStiggEmulator } from 'hardened-stigg/emulator';
import { createCustomerToken } from 'hardened-stigg/server';
import { createCustomerToken as onTheEdge } from 'hardened-stigg/edge';
import { expect, test } from 'vitest';

test('the emulator accepts what was signed here', async () => {
  expect(document.body).toBeDefined();
  const token = createCustomerToken('acme', 'secret');
  expect(await onTheEdge('acme', 'secret')).toBe(token);
  const stigg = createStiggEmulator({ signingSecret: 'secret', customers: { acme: {} } });
  const headers = { 'X-API-KEY': 'client-key', 'X-CUSTOMER-KEY': token };
  const request = new Request('http://localhost/v1/c/acme/entitlements.json', { headers });
  expect((await stigg.fetch(request)).status).toBe(200);
});
`;

const SIGNS = `
const { createCustomerToken } = require('hardened-stigg/server');
test('signs', () => expect(createCustomerToken('acme', 'secret')).toMatch(/^HMAC-SHA256 acme:/));
`;
const FAILS = `
test('/server says why it is not there, and what to do', () => {
  expect(() => require('hardened-stigg/server')).toThrow(/never be in a browser.*condition "node"/);
});
`;
/** `browser` is what a test with jsdom finds: Jest 30 prefers Node's code even there, Jest 29 takes it for a browser. */
const jestConfig = (browser: 'signs' | 'fails') => `
module.exports = {
  projects: [
    { testEnvironment: 'jsdom', testMatch: ['**/${browser}.test.cjs'] },
    { testEnvironment: 'node', testMatch: ['**/signs.test.cjs'] },
    {
      testEnvironment: 'jsdom',
      testEnvironmentOptions: { customExportConditions: ['node'] },
      testMatch: ['**/signs.test.cjs'],
    },
  ],
};
`;

const TESTED =
  '`/server`, `/edge` and the emulator in tests with jsdom; to Jest 29 jsdom is a browser, and `/server` says what to do';

describe('Test runners', { meta: { tested: TESTED } }, () => {
  test(`Vitest ${vitest}`, async () => {
    const config = JSON.stringify({ test: { environment: 'jsdom' } });
    const { run } = await install({
      dependencies: { vitest, jsdom },
      files: { 'emulator.test.js': VITEST, 'vitest.config.js': `export default ${config}` },
    });
    expect(await run('npx', 'vitest', 'run')).toMatch(/Tests +1 passed/);
  });

  test.for([
    ['30.5.2', 'signs'],
    ['29.7.0', 'fails'],
  ] as const)('Jest %s', async ([jest, browser]) => {
    const { run } = await install({
      dependencies: { jest, 'jest-environment-jsdom': jest },
      files: {
        'jest.config.cjs': jestConfig(browser),
        'signs.test.cjs': SIGNS,
        'fails.test.cjs': FAILS,
      },
    });
    expect(await run('npx', 'jest')).toMatch(/Tests: +3 passed, 3 total/);
  });
});

import { describe, expect, test } from 'vitest';
import { install, pinned } from './install';

const { vitest, jsdom } = pinned('vitest', 'jsdom') as { vitest: string; jsdom: string };
const JEST = '30.5.2';

/** As far as a browser goes that is none: the backend's code and the emulator, in a test of a page. */
const VITEST = `
// @vitest-environment jsdom
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
const JEST_TESTS = {
  'jsdom.test.cjs': `
    test('/server says why it is not there, and what to do', () => {
      expect(document.body).toBeDefined();
      expect(() => require('hardened-stigg/server')).toThrow(/never be in a browser.*condition "node"/);
    });
  `,
  'node.test.cjs': `/** @jest-environment node */ ${SIGNS}`,
  'conditions.test.cjs': `/** @jest-environment-options {"customExportConditions": ["node"]} */ ${SIGNS}`,
};

const TESTED =
  '`/server`, `/edge` and the emulator in tests with jsdom; Jest takes jsdom for a browser, and `/server` says what to do';

describe('Test runners', { meta: { tested: TESTED } }, () => {
  test(`Vitest ${vitest}`, async () => {
    const { run } = await install({
      dependencies: { vitest, jsdom },
      files: { 'emulator.test.js': VITEST },
    });
    expect(await run('npx', 'vitest', 'run')).toMatch(/Tests +1 passed/);
  });

  test(`Jest ${JEST}`, async () => {
    const { run } = await install({
      dependencies: { jest: JEST, 'jest-environment-jsdom': JEST },
      files: {
        'jest.config.cjs': `module.exports = { testEnvironment: 'jsdom', testMatch: ['**/*.test.cjs'] };`,
        ...JEST_TESTS,
      },
    });
    expect(await run('npx', 'jest')).toMatch(/Tests: +3 passed, 3 total/);
  });
});

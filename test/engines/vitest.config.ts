import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { aliasOf, type Entry, sdkOf } from '../browser/app/entry';

/** What the lazy entry does by code of its own, or without Stigg's SDK. The rest is one code in both entries. */
const WITH_LAZY = [
  ...[
    'sign-in-and-rotation',
    'other-tabs-hear-of-navigations',
    'back-after-logout',
    'entitled-html',
  ],
  'lazy-sdk-comes-late',
];

const files = (...names: string[]) => names.map((name) => `test/engines/${name}.test.{ts,tsx}`);

const withEntry = (
  entry: Entry,
  test: TestProjectInlineConfiguration['test'],
): TestProjectInlineConfiguration => ({
  extends: true,
  plugins: [sdkOf(entry)],
  resolve: { alias: aliasOf(entry) },
  test: {
    ...test,
    name: entry,
    env: { ENTRY: entry },
    globalSetup: ['test/engines/build-app.ts'],
  },
});

/** What differs between browser engines: the built package, with either entry, in Chromium, Firefox and WebKitGTK. */
export default defineConfig({
  test: {
    projects: [
      withEntry('eager', { include: files('*'), exclude: files('lazy-*') }),
      withEntry('lazy', { include: files(...WITH_LAZY) }),
    ],
    setupFiles: ['test/engines/close-firefox.ts'],
    maxWorkers: 2,
    testTimeout: 40_000,
    hookTimeout: 40_000,
  },
});

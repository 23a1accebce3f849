import { defineConfig } from 'vitest/config';

const dist = (path: string) => new URL(`../../dist/${path}`, import.meta.url).pathname;

/** What differs between browser engines: the built package in Chromium, Firefox and WebKitGTK. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^hardened-stigg$/, replacement: dist('index.js') },
      { find: /^hardened-stigg\/server$/, replacement: dist('server.js') },
      { find: /^hardened-stigg\/emulator$/, replacement: dist('emulator/index.js') },
    ],
  },
  test: {
    name: 'engines',
    include: ['test/engines/*.test.{ts,tsx}'],
    globalSetup: ['test/engines/build-app.ts'],
    setupFiles: ['test/engines/close-firefox.ts'],
    maxWorkers: 2,
    testTimeout: 40_000,
    hookTimeout: 40_000,
  },
});

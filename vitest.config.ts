import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const src = (path: string) => new URL(`./src/${path}`, import.meta.url).pathname;

/** Tests import the package by its own name, as a user does. */
const alias = [
  { find: /^hardened-stigg$/, replacement: src('index.ts') },
  { find: /^hardened-stigg\/(emulator|testing)$/, replacement: src('$1/index.ts') },
  { find: /^hardened-stigg\/(preload|server|edge)$/, replacement: src('$1.ts') },
  { find: /^hardened-stigg\/testing\/setup$/, replacement: src('testing/setup.ts') },
  { find: /^hardened-stigg\/(.*\.json)$/, replacement: src('../$1') },
];

export default defineConfig({
  plugins: [react()],
  resolve: { alias },
  test: {
    silent: 'passed-only',
    projects: [
      {
        extends: true,
        test: {
          name: 'jsdom',
          environment: 'jsdom',
          include: ['test/*.test.tsx'],
          setupFiles: ['test/helpers/setup-jsdom.ts'],
          restoreMocks: true,
          unstubGlobals: true,
        },
      },
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          include: ['test/{server,emulator,entitlements,package,ssr,cli}/*.test.{ts,tsx}'],
        },
      },
      {
        extends: true,
        test: {
          name: 'chromium',
          environment: 'node',
          include: ['test/browser/*.test.{ts,tsx}'],
          globalSetup: ['test/helpers/build-browser-app.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});

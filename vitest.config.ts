import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const src = (path: string) => new URL(`./src/${path}`, import.meta.url).pathname;

/** Tests import the package by its own name, as a user does. */
export const alias = [
  { find: /^hardened-stigg$/, replacement: src('index.ts') },
  { find: /^hardened-stigg\/(emulator|testing)$/, replacement: src('$1/index.ts') },
  { find: /^hardened-stigg\/(lazy|preload|server|edge)$/, replacement: src('$1.ts') },
  { find: /^hardened-stigg\/testing\/setup$/, replacement: src('testing/setup.ts') },
  { find: /^hardened-stigg\/(.*\.json)$/, replacement: src('../$1') },
];

/** Tests of behaviour run with both entries: here, what they import is `hardened-stigg/lazy`. */
const asLazyEntry: Plugin = {
  name: 'as-lazy-entry',
  enforce: 'pre',
  resolveId(source, importer = '') {
    if (!importer.includes('/test/') || importer.endsWith('/lazy-stigg.tsx')) return null;
    if (source === 'hardened-stigg') return src('lazy.ts');
    return source === '@stigg/react-sdk' ? src('../test/helpers/lazy-stigg.tsx') : null;
  },
};

/** What is about Stigg's own provider, hooks and widgets around the app, or about what lies below both entries. */
const EAGER_ONLY = [
  'a-client-may-come-later-or-again',
  'a-known-identity-keeps-its-age',
  'a-nested-stigg-provider-causes-a-warning',
  'a-refusal-does-not-stop-the-client',
  'a-silenced-client-does-nothing',
  'an-answer-is-read-exactly',
  'an-imperative-login-works',
  'automatic-loads-are-quiet',
  'calls-work-while-a-new-client-loads',
  'checkout-works-on-the-emulator',
  'data-hooks-wait-for-the-load',
  'every-transition-of-the-held-state-is-right',
  'emulator-satisfies-the-real-sdk',
  'entitlements-are-answered-as-the-sdk-does',
  'every-export-of-the-sdk-works-under-the-provider',
  'failures-slow-automatic-requests-down',
  'fetch-identity',
  'identity-is-validated-where-it-enters',
  'lazy-*',
  'managed-client',
  'mock-provider-shows-any-state',
  'one-load-runs-at-a-time',
  'session-survives-any-interleaving',
  'the-stand-in-has-the-methods-of-the-client',
].map((name) => `test/${name}.test.tsx`);

export default defineConfig({
  plugins: [react()],
  resolve: { alias },
  test: {
    silent: 'passed-only',
    maxWorkers: '100%', // by default, a machine with two cores runs one file at a time
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
        plugins: [react(), asLazyEntry],
        resolve: { alias: alias.slice(1) },
        test: {
          name: 'lazy',
          environment: 'jsdom',
          include: ['test/*.test.tsx'],
          exclude: EAGER_ONLY,
          env: { ENTRY: 'lazy' },
          setupFiles: ['test/helpers/setup-jsdom.ts', 'test/helpers/setup-lazy.ts'],
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

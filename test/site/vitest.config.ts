import { defineConfig } from 'vitest/config';

/** The built site, in Chromium: `npm run test:site`. It opens every page four times, which takes minutes. */
export default defineConfig({
  test: {
    name: 'site',
    include: ['test/site/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

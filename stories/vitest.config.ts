import { storybookTest } from '@storybook/addon-vitest/vitest-plugin';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { findChromium } from '../test/helpers/find-chromium';

/** The play functions of the stories, in Chromium. Apart from the other tests: it takes 3 s to load. */
export default defineConfig({
  plugins: [storybookTest()],
  test: {
    name: 'stories',
    silent: 'passed-only',
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: { executablePath: findChromium() } }),
      instances: [{ browser: 'chromium' }],
    },
  },
});

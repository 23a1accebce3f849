import type { StorybookConfig } from '@storybook/react-vite';
import { type BuildOptions, mergeConfig } from 'vite';
import { freshLazyEntry } from './fresh-lazy-entry.ts';

const src = (path: string) => new URL(`../src/${path}`, import.meta.url).pathname;

/** 'use client' in hundreds of the SDK's dependencies, and an eval in one. We cannot change that. */
const IGNORED = ['MODULE_LEVEL_DIRECTIVE', 'EVAL'];

const config: StorybookConfig = {
  framework: '@storybook/react-vite',
  stories: ['../stories/*.mdx', '../stories/*.stories.tsx'],
  addons: ['@storybook/addon-docs', '@storybook/addon-a11y', '@storybook/addon-vitest'],
  // Nothing leaves the machine, and the sidebar holds nothing but stories.
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  features: {
    actions: false,
    backgrounds: false, // our own light and dark take its place
    measure: false,
    outline: false,
    sidebarOnboardingChecklist: false,
  },
  typescript: {
    // Resolves the props that HardenedStiggProvider takes over from StiggProvider; the default does not.
    reactDocgen: 'react-docgen-typescript',
    reactDocgenTypescriptOptions: {
      shouldExtractLiteralValuesFromEnum: true,
      shouldRemoveUndefinedFromOptional: true,
      propFilter: ({ parent }) => !parent || !/node_modules\/(?!@stigg)/.test(parent.fileName),
    },
  },
  viteFinal: (vite) =>
    mergeConfig(vite, {
      plugins: [freshLazyEntry(src('lazy.ts'))],
      resolve: {
        alias: [
          { find: /^hardened-stigg$/, replacement: src('index.ts') },
          { find: /^hardened-stigg\/(emulator|testing)$/, replacement: src('$1/index.ts') },
          // The SDK's Stripe import loads js.stripe.com; its "pure" twin waits until a checkout needs it.
          { find: /^@stripe\/stripe-js$/, replacement: '@stripe/stripe-js/pure' },
        ],
      },
      // If Vite finds a dependency late, it reloads the page, and a test that runs in it fails.
      optimizeDeps: {
        include: ['@stigg/react-sdk', 'react/jsx-runtime', 'react-dom/client', 'react-dom/server'],
      },
      build: {
        chunkSizeWarningLimit: 4000,
        rolldownOptions: {
          onLog: (level, log, print) => {
            if (!IGNORED.includes(`${log.code}`)) print(level, log);
          },
        },
      } satisfies BuildOptions,
    }),
};

export default config;

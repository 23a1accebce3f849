import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { aliasOf, type Entry, sdkOf } from './entry';

/** The mode is the entry. */
export default defineConfig(({ mode }) => ({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react(), sdkOf(mode as Entry)],
  resolve: {
    alias: [
      ...aliasOf(mode as Entry),
      { find: /^@stripe\/stripe-js$/, replacement: '@stripe/stripe-js/pure' },
    ],
  },
  build: { outDir: `dist/${mode}`, target: 'es2022', chunkSizeWarningLimit: 4000 },
  logLevel: 'error',
}));

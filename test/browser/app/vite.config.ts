import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  resolve: {
    alias: [
      // The package as it is built.
      {
        find: /^hardened-stigg$/,
        replacement: fileURLToPath(new URL('../../../dist/index.js', import.meta.url)),
      },
      { find: /^@stripe\/stripe-js$/, replacement: '@stripe/stripe-js/pure' },
    ],
  },
  build: { target: 'es2022', chunkSizeWarningLimit: 4000 },
  logLevel: 'error',
});

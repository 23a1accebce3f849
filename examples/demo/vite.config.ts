import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  resolve: {
    alias: [
      // The package as it is built, not its source.
      {
        find: /^hardened-stigg$/,
        replacement: fileURLToPath(new URL('../../dist/index.js', import.meta.url)),
      },
      // The SDK's Stripe import loads js.stripe.com; its "pure" twin waits until a checkout needs it.
      { find: /^@stripe\/stripe-js$/, replacement: '@stripe/stripe-js/pure' },
    ],
  },
  build: { chunkSizeWarningLimit: 4000 },
});

import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Stigg's widgets declare their font with URLs of fonts.gstatic.com. The demo requests nothing from another host. */
const noForeignFonts: Plugin = {
  name: 'no-foreign-fonts',
  transform: {
    filter: { id: /@stigg\/react-sdk/, code: 'fonts.gstatic.com' },
    handler: (code) =>
      code.replaceAll(
        /url\(https:\/\/fonts\.gstatic\.com[^)]*\) format\('woff2'\)/g,
        "local('DM Sans')",
      ),
  },
};

export default defineConfig({
  plugins: [react(), noForeignFonts],
  resolve: {
    alias: [
      // The package as it is built, not its source.
      { find: /^hardened-stigg$/, replacement: file('../../dist/index.js') },
      { find: /^hardened-stigg\/lazy$/, replacement: file('../../dist/lazy.js') },
      // The SDK's Stripe import loads js.stripe.com; its "pure" twin waits until a checkout needs it.
      { find: /^@stripe\/stripe-js$/, replacement: '@stripe/stripe-js/pure' },
    ],
  },
  build: { chunkSizeWarningLimit: 4000 },
});

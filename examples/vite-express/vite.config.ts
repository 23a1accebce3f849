import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  build: {
    rolldownOptions: { input: ['index.html', 'lazy.html'] }, // a page for each entry of hardened-stigg
    chunkSizeWarningLimit: 4000, // Stigg's SDK comes with its widgets
  },
});

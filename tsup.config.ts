import { defineConfig, type Options } from 'tsup';

const shared: Options = {
  format: ['esm', 'cjs'],
  target: 'es2022',
  dts: true,
  sourcemap: true,
  splitting: false,
  // tsup's own tree shaking drops the 'use client' directive; the user's bundler does this anyway.
  treeshake: false,
  removeNodeProtocol: false,
};

export default defineConfig([
  {
    ...shared,
    entry: { index: 'src/index.ts' },
    platform: 'browser',
    banner: { js: '"use client";' },
  },
  {
    ...shared,
    entry: { lazy: 'src/lazy.ts' },
    format: ['esm'],
    platform: 'browser',
    banner: { js: '"use client";' },
    splitting: true, // what needs the SDK is a file of its own
    esbuildOptions: (options) => {
      options.chunkNames = 'lazy-[name]-[hash]';
    },
  },
  {
    ...shared,
    entry: { lazy: 'src/lazy.ts' },
    format: ['cjs'],
    platform: 'browser',
    banner: { js: '"use client";' },
  },
  {
    ...shared,
    entry: { preload: 'src/preload.ts' },
    platform: 'browser',
  },
  {
    ...shared,
    entry: { 'testing/index': 'src/testing/index.ts' },
    platform: 'browser',
    banner: { js: '"use client";' },
    external: ['hardened-stigg'], // whose types it names
  },
  {
    ...shared,
    entry: { 'testing/setup': 'src/testing/setup.ts' },
    platform: 'neutral',
  },
  {
    ...shared,
    entry: { server: 'src/server.ts' },
    platform: 'node',
  },
  {
    ...shared,
    entry: { edge: 'src/edge.ts' },
    platform: 'neutral',
  },
  {
    ...shared,
    entry: { 'emulator/index': 'src/emulator/index.ts' },
    platform: 'neutral',
  },
  {
    ...shared,
    entry: { 'not-in-a-browser': 'src/not-in-a-browser.ts' },
    platform: 'browser',
    dts: false,
    sourcemap: false,
  },
  {
    ...shared,
    entry: { 'cli/index': 'src/cli/index.ts' },
    format: ['esm'],
    platform: 'node',
    dts: false,
    sourcemap: false,
    // In the file itself, because the package has no runtime dependency.
    noExternal: ['@hono/node-server', 'jsonc-parser'],
    esbuildOptions: (options) => {
      options.mainFields = ['module', 'main']; // jsonc-parser's main is UMD, which cannot be bundled
    },
  },
]);

import type { Plugin } from 'vite';

/** The entry with which the test app and its tests are built: one suite, two imports. */
export type Entry = 'eager' | 'lazy';

const path = (relative: string) => new URL(relative, import.meta.url).pathname;
const dist = (file: string) => path(`../../../dist/${file}`);

/** The package as it is built; `hardened-stigg` is one of its two entries. */
export const aliasOf = (entry: Entry) => [
  { find: /^hardened-stigg$/, replacement: dist(entry === 'lazy' ? 'lazy.js' : 'index.js') },
  { find: /^hardened-stigg\/(lazy|server)$/, replacement: dist('$1.js') },
  { find: /^hardened-stigg\/emulator$/, replacement: dist('emulator/index.js') },
];

/** With the lazy entry, its hooks and guards are what the app imports from Stigg's SDK. */
export const sdkOf = (entry: Entry): Plugin => ({
  name: 'sdk-of-the-entry',
  enforce: 'pre',
  resolveId(source, importer = '') {
    const isReplaced = entry === 'lazy' && source === '@stigg/react-sdk';
    return isReplaced && importer.includes('/test/') ? path('lazy-stigg.ts') : null;
  },
});

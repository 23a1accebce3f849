import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build, type Plugin as EsbuildPlugin } from 'esbuild';
import type { Plugin } from 'vite';

const MODULE = 'virtual:fresh-lazy-entry';

/** All that the entry imports of other packages: the story's own, so that there is one React. */
const SHARED = ['react', 'react/jsx-runtime', '@stigg/react-sdk'];

/** Not the type of the same name. */
const LOAD = /(?<!typeof )import\('\.\/with-sdk'\)/;

/** The file with Stigg's SDK is loaded through the network of the story, which may be slow, or fail. */
const throughTheStory: EsbuildPlugin = {
  name: 'through-the-story',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/src\/lazy\/sdk\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(LOAD, 'loadFile().then(() => $&)'),
      loader: 'ts',
    })),
};

/**
 * A module loads the SDK once, and a page keeps its modules. A story starts over, next to other stories: so it makes
 * the real entry anew, on which the SDK has not loaded.
 */
export const freshLazyEntry = (entry: string): Plugin => ({
  name: 'fresh-lazy-entry',
  resolveId: (id) => (id === MODULE ? `\0${MODULE}` : null),
  async load(id) {
    if (id !== `\0${MODULE}`) return null;
    const { outputFiles, metafile } = await build({
      entryPoints: [entry],
      bundle: true,
      write: false,
      metafile: true,
      format: 'cjs',
      target: 'es2022',
      jsx: 'automatic',
      external: SHARED,
      plugins: [throughTheStory],
    });
    for (const input of Object.keys(metafile.inputs)) this.addWatchFile(resolve(input));
    return `${SHARED.map((name, i) => `import * as shared${i} from '${name}';`).join('\n')}
const shared = { ${SHARED.map((name, i) => `'${name}': shared${i}`).join(', ')} };
const require = (name) => shared[name];
export function createLazyEntry(loadFile) {
  const module = { exports: {} };
  ${outputFiles[0]?.text}
  return module.exports;
}`;
  },
});

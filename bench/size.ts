import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { progress, table } from './stats';

const folder = fileURLToPath(new URL('./peers/', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));
const dist = fileURLToPath(new URL('../dist/', import.meta.url));

/** Similar packages, and their exports that do about the same. */
const PEERS: Record<string, string> = {
  '@auth0/auth0-react': '2.5.0',
  '@clerk/clerk-react': '5.61.11',
  '@knocklabs/react-core': '0.15.2',
  '@liveblocks/react': '3.24.2',
  swr: '2.5.1',
};

/** What an import of the entry says, if not its file's name. */
const NAMES: Record<string, string> = {
  index: 'hardened-stigg',
  lazy: 'hardened-stigg/lazy, with its chunks',
};

/** The newest version whose dependencies are all in the registry here. */
const OVERRIDES = { '@auth0/auth0-spa-js': '2.4.1' };

export interface SizeResult {
  name: string;
  /** Minified + brotli, React and the Stigg SDK left out. */
  bytes: number;
}

async function measure(name: string, entry: string, resolveDir: string): Promise<SizeResult> {
  const { outputFiles } = await build({
    stdin: { contents: `export * from ${JSON.stringify(entry)};`, resolveDir, loader: 'js' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    external: ['react', 'react-dom', 'react/*', 'react-dom/*', '@stigg/react-sdk', 'node:*'],
  });
  const [output] = outputFiles;
  return { name, bytes: brotliCompressSync(output?.contents ?? '').length };
}

/** Every entry of this package, beside whole packages of others, bundled alike. */
export async function benchSize(): Promise<SizeResult[]> {
  progress('size: installing the others');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    `${folder}package.json`,
    JSON.stringify({ private: true, dependencies: PEERS, overrides: OVERRIDES }),
  );
  const args = ['install', '--no-package-lock', '--no-audit', '--no-fund', '--legacy-peer-deps'];
  execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const results: SizeResult[] = [];
  for (const entry of ['index', 'lazy', 'preload', 'server', 'edge', 'testing/index']) {
    const name = NAMES[entry] ?? `hardened-stigg/${entry.split('/')[0]}`;
    results.push(await measure(name, `./dist/${entry}.js`, root));
  }
  for (const peer of Object.keys(PEERS)) {
    progress(`size: ${peer}`);
    results.push(await measure(peer, peer, folder));
  }
  return results;
}

/** The files of this package that an entry is made of, with its chunks, by its source maps. */
const sourcesOf = (entry: string) =>
  readdirSync(dist)
    .filter((file) => file.startsWith(entry) && file.endsWith('.js.map'))
    .flatMap((file): string[] => JSON.parse(readFileSync(dist + file, 'utf8')).sources)
    .map((source) => resolve(dist, source).slice(root.length));

/** What each browser entry holds of the files that only the other one is made for. */
export function heldOfTheOther(): string {
  const eager = sourcesOf('index.').filter((file) => file.startsWith('src/lazy'));
  const lazy = sourcesOf('lazy').filter((file) =>
    ['src/index.ts', 'src/react/provider.tsx'].includes(file),
  );
  return `\`hardened-stigg\` holds ${eager.length} files of \`src/lazy\`; \`hardened-stigg/lazy\` holds ${lazy.length} of those that only the eager entry has.`;
}

export const sizeTable = (results: readonly SizeResult[]) =>
  table(
    ['', 'kB'],
    results.map(({ name, bytes }) => [name, (bytes / 1000).toFixed(2)]),
  );

import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';

const TYPES: Record<string, string> = { js: 'text/javascript', css: 'text/css', html: 'text/html' };

/** Builds pages with the package as it is built. Gives a function that answers a request for one of their files. */
export async function buildFiles(folder: URL, pages: string[], base: string) {
  const root = fileURLToPath(folder);
  const { output } = (await build({
    configFile: fileURLToPath(new URL('vite.config.ts', import.meta.url)),
    root,
    base,
    logLevel: 'error',
    build: { write: false, rolldownOptions: { input: pages.map((page) => root + page) } },
  })) as Rolldown.RolldownOutput;
  const files = new Map(
    output.map((file) => [file.fileName, gzipSync('code' in file ? file.code : file.source)]),
  );
  return (name: string): Response => {
    const type = TYPES[name.split('.').at(-1) ?? ''];
    const file = files.get(name);
    if (!file || !type) return new Response('Not Found', { status: 404 });
    return new Response(file, {
      headers: { 'Content-Type': type, 'Content-Encoding': 'gzip', 'Cache-Control': 'no-store' },
    });
  };
}

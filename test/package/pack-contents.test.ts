import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';

const ENTRIES = [
  ...['index', 'lazy', 'preload', 'server', 'edge', 'emulator/index'],
  ...['testing/index', 'testing/setup'],
];
/** The lazy entry's other files, as ES modules only. Their names have a hash. */
const LAZY_CHUNKS = readdirSync('dist').filter((name) =>
  /^lazy-(chunk|with-sdk)-\w{8}\.js$/.test(name),
);
const FORMATS = ['js', 'js.map', 'd.ts', 'cjs', 'cjs.map', 'd.cts'];

const [{ files }] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'], // npm's notices
  }),
) as [{ files: { path: string; mode: number }[] }];
const paths = files.map(({ path }) => path).sort();

test('the package holds these files and no other', () => {
  expect(paths).toEqual(
    [
      ...ENTRIES.flatMap((entry) => FORMATS.map((format) => `dist/${entry}.${format}`)),
      ...LAZY_CHUNKS.flatMap((file) => [`dist/${file}`, `dist/${file}.map`]),
      ...['cli/index.js', 'not-in-a-browser.js', 'not-in-a-browser.cjs'].map(
        (file) => `dist/${file}`,
      ),
      ...readdirSync('docs').map((page) => `docs/${page}`),
      ...['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'THIRD_PARTY_NOTICES.md'],
      'bench/results/first-seconds.svg', // in the README
      'bench/results/rotation-beside-the-recipe.png', // in the README
      ...['doctor-report.schema.json', 'package.json', 'vectors.json', 'entitlement-vectors.json'],
    ].sort(),
  );
});

test('the file of the command is executable', () => {
  const command = files.find(({ path }) => path === 'dist/cli/index.js');
  expect(command?.mode).toBe(0o755);
});

test.each([...ENTRIES.flatMap((entry) => [`${entry}.js`, `${entry}.cjs`]), ...LAZY_CHUNKS])(
  '%s names its source map, which holds the sources: src/ is not in the package',
  (file) => {
    const code = readFileSync(`dist/${file}`, 'utf8');
    expect(code).toContain(`\n//# sourceMappingURL=${basename(file)}.map`);
    const { sources, sourcesContent } = JSON.parse(readFileSync(`dist/${file}.map`, 'utf8'));
    expect(sourcesContent).toEqual(sources.map(() => expect.stringMatching(/\S/)));
  },
);

test('the command names no source map, because there is none', () => {
  expect(readFileSync('dist/cli/index.js', 'utf8')).not.toContain('\n//# sourceMappingURL');
});

import { writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { install, SDK } from './install';

const COMPILERS = ['5.4.5', '5.5.4', '5.6.3', '5.7.3', '5.8.3', '5.9.3', '6.0.3'];

/** Each module resolution of TypeScript, with the formats of the consumer that work there. */
const RESOLUTIONS = {
  bundler: { module: 'esnext', files: ['esm/consumer.tsx'] },
  node16: { module: 'node16', files: ['esm/consumer.tsx', 'cjs/consumer.tsx'] },
  node10: { module: 'commonjs', files: ['cjs/consumer.tsx'] },
};

/** Both SDKs, each with the types of another React. The second is for the oldest and the newest compiler alone. */
const PEERS = [
  { packages: SDK['5.28.2'], react: '19.3.1', types: '19.3.0' },
  { packages: SDK['10.16.0'], react: '18.3.1', types: '18.3.27' },
];

const consumer = 'test/compat/consumer.tsx';

const tsconfig = (compiler: string, resolution: keyof typeof RESOLUTIONS) => {
  const { module, files } = RESOLUTIONS[resolution];
  return {
    files,
    compilerOptions: {
      ...{ target: 'es2022', lib: ['es2022', 'dom'], jsx: 'react-jsx', types: [], noEmit: true },
      ...{ strict: true, skipLibCheck: false, esModuleInterop: true, resolveJsonModule: true },
      ...{ module, moduleResolution: resolution },
      ...(compiler >= '6' && { ignoreDeprecations: '6.0' }), // node10
    },
  };
};

/** The errors that are not in others' packages: Stigg's SDK and what it brings do not compile everywhere. */
const ours = (output: string) =>
  output
    .split('\n')
    .filter(
      (line) => /error TS\d+:/.test(line) && !/^node_modules\/(?!hardened-stigg\/)/.test(line),
    );

const TESTED =
  '`strict`, `skipLibCheck` off: every export; a wrong use is an error; `moduleResolution` `bundler`, `node16` (ESM and CommonJS) and `node10`';

describe('TypeScript', { meta: { tested: TESTED } }, () => {
  let folders: Awaited<ReturnType<typeof install>>[];
  beforeAll(async () => {
    folders = await Promise.all(
      PEERS.map(({ packages, react, types }) =>
        install({
          dependencies: {
            ...packages.dependencies,
            ...{ react, 'react-dom': react, '@types/react': types },
            ...Object.fromEntries(
              COMPILERS.map((version) => [`typescript-${version}`, `npm:typescript@${version}`]),
            ),
          },
          overrides: { ...packages.overrides, react, 'react-dom': react, '@types/react': types },
          files: { 'cjs/package.json': '{ "type": "commonjs" }' },
          copied: { 'esm/consumer.tsx': consumer, 'cjs/consumer.tsx': consumer },
        }),
      ),
    );
  });

  test.concurrent.for(COMPILERS)('%s', async (compiler) => {
    const isEnd = compiler === COMPILERS.at(0) || compiler === COMPILERS.at(-1);
    for (const { cwd, run } of folders.slice(0, isEnd ? 2 : 1)) {
      for (const resolution of Object.keys(RESOLUTIONS) as (keyof typeof RESOLUTIONS)[]) {
        const project = `${compiler}-${resolution}.json`;
        await writeFile(`${cwd}/${project}`, JSON.stringify(tsconfig(compiler, resolution)));
        const tsc = `node_modules/typescript-${compiler}/bin/tsc`;
        const output = await run('node', tsc, '--pretty', 'false', '-p', project).catch(String);
        expect(output).toMatch(/^$|error TS/); // it did not crash
        expect(ours(output), resolution).toEqual([]);
      }
    }
  });
});

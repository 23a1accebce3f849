import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, onTestFinished, test } from 'vitest';
import { blocksOf, needsOtherPackages, PAGES } from '../helpers/docs-blocks';

const run = promisify(execFile);
const pages = PAGES.filter(needsOtherPackages);

/** The versions that the pages say they were tried with, or type-checked against. */
const PACKAGES = [
  ...['@auth0/auth0-react@2.27.0', '@auth0/nextjs-auth0@4.30.0', '@clerk/clerk-react@5.61.10'],
  ...['@clerk/express@2.1.70', '@hono/node-server@2.1.8', '@react-router/dev@7.18.4'],
  ...[
    '@stigg/node-server-sdk@3.95.0',
    '@stigg/react-sdk@5.28.2',
    '@tanstack/react-router@1.170.46',
    '@tanstack/react-start@1.169.5',
  ],
  ...['@types/express@5', '@types/node@20', '@types/react@19', '@types/react-dom@19', 'express@5'],
  ...['express-oauth2-jwt-bearer@1.10.0', 'next@16.4.3', 'next-auth@5.0.0-beta.32', 'react@19.3.1'],
  ...['react-dom@19.3.1', 'react-router@7.18.4', 'typescript@5.9.3', 'vite@8'],
];

const TSCONFIG = {
  compilerOptions: {
    target: 'ES2022',
    module: 'ESNext',
    moduleResolution: 'Bundler',
    jsx: 'react-jsx',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node', 'react'],
  },
};

/** What TanStack's own plugin writes, so that the router knows the route. */
const ROUTE_TREE = `import type { AnyRoute } from '@tanstack/react-router';
declare module '@tanstack/react-router' {
  interface FileRoutesByPath {
    '/api/identity': {
      id: '/api/identity';
      path: '/api/identity';
      fullPath: '/api/identity';
      preLoaderRoute: AnyRoute;
      parentRoute: AnyRoute;
    };
  }
}
`;

test('the code of these pages compiles against the packages that it imports', {
  timeout: 300_000,
}, async () => {
  expect(pages).toEqual(
    expect.arrayContaining(['docs/auth-js.md', 'docs/clerk.md', 'docs/auth0.md']),
  );
  const cwd = await mkdtemp(join(tmpdir(), 'hardened-stigg-docs-'));
  onTestFinished(() => rm(cwd, { recursive: true }));
  const write = async (file: string, text: string) => {
    await mkdir(dirname(join(cwd, file)), { recursive: true });
    await writeFile(join(cwd, file), text);
  };
  await write('package.json', JSON.stringify({ private: true, type: 'module' }));
  await write('tsconfig.json', JSON.stringify(TSCONFIG));
  await write('docs/tanstack-start.md.d/src/routeTree.gen.ts', ROUTE_TREE);
  for (const page of pages) {
    for (const { title, code } of blocksOf(page)) await write(`${page}.d/${title}`, code);
  }
  const install = ['install', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund'];
  await run('npm', [...install, inject('tarball'), ...PACKAGES], { cwd });
  const { stdout } = await run('npx', ['tsc', '--project', '.'], { cwd }).catch((error) => error);
  expect(stdout).toBe('');
});

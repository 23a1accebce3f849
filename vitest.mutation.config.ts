import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import config from './vitest.config';

const [jsdom, node] = (config.test?.projects ?? []) as TestProjectInlineConfiguration[];

/** What `npm run test:mutation` runs for every mutant: the tests that load `src` into their own process. */
export default defineConfig({
  test: {
    projects: [
      {
        ...jsdom,
        test: {
          ...jsdom?.test,
          include: [
            'test/mutation/all.test.tsx',
            'test/session-survives-any-interleaving.test.tsx',
          ],
        },
      },
      {
        ...node,
        test: {
          ...node?.test,
          include: ['test/server/{customer,identity}-*.test.ts', 'test/ssr/*.test.tsx'],
        },
      },
    ],
  },
});

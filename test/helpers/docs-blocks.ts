import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';

export const PAGES = ['README.md', ...readdirSync('docs').map((name) => `docs/${name}`)];

/** The TypeScript of a page, by the names that its code blocks give: ```tsx title="src/main.tsx" */
export const blocksOf = (page: string) =>
  [...readFileSync(page, 'utf8').matchAll(/```tsx? title="([^"]+)"\n([\s\S]*?)```/g)].map(
    ([, title, code]) => ({ title: `${title}`, code: `${code}` }),
  );

/** `@scope/name` of `@scope/name/file`. */
const packageOf = (specifier: string) =>
  specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

const isInstalled = (name: string) =>
  name === 'hardened-stigg' ||
  name.startsWith('node:') ||
  builtinModules.includes(name) ||
  existsSync(`node_modules/${name}`);

/** Whether a page imports a framework or a login that this repository does not install. */
export const needsOtherPackages = (page: string) =>
  blocksOf(page).some(({ code }) =>
    [...code.matchAll(/(?:from|import|module) '([^.'][^']*)'/g)].some(
      ([, specifier]) => !isInstalled(packageOf(`${specifier}`)),
    ),
  );

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';

/** The folders whose Markdown is on the site, next to the Markdown of the root. `api` is written by TypeDoc. */
const FOLDERS = ['docs', 'api', 'bench', 'examples'];

/** The files of the repository that VitePress leaves out, so that the site has only its own pages. */
export const srcExclude = [
  `!(${FOLDERS.join('|')})/**/*`,
  'bench/peers/**',
  'examples/*/{dist,node_modules}/**',
];

interface Entry {
  text: string;
  link: string;
}

interface Group {
  text: string;
  items: Entry[];
}

/** Where a page of the repository is on the site. */
const linkOf = (file: string) =>
  file === 'README.md' ? '/' : `/${file.replace(/\.md$/, '.html')}`;

/** The title of a page is its first heading. */
const titleOf = (file: string) =>
  /^# (.*)$/m.exec(readFileSync(file, 'utf8'))?.[1]?.replaceAll('`', '') ?? basename(file, '.md');

const entry = (file: string): Entry => ({
  text: file === 'README.md' ? 'Overview' : titleOf(file),
  link: linkOf(file),
});

/** The Markdown files of a folder, without those of its folders. */
const pagesIn = (folder: string) =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.md'))
        .sort()
        .map((name) => `${folder}/${name}`)
    : [];

const docs = (...names: string[]) =>
  names.map((name) => `docs/${name}.md`).filter((file) => existsSync(file));

/** The docs in the order in which they are read. A page that is not in this list comes under "More". */
const READ_IN_ORDER: [title: string, pages: string[]][] = [
  [
    'Start',
    ['README.md', ...docs('getting-started', 'migration', 'rollout', 'faq', 'troubleshooting')],
  ],
  [
    'Frontend',
    docs('lifecycle', 'rotation', 'server-rendering', 'preload', 'lazy', 'new-customers'),
  ],
  ['Backend', docs('backends', 'security', 'behind-a-proxy', 'subdomains', 'monitoring')],
  ['Frameworks', docs('nextjs', 'nextjs-pages-router', 'react-router', 'tanstack-start')],
  ['Logins', docs('auth-js', 'auth0', 'clerk')],
  ['Browsers', docs('csp', 'service-workers', 'webviews')],
  ['Test', docs('testing', 'emulator')],
  ['Versions', docs('compatibility', 'package-managers', 'upgrading')],
  ['Background', docs('measurements', 'lessons')],
];

const named = READ_IN_ORDER.flatMap(([, pages]) => pages);
const GROUPS: [title: string, pages: string[]][] = [
  ...READ_IN_ORDER,
  ['More', pagesIn('docs').filter((page) => !named.includes(page))],
  [
    'API',
    [...pagesIn('api').filter((page) => page !== 'api/index.md'), ...pagesIn('api/hardened-stigg')],
  ],
  [
    'Examples',
    readdirSync('examples')
      .map((name) => `examples/${name}/README.md`)
      .filter((file) => existsSync(file)),
  ],
  [
    'Project',
    ['SECURITY.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'bench/README.md', 'THIRD_PARTY_NOTICES.md'],
  ],
];

export const sidebar: Group[] = GROUPS.map(([text, pages]) => ({
  text,
  items: pages.map(entry),
})).filter(({ items }) => items.length > 0);

const isPage = (file: string) =>
  file.endsWith('.md') && (!file.includes('/') || FOLDERS.includes(`${file.split('/')[0]}`));

/**
 * The target of a link on the site. The docs are written for the repository and the package. A link to a file that is
 * not a page of the site leads to the repository's host.
 */
export function linkOnSite(href: string, page: string, repository: string): string {
  if (/^([a-z]+:|#|\/)/i.test(href)) return href;
  const [path, anchor] = href.split('#');
  const file = normalize(join(dirname(page), `${path}`)).replace(/\/$/, '');
  const hash = anchor ? `#${anchor}` : '';
  if (file === 'README.md') return `/${hash}`;
  if (isPage(file)) return href;
  const kind = existsSync(file) && statSync(file).isDirectory() ? 'tree' : 'blob';
  return `${repository}/${kind}/HEAD/${file}${hash}`;
}

import { defineConfig } from 'vitepress';
import { bugs, description, homepage, name } from '../package.json';
import { accessibleSearch } from './accessible-search';
import { markdown } from './markdown';
import { sidebar, srcExclude } from './pages';

/** The site: the Markdown of this repository as it is. Each page is where its file is in the repository. */
export default defineConfig({
  title: name,
  description,
  lang: 'en',
  base: new URL(homepage).pathname,
  srcExclude,
  rewrites: { 'README.md': 'index.md' },
  outDir: 'site',
  cacheDir: '.tmp/vitepress',
  ignoreDeadLinks: 'localhostLinks', // an example prints these links when it runs; all other dead links fail
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  markdown,
  vite: {
    publicDir: '.tmp/site', // Storybook, and the pictures of the demo
    plugins: [accessibleSearch],
  },
  themeConfig: {
    search: { provider: 'local' },
    sidebar,
    outline: [2, 3],
    nav: [
      { text: 'Docs', link: '/docs/getting-started' },
      { text: 'API', link: '/api/' },
      { text: 'Demo', link: '/examples/demo/README' },
      // With a target, because VitePress has no page of this name to show.
      { text: 'Storybook', link: '/storybook/index.html', target: '_self' },
      { text: 'Repository', link: bugs.replace(/\/issues$/, '') },
    ],
  },
});

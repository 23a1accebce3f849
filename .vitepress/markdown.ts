import type { MarkdownOptions } from 'vitepress';
import { bugs } from '../package.json';
import { diagram } from './diagram';
import { linkOnSite } from './pages';

const repository = bugs.replace(/\/issues$/, '');

/** Ends the page of the demo, which the site cannot run: it needs its server. Made by scripts/demo-pictures.ts. */
const PICTURES_OF_THE_DEMO = `
## What it shows

The demo needs its own server, so it does not run on this site. This is its page, with one customer signed in:

<div class="pictures">
${['light', 'dark']
  .map(
    (theme) =>
      `<img class="${theme}-only" src="/demo-${theme}.png" alt="The demo, with Acme signed in">`,
  )
  .join('\n')}
</div>
`;

/** Links between the pages name a heading as GitHub and npm do. */
const anchorOfGitHub = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-');

/** What the Markdown of the repository needs on the site. */
export const markdown: MarkdownOptions = {
  anchor: { slugify: anchorOfGitHub },
  theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  config(md) {
    md.core.ruler.before('normalize', 'pictures-of-the-demo', (state) => {
      if (state.env.relativePath === 'examples/demo/README.md') state.src += PICTURES_OF_THE_DEMO;
    });

    md.core.ruler.push('links-of-the-repository', ({ tokens, env }) => {
      for (const token of tokens.flatMap(({ children }) => children ?? [])) {
        const href = token.type === 'link_open' && token.attrGet('href');
        if (href) token.attrSet('href', linkOnSite(href, env.relativePath, repository));
      }
    });

    // Screen readers announce a header without text as an empty header.
    md.core.ruler.push('empty-table-headers', ({ tokens }) => {
      tokens.forEach((token, index) => {
        if (token.type !== 'inline' || token.content !== '') return;
        for (const cell of [tokens[index - 1], tokens[index + 1]])
          if (cell?.tag === 'th') cell.tag = 'td';
      });
    });

    const fence = md.renderer.rules.fence;
    md.renderer.rules.fence = (tokens, index, options, env, self) => {
      const { info = '', content = '' } = tokens[index] ?? {};
      if (info === 'mermaid') return diagram(content, `Diagram: ${env.title}`);
      const code = fence?.(tokens, index, options, env, self) ?? '';
      const title = / title="([^"]+)"/.exec(info)?.[1];
      return title ? `<p class="file-name">${title}</p>\n${code}` : code;
    };
  },
};

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bugs, homepage } from '../../package.json';
import { PAGES } from './pages';
import { BASE, FOLDER } from './serve-site';

const repository = bugs.replace(/\/issues$/, '');
const tracked = execFileSync('git', ['ls-files'], { encoding: 'utf8' }).split('\n');

const htmlOf = (file: string) => readFileSync(`${FOLDER}/${file}`, 'utf8');

const linksOf = (page: string) =>
  [...htmlOf(page).matchAll(/ (?:href|src)="([^"]*)"/g)].map(([, link]) =>
    `${link}`.replaceAll('&amp;', '&'),
  );

function isInRepository(url: string): boolean {
  const path = /^\/(?:blob|tree)\/HEAD\/([^#]+)/.exec(url.slice(repository.length))?.[1];
  const file = path && decodeURIComponent(path);
  return !file || tracked.some((name) => name === file || name.startsWith(`${file}/`));
}

/** Whether the link of a page leads to something. Links to other sites are not requested. */
function isAlive(link: string, page: string): boolean {
  if (link.startsWith(repository)) return isInRepository(link);
  const url = new URL(link, new URL(page, homepage));
  if (url.origin !== new URL(homepage).origin) return true;
  if (!url.pathname.startsWith(BASE)) return false;
  const path = decodeURI(url.pathname.slice(BASE.length));
  const file = path === '' || path.endsWith('/') ? `${path}index.html` : path;
  if (!existsSync(`${FOLDER}/${file}`)) return false;
  const anchor = decodeURIComponent(url.hash.slice(1));
  return !anchor || htmlOf(file).includes(` id="${anchor}"`);
}

test('the site has a page for every page of the docs, and the reference', () => {
  const pages = tracked.filter((file) => /^docs\/.*\.md$/.test(file));
  expect(PAGES).toEqual(expect.arrayContaining(pages.map((page) => page.replace(/md$/, 'html'))));
  expect(PAGES).toEqual(expect.arrayContaining(['index.html', 'api/hardened-stigg/server.html']));
});

test.each(PAGES)('no link of %s is dead', (page) => {
  const links = linksOf(page);
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter((link) => !isAlive(link, page))).toEqual([]);
});

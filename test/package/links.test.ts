import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

// The package as npm would unpack it, and not this repository, which has more files.
const folder = mkdtempSync(join(tmpdir(), 'hardened-stigg-links-'));
execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], {
  stdio: 'ignore',
});
execFileSync('tar', ['-xzf', `${readdirSync(folder)[0]}`], { cwd: folder });
const packed = join(folder, 'package');
afterAll(() => rmSync(folder, { recursive: true }));

const pages = readdirSync(packed, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.md'),
);

/** As GitHub and npm make them. */
const anchorsOf = (text: string) =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    `${heading}`
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

/** Where the page links to, in both of Markdown's ways and in HTML. */
const linksOf = (text: string) =>
  [
    ...text
      .replaceAll(/```[\s\S]*?```/g, '')
      .matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)|(?:href|src|srcset)="([^"\s]+)/gm),
  ].map(([, inline, reference, html]) => `${inline ?? reference ?? html}`);

test('the expected pages are in the package', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'SECURITY.md', 'CHANGELOG.md']));
});

const isElsewhere = (link: string) => /^(https?|mailto):/.test(link);

/** The links of a page that lead to nothing in a folder. */
const brokenIn = (folder: string, page: string) =>
  linksOf(readFileSync(join(folder, page), 'utf8')).filter((link) => {
    if (isElsewhere(link)) return false;
    const [file, anchor] = link.split('#');
    const target = file ? resolve(folder, dirname(page), decodeURI(file)) : join(folder, page);
    if (!target.startsWith(folder) || !existsSync(target)) return true;
    return Boolean(anchor) && !anchorsOf(readFileSync(target, 'utf8')).includes(`${anchor}`);
  });

test.each(pages)('every link of %s leads to something in the package', (page) => {
  expect(brokenIn(packed, page)).toEqual([]);
});

const ignored = readFileSync('.gitignore', 'utf8')
  .replaceAll(/^\/|\/$/gm, '')
  .trim()
  .split('\n');
const ofTheRepository = ['.', 'docs', 'bench', 'examples'].flatMap((folder) =>
  readdirSync(folder, { recursive: folder !== '.', encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => path.endsWith('.md') && !path.split('/').some((p) => ignored.includes(p))),
);

test.each(ofTheRepository)('every link of %s leads to something in the repository', (page) => {
  expect(brokenIn(resolve('.'), page)).toEqual([]);
});

// npm shows README.md on the page of the package: it puts the repository, and HEAD, before each relative link.
test('every link of README.md works on the page of the package', () => {
  const { repository } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(repository).toEqual({
    type: 'git',
    url: expect.stringMatching(/^git\+https:\/\/github\.com\/[\w-]+\/[\w.-]+\.git$/),
  });
  const ofTheRoot = linksOf(readFileSync('README.md', 'utf8')).filter((link) =>
    link.startsWith('/'),
  );
  expect(ofTheRoot).toEqual([]);
  const relative = linksOf(readFileSync('README.md', 'utf8')).filter((link) => !isElsewhere(link));
  expect(relative.filter((link) => ignored.includes(`${link.split('/')[0]}`))).toEqual([]);
});

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

test('the pages that one expects are there', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'SECURITY.md', 'CHANGELOG.md']));
});

test.each(pages)('every link of %s leads to something in the package', (page) => {
  const text = readFileSync(join(packed, page), 'utf8');
  const broken = linksOf(text).filter((link) => {
    if (/^(https?|mailto):/.test(link)) return false;
    const [file, anchor] = link.split('#');
    const target = file ? resolve(packed, dirname(page), file) : join(packed, page);
    if (!target.startsWith(packed) || !existsSync(target)) return true;
    return Boolean(anchor) && !anchorsOf(readFileSync(target, 'utf8')).includes(`${anchor}`);
  });
  expect(broken).toEqual([]);
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test.each(['docs/lessons.md', 'SECURITY.md'])(
  'every test that %s names exists under that title',
  (page) => {
    const named = [...readFileSync(page, 'utf8').matchAll(/`(test\/[^`]+)` "([^"]+)"/g)];
    expect(named.length).toBeGreaterThan(20);
    const missing = named.filter(([, file, title]) => {
      const source = readFileSync(`${file}`, 'utf8');
      // Titles of test.each() stand in its table.
      return !source.includes(`${title}`) && !source.includes(`${title}`.replaceAll("'", "\\'"));
    });
    expect(missing.map(([, file, title]) => `${file}: ${title}`)).toEqual([]);
  },
);

test('every line of the threat model names a test, or says that there is none', () => {
  const [, threats = ''] = readFileSync('SECURITY.md', 'utf8').split(
    '## What this package protects',
  );
  const rows = [...threats.matchAll(/^\| (?!threat |-)(.*) \|$/gm)].map(([, row]) => `${row}`);
  expect(rows.length).toBeGreaterThan(20);
  const unproven = rows.filter((row) => !/`test\/[^`]+` "[^"]+"|not tested: ./.test(row));
  expect(unproven).toEqual([]);
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('every test that docs/lessons.md names exists under that title', () => {
  const named = [...readFileSync('docs/lessons.md', 'utf8').matchAll(/`(test\/[^`]+)` "([^"]+)"/g)];
  expect(named.length).toBeGreaterThan(20);
  const missing = named.filter(([, file, title]) => {
    const source = readFileSync(`${file}`, 'utf8');
    // Titles of test.each() stand in its table.
    return !source.includes(`${title}`) && !source.includes(`${title}`.replaceAll("'", "\\'"));
  });
  expect(missing.map(([, file, title]) => `${file}: ${title}`)).toEqual([]);
});

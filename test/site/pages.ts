import { readdirSync } from 'node:fs';
import { FOLDER } from './serve-site';

/** Every page of the site, as a path; Storybook has no pages in this sense. */
export const PAGES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.html') && !file.startsWith('storybook/'))
  .sort();

import type { TestProject } from 'vitest/node';
import type { Entry } from '../browser/app/entry';
import { buildBrowserApp } from '../helpers/build-browser-app';

/** Before the tests with one entry: the page with that entry in it. */
export const setup = ({ config }: TestProject) => buildBrowserApp(config.env.ENTRY as Entry);

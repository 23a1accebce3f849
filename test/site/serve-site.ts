import { existsSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { homepage } from '../../package.json';
import { serve } from '../helpers/serve';

/** The built site. */
export const FOLDER = 'site';

/** The path under which the site is published. */
export const BASE = new URL(homepage).pathname;

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/** Serves the built site where it is published, as GitHub Pages does. */
export const serveSite = () =>
  serve((request) => {
    const { pathname } = new URL(request.url);
    const file = `${FOLDER}/${pathname.slice(BASE.length)}${pathname.endsWith('/') ? 'index.html' : ''}`;
    if (!pathname.startsWith(BASE) || !existsSync(file)) return new Response('', { status: 404 });
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    return new Response(readFileSync(file), { headers: { 'Content-Type': type } });
  });

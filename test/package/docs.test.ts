import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { HardenedStiggError, type HardenedStiggErrorCode } from 'hardened-stigg';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { identityIn } from '../../src/identity/fetch';
import { parseIdentity } from '../../src/identity/parse';
import { expired } from '../../src/identity/source';
import { blocksOf, needsOtherPackages, PAGES } from '../helpers/docs-blocks';

const read = (page: string) => readFileSync(page, 'utf8');

describe('code in the docs', () => {
  test.each(PAGES)('no two code blocks of %s have the same name', (page) => {
    const titles = blocksOf(page).map(({ title }) => title);
    expect(titles).toEqual([...new Set(titles)]);
  });

  test.each(PAGES)('every code block of %s has a title, unless it shows the old code', (page) => {
    const untitled = [...read(page).matchAll(/```tsx?\n(.*)/g)].map(([, line]) => line);
    expect(untitled.filter((line) => line !== '// before')).toEqual([]);
  });

  // `npm run test:examples` compiles the other pages, against what they import.
  test('the code in the docs compiles against the built package, in strict mode', {
    timeout: 60_000,
  }, () => {
    const pages = PAGES.filter((page) => !needsOtherPackages(page));
    const blocks = new Map(
      pages.flatMap((page) =>
        blocksOf(page).map(
          ({ title, code }) => [resolve('test', `${page}.d`, title), code] as const,
        ),
      ),
    );
    expect(blocks.size).toBeGreaterThan(30);
    const options: ts.CompilerOptions = {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      jsx: ts.JsxEmit.ReactJSX,
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: ['node', 'react'],
    };
    const host = ts.createCompilerHost(options);
    const { readFile, fileExists, getSourceFile, directoryExists } = host;
    const folders = new Set([...blocks.keys()].map(dirname));
    host.readFile = (name) => blocks.get(name) ?? readFile(name);
    host.fileExists = (name) => blocks.has(name) || fileExists(name);
    host.directoryExists = (name) => folders.has(name) || !!directoryExists?.(name);
    host.getSourceFile = (name, language, ...rest) => {
      const code = blocks.get(name);
      return code === undefined
        ? getSourceFile(name, language, ...rest)
        : ts.createSourceFile(name, code, language);
    };
    const program = ts.createProgram([...blocks.keys()], options, host);
    const problems = ts
      .getPreEmitDiagnostics(program)
      .map((d) => `${d.file?.fileName}: ${ts.flattenDiagnosticMessageText(d.messageText, '\n')}`);
    expect(problems).toEqual([]);
  });
});

describe('links', () => {
  /** As GitHub makes them. */
  const anchors = (page: string) =>
    [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
      `${heading}`
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    );

  test.each(PAGES)('the links of %s lead somewhere', (page) => {
    const prose = read(page).replaceAll(/```[\s\S]*?```/g, '');
    const broken = [...prose.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)].filter(
      ([, file, anchor]) => {
        const target = file ? resolve(dirname(page), file) : page;
        return !existsSync(target) || (anchor && !anchors(target).includes(anchor));
      },
    );
    expect(broken.map(([link]) => link)).toEqual([]);
  });
});

describe('troubleshooting', () => {
  // A record, so that a new code does not compile until it is listed here.
  const codes = Object.keys({
    identity_unreachable: 0,
    identity_timeout: 0,
    identity_http_error: 0,
    identity_invalid: 0,
    identity_mismatch: 0,
    customer_rejected: 0,
    stigg_unreachable: 0,
  } satisfies Record<HardenedStiggErrorCode, 0>) as HardenedStiggErrorCode[];

  // The page in the package, until `npm run set-repository` has said where the site is.
  const { homepage } = JSON.parse(read('package.json'));
  const place = homepage.includes('__OWNER__')
    ? 'hardened-stigg/docs/troubleshooting.md'
    : `${homepage}docs/troubleshooting.html`;

  test.each(codes)(
    '%s is a heading of the troubleshooting page, and messages end with a link to it',
    (code) => {
      expect(read('docs/troubleshooting.md')).toContain(`\n## ${code}\n`);
      const { message } = new HardenedStiggError(code, 'It failed.');
      expect(message).toBe(`It failed. See ${place}#${code}`);
    },
  );

  test('the longest message has at most 500 characters', () => {
    const { message } = new HardenedStiggError('identity_unreachable', 'a'.repeat(1000));
    expect(message.length).toBeLessThanOrEqual(500);
  });

  test('the troubleshooting page is in the package', () => {
    expect(JSON.parse(read('package.json')).files).toContain('docs');
  });
});

test('what docs/troubleshooting.md quotes of identity_invalid is in a message', () => {
  const [, section = ''] = read('docs/troubleshooting.md').split('\n## identity_invalid\n');
  const [own = ''] = section.split('\n## ');
  const quoted = [...own.matchAll(/^- \*\*`([^`]+)`\*\*/gm)].map(([, text]) => `${text}`);
  const page = new Response('', { headers: { 'Content-Type': 'text/html' } });
  const wrong = { customerId: 'acme', customerToken: 'x', entitlements: { sso: 'yes' } };
  const failures = [
    () => identityIn([page, '<!doctype html>'], 'https://app.example.com/api/identity'),
    () => parseIdentity(wrong),
    () => {
      throw expired('The token');
    },
  ];
  const messages = failures.map((fail) => {
    try {
      return `no error: ${JSON.stringify(fail())}`;
    } catch (error) {
      return (error as Error).message;
    }
  });
  expect(quoted).toHaveLength(messages.length);
  for (const text of quoted) expect(messages.join('\n')).toContain(text);
});

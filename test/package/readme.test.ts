import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const readme = readFileSync('README.md', 'utf8');

/** The TypeScript of the README, under the names that its code blocks give: ```tsx title="src/main.tsx" */
const blocks = new Map(
  [...readme.matchAll(/```tsx? title="([^"]+)"\n([\s\S]*?)```/g)].map(([, title, code]) => [
    resolve('readme', `${title}`),
    `${code}`,
  ]),
);

test('every TypeScript block of the README has a title, and there are some', () => {
  const all = readme.match(/```tsx?\b/g) ?? [];
  expect(all.length).toBeGreaterThan(1);
  expect(blocks.size).toBe(all.length);
});

test('the code of the README compiles against the built package, strictly', () => {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    jsx: ts.JsxEmit.ReactJSX,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
  };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (name) => blocks.get(name) ?? readFile(name);
  host.fileExists = (name) => blocks.has(name) || fileExists(name);
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

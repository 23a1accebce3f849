// npm run api:check fails if the types of the built package differ from those in scripts/api-report.md;
// npm run api:update writes them there, so that a reviewer sees them in the diff.
import { readFileSync, writeFileSync } from 'node:fs';
import ts from 'typescript';

const REPORT = 'scripts/api-report.md';
const { name, exports } = JSON.parse(readFileSync('package.json', 'utf8'));

/** The declarations of a file, without comments, because a better comment is not a change of the API. */
const declarations = (file) =>
  ts
    .createPrinter({ removeComments: true })
    .printFile(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest));

const entries = Object.entries(exports).map(([path, target]) => {
  const types = target.types?.import ?? target.import?.types;
  const content = types ? `\n\`\`\`ts\n${declarations(types)}\`\`\`\n` : '';
  return `## ${path.replace('.', name)}\n${content}`;
});
const report = `# API report

Written by \`npm run api:update\`.

${entries.join('\n')}`;

if (process.argv.includes('--update')) {
  writeFileSync(REPORT, report);
} else {
  const reviewed = readFileSync(REPORT, 'utf8');
  if (reviewed !== report) {
    const [before, now] = [reviewed, report].map((text) => text.split('\n'));
    console.error(`The API is not the one in ${REPORT}:\n`);
    for (const line of before) if (!now.includes(line)) console.error(`- ${line}`);
    for (const line of now) if (!before.includes(line)) console.error(`+ ${line}`);
    console.error('\nIf it is what it should be: npm run api:update, and commit the file.');
    process.exitCode = 1;
  }
}

// `npm run test:mutation`: breaks src in every way that Stryker knows, and finds out which changes a test notices. Writes
// the score into docs/measurements.md. Fails below 90 %, and if a survivor is not explained in survivors.json.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { RUNS } from './stryker.config.mjs';

const LEAST = 90;
const PAGE = 'docs/measurements.md';
const PLACE = /(?<=<!-- mutation:start -->).*(?=<!-- mutation:end -->)/s;

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** A mutant in the lines that it is in: `if ([isKnown => true]) {`. */
function describe(source, { location: { start, end }, replacement }) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const before = lines[0].slice(0, start.column - 1);
  const after = lines.at(-1).slice(end.column - 1);
  const original = lines.join('\n').slice(before.length, -after.length || undefined);
  return `${before}[${original} => ${replacement}]${after}`.replaceAll(/\s+/g, ' ').trim();
}

const explained = readJson('test/mutation/survivors.json');
let killed = 0;
let survived = 0;
const unexplained = [];
for (const run of Object.keys(RUNS)) {
  const env = { ...process.env, MUTATION_RUN: run };
  // Stryker does not say that a file of tests cannot be loaded.
  const tests = ['vitest', 'run', '--config', 'test/mutation/vitest.config.ts'];
  if (spawnSync('npx', tests, { stdio: 'inherit', env }).status !== 0) process.exit(1);
  const { status } = spawnSync('npx', ['stryker', 'run', 'test/mutation/stryker.config.mjs'], {
    stdio: 'inherit',
    env,
  });
  if (status !== 0) process.exit(1);
  const { files } = readJson(`.tmp/mutation/${run}.json`);
  for (const [file, { source, mutants }] of Object.entries(files)) {
    for (const mutant of mutants) {
      if (mutant.status === 'Killed' || mutant.status === 'Timeout') killed++;
      if (mutant.status !== 'Survived' && mutant.status !== 'NoCoverage') continue;
      survived++;
      const what = describe(source, mutant);
      if (!explained[file]?.[what]) unexplained.push(`${file}: ${what}`);
    }
  }
}

const score = (100 * killed) / (killed + survived);
const summary = `${score.toFixed(1)} % of ${killed + survived} mutants`;
console.log(`\nTests notice ${summary}. The reports are in .tmp/mutation/.`);
for (const survivor of unexplained) console.error(`Not in survivors.json: ${survivor}`);
if (!process.env.CI) {
  const page = readFileSync(PAGE, 'utf8');
  writeFileSync(
    PAGE,
    page.replace(PLACE, () => summary),
  );
}
process.exitCode = score < LEAST || unexplained.length > 0 ? 1 : 0;

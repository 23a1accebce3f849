import { readFileSync, writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

const PLACE = /(?<=<!-- compat:start -->\n)[\s\S]*(?=<!-- compat:end -->)/;
const SIGNS = { passed: '✓', failed: '✗', skipped: '–', pending: '–' };

/** One row for each suite, with its tests. */
function makeTable(modules: readonly TestModule[]): string {
  const suites = modules.flatMap((module) => [...module.children.suites()]);
  const rows = suites
    .map((suite) => {
      const cells = [...suite.children.tests()].map(
        (test) => `${SIGNS[test.result().state]} ${test.name}`,
      );
      return `| ${suite.name} | ${cells.join(' · ')} |\n`;
    })
    .sort();
  return `\n| with | versions |\n| --- | --- |\n${rows.join('')}\n`;
}

/** Writes the outcome of a whole run into README.md; under CI it must stand there already. */
export default class TableReporter implements Reporter {
  private isWhole = false;

  onInit({ config }: Parameters<NonNullable<Reporter['onInit']>>[0]) {
    this.isWhole = config.testNamePattern === undefined;
  }

  onTestRunEnd(modules: readonly TestModule[]) {
    if (!this.isWhole || modules.length < 4) return;
    const readme = readFileSync('README.md', 'utf8');
    const table = makeTable(modules);
    if (readme.match(PLACE)?.[0] === table) return;
    if (process.env.CI) {
      console.error(`README.md has another table than this run gives:\n${table}`);
      process.exitCode = 1;
    } else {
      writeFileSync(
        'README.md',
        readme.replace(PLACE, () => table),
      );
      console.log('README.md has a new table.');
    }
  }
}

import { readFileSync, writeFileSync } from 'node:fs';
import type {
  Reporter,
  TestCase,
  TestModule,
  TestRunEndReason,
  TestSuite,
  Vitest,
} from 'vitest/node';

declare module 'vitest' {
  interface TaskMeta {
    /** What a suite does with each version. */
    tested?: string;
  }
}

const PLACE = /(?<=<!-- compat:start -->\n)[\s\S]*(?=<!-- compat:end -->)/;

/** One row for each suite, with its tests. */
function makeTable(modules: readonly TestModule[]): string {
  const rows = modules
    .flatMap((module) => [...module.children.suites()])
    .map((suite) => {
      const versions = [...suite.children.tests()].map(({ name }) => name).join(', ');
      return `| ${suite.name} | ${versions} | ${suite.meta().tested} |\n`;
    })
    .sort();
  return `\n| works with | in the versions | what is tested |\n| --- | --- | --- |\n${rows.join('')}\n`;
}

/** Says what is under way, and writes a whole run that passed into README.md; under CI it must stand there already. */
export default class TableReporter implements Reporter {
  private vitest?: Vitest;

  onInit(vitest: Vitest) {
    this.vitest = vitest;
  }

  onTestSuiteReady({ name }: TestSuite) {
    console.log(`\n${name}: installing, then testing ...`);
  }

  onTestCaseReady({ name }: TestCase) {
    console.log(`   ${name} ...`);
  }

  async onTestRunEnd(modules: readonly TestModule[], _: unknown, reason: TestRunEndReason) {
    const all = await this.vitest?.globTestSpecifications();
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const isWhole = modules.length === all?.length && tests.every((test) => test.ok());
    if (reason !== 'passed' || !isWhole) return;
    if (tests.some((test) => test.result().state === 'skipped')) return;

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

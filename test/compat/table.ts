import { readFileSync, writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule, TestSuite, Vitest } from 'vitest/node';

declare module 'vitest' {
  interface TaskMeta {
    /** What a suite tests with each version. */
    tested?: string;
  }
}

const PAGE = 'docs/compatibility.md';
const PLACE = /(?<=<!-- compat:start -->\n)[\s\S]*(?=<!-- compat:end -->)/;

/** What `npm run test:engines` tries. The versions are those of Debian 12 when this was written, not of this run. */
const BROWSERS = [
  'Browsers',
  'Chromium 156, Firefox ESR 153, WebKitGTK 2.50',
  'sign-in, rotation, tabs that hear of a logout by navigation, the back/forward cache, blocked cookies, a sandboxed frame, offline, hidden pages, entitled HTML without JavaScript; with `/lazy` too, and when it loads the SDK',
];

/** A row for the browsers, and one for each suite, with its tests; in columns, as the formatter has them. */
function makeTable(modules: readonly TestModule[]): string {
  const suites = modules.flatMap((module) => [...module.children.suites()]);
  const tried = suites.map((suite) => {
    const versions = [...suite.children.tests()].map(({ name }) => name).join(', ');
    return [suite.name, versions, suite.meta().tested ?? ''];
  });
  const rows = [BROWSERS, ...tried].sort(([a = ''], [b = '']) => a.localeCompare(b, 'en'));
  const table = [['with', 'versions', 'what is tested'], ['', '', ''], ...rows];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...table.map((row) => `${row[column]}`.length)),
  );
  const lines = table.map((row, index) => {
    const cells = row.map((cell, column) =>
      cell.padEnd(widths[column] ?? 0, index === 1 ? '-' : ' '),
    );
    return `| ${cells.join(' | ')} |\n`;
  });
  return `\n${lines.join('')}\n`;
}

/**
 * Prints the running suite, and writes the table of a complete, passed run into its page. Under CI, the page must
 * already have that table.
 */
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

  async onTestRunEnd(modules: readonly TestModule[]) {
    const all = await this.vitest?.globTestSpecifications();
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const isWhole = modules.length === all?.length;
    if (!isWhole || tests.some((test) => test.result().state !== 'passed')) return;

    const page = readFileSync(PAGE, 'utf8');
    const table = makeTable(modules);
    if (page.match(PLACE)?.[0] === table) return;
    if (process.env.CI) {
      console.error(`${PAGE} has another table than this run gives:\n${table}`);
      process.exitCode = 1;
    } else {
      writeFileSync(
        PAGE,
        page.replace(PLACE, () => table),
      );
      console.log(`${PAGE} has a new table.`);
    }
  }
}

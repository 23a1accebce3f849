import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const FOLDER = '.github/workflows';
const workflows = readdirSync(FOLDER).map((name) => ({
  name,
  text: readFileSync(`${FOLDER}/${name}`, 'utf8'),
}));
const release = `${workflows.find(({ name }) => name === 'release.yml')?.text}`;
/** The text of each job of the release. */
const jobs = Object.fromEntries(
  `${release.split('\njobs:\n')[1]}`
    .split(/\n(?= {2}[a-z-]+:\n)/)
    .map((text) => [/^\s*([a-z-]+):/m.exec(text)?.[1], text]),
);

describe.each(workflows)('$name', ({ text }) => {
  test('pins every action by its commit, and says which version that is', () => {
    const used = [...text.matchAll(/uses: (?!\.\/)(.*)$/gm)].map(([, action]) => `${action}`);
    const loose = used.filter((action) => !/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action));
    expect(loose).toEqual([]);
  });

  test('keeps no credentials, unless the job pushes', () => {
    const checkouts = text.split(/(?=uses: actions\/checkout@)/).slice(1);
    const keeping = checkouts.filter(
      (step) => !/^.*\n\s+with:\n\s+persist-credentials: false/.test(step),
    );
    expect(keeping.length).toBe(text === release ? 1 : 0);
    if (text === release) expect(jobs.version).toContain('With credentials, because');
  });

  test('installs without scripts of dependencies, and from the lock', () => {
    const installs = [...text.matchAll(/npm (?:ci|i|install)\b.*/g)].map(([line]) => line);
    expect(installs.filter((line) => line !== 'npm ci --ignore-scripts')).toEqual([]);
  });

  test('has no right that it does not name, and no long-lived token', () => {
    expect(text).toMatch(/^permissions:(\n {2}contents: read\n| read-all\n)/m);
    expect(text).not.toMatch(/secrets\.(?!GITHUB_TOKEN)/);
    expect(text).not.toContain('pull_request_target');
  });
});

describe('the release', () => {
  test('publishes what was packed once and tested, from a protected environment', () => {
    expect(jobs.publish).toContain('needs: [pack, test-packed]');
    expect(jobs.publish).toContain('environment: npm');
    expect(jobs.publish).toContain('id-token: write');
    expect(jobs.publish).toContain('sha256sum --check SHA256SUMS');
    expect(jobs.publish).toMatch(
      /npm publish "\.\/release\/.*\.tgz" --ignore-scripts .*--provenance/,
    );
    expect(jobs.publish).not.toMatch(/actions\/checkout|npm (ci|install|run)/);
    expect(Object.keys(jobs).filter((name) => jobs[name]?.includes('id-token'))).toEqual([
      'publish',
    ]);
  });

  test('the dry run takes the steps of the workflow', () => {
    const dryRun = readFileSync('scripts/release-dry-run.mjs', 'utf8');
    const scripts = Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).scripts);
    for (const script of ['release:pack', 'release:verify']) {
      expect(scripts).toContain(script);
      expect(release).toContain(`run: npm run ${script}`);
      expect(dryRun).toContain(`'${script}'`);
    }
    expect(release).toContain('HARDENED_STIGG_TARBALL');
    expect(readFileSync('test/helpers/pack.ts', 'utf8')).toContain('HARDENED_STIGG_TARBALL');
  });
});

test('Dependabot knows every package.json, and the actions', () => {
  const text = readFileSync('.github/dependabot.yml', 'utf8');
  for (const example of readdirSync('examples').filter((name) =>
    existsSync(`examples/${name}/package.json`),
  )) {
    expect(text).toContain(`/examples/${example}`);
  }
  expect(text.match(/package-ecosystem: (npm|github-actions)/g)).toHaveLength(3);
  expect(text.match(/^ {4}groups:/gm)).toHaveLength(3);
});

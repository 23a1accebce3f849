import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

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
  test('a workflow pins every action by its commit, and names its version', () => {
    const used = [...text.matchAll(/uses: (?!\.\/)(.*)$/gm)].map(([, action]) => `${action}`);
    const loose = used.filter((action) => !/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action));
    expect(loose).toEqual([]);
  });

  test('a workflow keeps no credentials, unless the job pushes', () => {
    const checkouts = text.split(/(?=uses: actions\/checkout@)/).slice(1);
    const keeping = checkouts.filter(
      (step) => !/^.*\n\s+with:\n\s+persist-credentials: false/.test(step),
    );
    expect(keeping.length).toBe(text === release ? 1 : 0);
    if (text === release) expect(jobs.version).toContain('With credentials, because');
  });

  test('a workflow installs from the lock, without scripts of dependencies', () => {
    const installs = [...text.matchAll(/npm (?:ci|i|install)\b.*/g)].map(([line]) => line);
    expect(installs.filter((line) => line !== 'npm ci --ignore-scripts')).toEqual([]);
  });

  test('a workflow has only the permissions that it names, and no long-lived token', () => {
    expect(text).toMatch(/^permissions:(\n {2}contents: read\n| read-all\n)/m);
    expect(text).not.toMatch(/secrets\.(?!GITHUB_TOKEN)/);
    expect(text).not.toContain('pull_request_target');
  });
});

describe('the release', () => {
  test('the release publishes the tested file that was packed once, from a protected environment', () => {
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

  test('the dry run has the steps of the workflow', () => {
    const dryRun = readFileSync('scripts/release-dry-run.mjs', 'utf8');
    const scripts = Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).scripts);
    for (const script of ['release:repository', 'release:pack', 'release:verify']) {
      expect(scripts).toContain(script);
      expect(release).toContain(`run: npm run ${script}`);
      expect(dryRun).toContain(`'${script}'`);
    }
    expect(release).toContain('HARDENED_STIGG_TARBALL');
    expect(readFileSync('test/helpers/pack.ts', 'utf8')).toContain('HARDENED_STIGG_TARBALL');
  });
});

describe('the place of this repository', () => {
  /** A copy of what the scripts read and write, in which package.json still has the placeholder. */
  function copy() {
    const cwd = mkdtempSync(join(tmpdir(), 'hardened-stigg-'));
    onTestFinished(() => rmSync(cwd, { recursive: true }));
    mkdirSync(join(cwd, 'src'));
    cpSync('src/errors.ts', join(cwd, 'src/errors.ts'));
    const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
    manifest.repository.url = 'git+https://github.com/__OWNER__/hardened-stigg.git';
    writeFileSync(join(cwd, 'package.json'), JSON.stringify(manifest));
    const run = (script: string, ...args: string[]) =>
      spawnSync(process.execPath, [resolve('scripts', script), ...args], { cwd, encoding: 'utf8' });
    return { run, read: (file: string) => readFileSync(join(cwd, file), 'utf8') };
  }

  test('a release is refused until the placeholder is replaced', () => {
    const { run } = copy();
    const refused = run('release-repository.mjs');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('npm run set-repository -- <owner>/<name>');
    expect(run('set-repository.mjs', 'Some-Team/hardened-stigg').status).toBe(0);
    expect(run('release-repository.mjs').status).toBe(0);
  });

  test('one command puts it into package.json and into the link of every error message', () => {
    const { run, read } = copy();
    run('set-repository.mjs', 'Some-Team/hardened-stigg');
    expect(JSON.parse(read('package.json'))).toMatchObject({
      homepage: 'https://some-team.github.io/hardened-stigg/',
      bugs: 'https://github.com/Some-Team/hardened-stigg/issues',
      repository: { type: 'git', url: 'git+https://github.com/Some-Team/hardened-stigg.git' },
    });
    expect(read('src/errors.ts')).toMatch(
      / See https:\/\/some-team\.github\.io\/hardened-stigg\/docs\/troubleshooting\.html#\$\{code\}`/,
    );
  });

  test('a repository can move: the command replaces what it wrote before', () => {
    const { run, read } = copy();
    run('set-repository.mjs', 'old-owner/hardened-stigg');
    run('set-repository.mjs', 'new-owner/hardened-stigg');
    expect(read('package.json') + read('src/errors.ts')).not.toContain('old-owner');
    expect(read('src/errors.ts')).toContain('https://new-owner.github.io/hardened-stigg/docs/');
  });

  test.each(['', 'hardened-stigg', 'https://github.com/a/b', 'a/b/c', "a/b';"])(
    'the command changes nothing for %j',
    (argument) => {
      const { run, read } = copy();
      const before = read('package.json') + read('src/errors.ts');
      expect(run('set-repository.mjs', argument).status).toBe(1);
      expect(read('package.json') + read('src/errors.ts')).toBe(before);
    },
  );

  test.each(['release.yml', 'site.yml'])(
    '%s checks the address of the repository before anything is built',
    (name) => {
      const text = `${workflows.find((workflow) => workflow.name === name)?.text}`;
      const build = name === 'site.yml' ? 'npm run test:site' : 'npm run release:pack';
      expect(text.indexOf('npm run release:repository')).toBeGreaterThan(0);
      expect(text.indexOf('npm run release:repository')).toBeLessThan(text.indexOf(build));
    },
  );
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

// The steps of .github/workflows/release.yml that work on this machine, without GitHub and npm:
//
//   npm run release:dry-run           packs, verifies, and asks npm what it would publish
//   npm run release:dry-run -- --ci   installs from the lock first, as the workflow does
//
// It ends with a list of what could not be tried.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

const step = (title, command, args) => {
  console.log(`\n== ${title}\n$ ${[command, ...args].join(' ')}`);
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
};

let refusal = '';
try {
  step('Where the repository is', 'npm', ['run', '--silent', 'release:repository']);
} catch {
  refusal = '\nThe release would stop at its first step: see "Where the repository is" above.';
  process.exitCode = 1;
}
if (process.argv.includes('--ci')) step('Install from the lock', 'npm', ['ci', '--ignore-scripts']);
console.log(step('Pack, once', 'npm', ['run', '--silent', 'release:pack']));
console.log(step('Verify what was packed', 'npm', ['run', '--silent', 'release:verify']));

// With ./, because npm would otherwise read it as a repository on GitHub.
const tarball = `./release/${readdirSync('release').find((file) => file.endsWith('.tgz'))}`;
const args = ['publish', tarball, '--ignore-scripts', '--dry-run', '--json', '--provenance=false'];
const published = JSON.parse(step('What npm would publish', 'npm', args));
const { integrity, version, entryCount } = published.integrity
  ? published
  : Object.values(published)[0];
const own = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
if (integrity !== own)
  throw new Error('npm would publish another file than the one that was tested');
console.log(`${version}, ${entryCount} files, byte for byte what was packed and verified`);

console.log(`
Not tried here, because it needs GitHub and npm:
- the tests of the packed package in the workflow's own jobs (npm test and npm run test:examples run here as well)
- the pull request of changesets/action, and the release that gh makes
- the approval of the protected environment "npm"
- trusted publishing (OIDC) and provenance: npm refuses both outside of a known CI
- CodeQL, Scorecard and Dependabot
${refusal}`);

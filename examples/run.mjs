// npm run example <name>: installs an example with the package as it would be published, and starts it.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAMES = ['vite-express', 'nextjs', 'bearer'];
const name = process.argv[2];
if (!NAMES.includes(name)) {
  console.error(`Usage: npm run example <name>, where <name> is one of: ${NAMES.join(', ')}`);
  process.exit(1);
}
const root = fileURLToPath(new URL('..', import.meta.url));
const example = join(root, 'examples', name);
const npm = (cwd, ...args) => execFileSync('npm', args, { cwd, stdio: 'inherit' });

console.log('Building and packing hardened-stigg …');
// A folder of its own each time: npm takes a tarball that it has seen at this path for unchanged.
const packed = mkdtempSync(join(tmpdir(), 'hardened-stigg-'));
npm(root, 'run', '--silent', 'build');
npm(root, 'pack', '--silent', '--pack-destination', packed);

console.log(`Installing examples/${name} …`);
const tarball = join(packed, readdirSync(packed)[0]);
npm(example, 'install', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', tarball);
rmSync(packed, { recursive: true });

console.log(`Starting examples/${name} …`);
// A process group of its own, so that a signal to this process ends all that the example has started.
const child = spawn('npm', ['start', '--silent'], {
  cwd: example,
  stdio: 'inherit',
  detached: true,
});
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => process.kill(-child.pid, signal));
}
child.on('exit', (code) => process.exit(code ?? 0));

// Makes the published files, once: release/<name>-<version>.tgz, an SBOM of its sources, and the
// checksums of both. From then on nothing is built: what is tested and what is published is this file.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 'release';
const npm = (...args) =>
  execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER);
npm('run', '--silent', 'build');
const [{ filename, version, name }] = JSON.parse(
  npm('pack', '--json', '--ignore-scripts', '--pack-destination', FOLDER),
);

const sbom = JSON.parse(
  npm('sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'library', '--package-lock-only'),
);
sbom.metadata.component.name = name; // npm says the name of the folder
const sbomName = `${name}-${version}.cdx.json`;
writeFileSync(join(FOLDER, sbomName), JSON.stringify(sbom, null, 2));

const sums = [filename, sbomName].map(
  (file) =>
    `${createHash('sha256')
      .update(readFileSync(join(FOLDER, file)))
      .digest('hex')}  ${file}\n`,
);
writeFileSync(join(FOLDER, 'SHA256SUMS'), sums.join(''));
process.stdout.write(sums.join(''));

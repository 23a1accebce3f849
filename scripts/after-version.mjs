// Part of npm run version. What else names the version: the lock, and the examples.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

function edit(file, change) {
  const content = JSON.parse(readFileSync(file, 'utf8'));
  change(content);
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}

edit('package-lock.json', (lock) => {
  lock.version = version;
  lock.packages[''].version = version;
});
// The demo has no manifest: it is part of this one.
for (const example of readdirSync('examples', { withFileTypes: true })) {
  if (!example.isDirectory() || example.name === 'demo') continue;
  edit(`examples/${example.name}/package.json`, ({ dependencies }) => {
    dependencies['hardened-stigg'] = `^${version}`;
  });
}

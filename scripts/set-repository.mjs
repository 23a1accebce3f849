// npm run set-repository -- <owner>/<name>
//
// Says where this repository is on GitHub: in package.json, and so on the site; and in the link at the end of each
// error message, which leads to the site from then on.
import { readFileSync, writeFileSync } from 'node:fs';

const [, owner, name] = /^([a-z\d]+(?:-[a-z\d]+)*)\/([\w.-]+)$/i.exec(process.argv[2] ?? '') ?? [];
if (!owner || !name) {
  console.error('Usage: npm run set-repository -- <owner>/<name>, as in github.com/<owner>/<name>');
  process.exit(1);
}
const repository = `https://github.com/${owner}/${name}`;
const homepage = `https://${owner.toLowerCase()}.github.io/${name}/`;

function edit(file, change) {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

edit('package.json', (text) => {
  const manifest = JSON.parse(text);
  manifest.homepage = homepage;
  manifest.bugs = `${repository}/issues`;
  manifest.repository.url = `git+${repository}.git`;
  return `${JSON.stringify(manifest, null, 2)}\n`;
});
edit('src/errors.ts', (text) =>
  text.replace(/ See \S+#\$\{code\}/, () => ` See ${homepage}docs/troubleshooting.html#\${code}`),
);
console.log(`The repository is ${repository}, and its site ${homepage}`);

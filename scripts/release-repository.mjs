// Refuses a release and a site of a repository that does not say where it is.
import { readFileSync } from 'node:fs';

if (readFileSync('package.json', 'utf8').includes('__OWNER__')) {
  console.error(
    'package.json still has the placeholder __OWNER__. Run: npm run set-repository -- <owner>/<name>',
  );
  process.exitCode = 1;
}

// Refuses a release and a site if the repository's address is still the placeholder.
import { readFileSync } from 'node:fs';

if (readFileSync('package.json', 'utf8').includes('__OWNER__')) {
  console.error(
    'package.json still has the placeholder __OWNER__. Run: npm run set-repository -- <owner>/<name>',
  );
  process.exitCode = 1;
}

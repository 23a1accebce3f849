import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first of these programs that is installed. `advice` says what to do if none is. */
export function findProgram(names: readonly string[], advice: string): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const places = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = places.find(existsSync);
  if (found) return found;
  throw new Error(`${names.join(' or ')} is not installed. ${advice}`);
}

import { readFileSync } from 'node:fs';
import { UsageError } from '../parse-options';

/** The header lines of a file, without blank ones and those that start with `#`. */
function linesOf(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as { code?: string };
    throw new UsageError(`--header @file: the file cannot be read (${code}).`);
  }
  return text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() && !line.startsWith('#'));
}

/** These belong to one connection. With them, the requests of the checks fail, or never end. */
const OF_A_CONNECTION =
  /^(connection|proxy-connection|keep-alive|content-length|transfer-encoding|expect|te|trailer|upgrade)$/i;

/**
 * The headers that sign in: `Name: value` lines from `--header`, from the files that it names, and from the
 * environment.
 *
 * @throws UsageError, whose message never holds the value of a header
 */
export function readSession(
  options: readonly string[],
  environment: string | undefined,
): Record<string, string> {
  const headers = new Headers();
  const lines = [
    ...(environment ?? '').split(/\r?\n/).filter((line) => line.trim()),
    ...options.flatMap((line) => (line.startsWith('@') ? linesOf(line.slice(1)) : [line])),
  ];
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^:]+):(.*)$/s.exec(line) ?? [];
    if (/…|\.\.\.$/.test(value)) {
      throw new UsageError(
        '--header still has the placeholder of the docs. Replace it with the session of a signed-in browser.',
      );
    }
    if (/[^\t -~]/.test(value.trim())) {
      throw new UsageError(
        '--header has a character that is not allowed in a header. Copy it again from the browser.',
      );
    }
    if (OF_A_CONNECTION.test(name.trim())) {
      throw new UsageError(`--header ${name.trim()}: leave it out, because it signs nobody in.`);
    }
    try {
      headers.append(name.trim(), value.trim());
    } catch {
      throw new UsageError("--header must be of the form 'Name: value', or @file.");
    }
  }
  return Object.fromEntries(headers);
}

/** Another character of the same kind, so that hex stays hex. */
function rotate(character: string): string {
  const kinds = ['0123456789', 'abcdef', 'ghijklmnopqrstuvwxyz', 'ABCDEF', 'GHIJKLMNOPQRSTUVWXYZ'];
  const kind = kinds.find((characters) => characters.includes(character));
  return kind ? `${kind[(kind.indexOf(character) + 1) % kind.length]}` : character;
}

const alterText = (text: string) => text.replace(/[a-z0-9]/gi, rotate);

/** A session that belongs to nobody: the same headers with other values. */
export const alterSession = (session: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(session).map(([name, value]) => [
      name,
      name === 'cookie'
        ? value.replace(/=([^;]*)/g, (_, part: string) => `=${alterText(part)}`)
        : value.replace(
            /(^|\s)(\S+)$/,
            (_, space: string, part: string) => space + alterText(part),
          ),
    ]),
  );

/**
 * The same token with another signature. The first characters of its last part change, because the last digit of Base64
 * may hold bits that a decoder ignores.
 */
export function forge(token: string): string {
  const start =
    Math.max(token.lastIndexOf('.'), token.lastIndexOf(':'), token.lastIndexOf(' ')) + 1;
  const from = start < token.length ? start : 0;
  return token.slice(0, from) + alterText(token.slice(from, from + 8)) + token.slice(from + 8);
}

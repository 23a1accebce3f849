import { type ParseArgsConfig, parseArgs } from 'node:util';

/** A mistake on the command line: its message is for the person who typed it. */
export class UsageError extends Error {}

/** A strict `util.parseArgs` that throws a {@link UsageError}. */
export function parseOptions<const T extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  options: T,
) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    // Only the first line, because the rest is about `--`. No value, because it may be a secret in the wrong place.
    const [message = ''] = (error as Error).message.split(/\.? ?\n|\. /);
    const [, name] = /^Option '(?:-\w, )?(--[\w-]+).*' argument is ambiguous$/.exec(message) ?? [];
    throw new UsageError(
      name
        ? `${name} has no value. Write a value that starts with a dash after an equals sign: ${name}=-1.`
        : `${message.replace(/^Unexpected argument '.*$/s, 'unexpected argument')}.`,
    );
  }
}

/** Refuses what a shell makes of an unset variable, which would mean something else than the user wants. */
export function assertNotBlank(name: string, value: string | undefined): void {
  if (value !== undefined && !value.trim()) throw new UsageError(`--${name} has no value.`);
}

/** A number option in a range. */
export function parseNumber(name: string, value: string, min: number, max: number): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < min || number > max) {
    throw new UsageError(`--${name} must be a whole number from ${min} to ${max}.`);
  }
  return number;
}

/** An http or https URL. */
export function parseUrl(name: string, value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`--${name} must be a URL with http:// or https://.`);
  }
  if (url.username || url.password) {
    throw new UsageError(`--${name} must not hold a user name or a password: use --header.`);
  }
  return url;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  ({}).toString.call(value) === '[object Object]'; // no list, no Map, no promise that nobody awaited

const isCount = (value: unknown) => typeof value === 'number' && value >= 0;

/** What is checked, by the names of fields. */
const FIELDS: [name: RegExp, isRight: (value: unknown) => boolean][] = [
  [/^(has|is)[A-Z]/, (value) => typeof value === 'boolean'],
  [/^(limit|usage|value|usageLimit|currentUsage)$/, isCount],
  [/^(usage|currentUsage)$/, Number.isFinite], // JSON makes null of Infinity, and so nothing used
  [/^usagePeriod/, (date) => !Number.isNaN(+new Date(date as string))],
  [/^type$/, (value) => typeof value === 'string'],
  [/^feature$/, isObject],
];

const isRight = (key: string, value: unknown) =>
  value == null
    ? key !== 'hasAccess' && !(key === 'limit' && value === undefined) // `null` is unlimited, what is not set is not
    : FIELDS.every(([name, isRight]) => !name.test(key) || isRight(value));

/** A key that is long or has a space may be a token, so it is not quoted. */
const shown = (key: string) => (/^[\w.-]{1,40}$/.test(key) ? key : '…');

/**
 * Where a value is not {@link Entitlements}: a path such as `entitlements.seats.limit`, which quotes no value.
 * `undefined` if everything in it is right.
 *
 * @param path what the value itself is called
 */
export function invalidEntitlement(value: unknown, path = 'entitlements'): string | undefined {
  if (!isObject(value)) return path;
  for (const [id, given] of Object.entries(value)) {
    const here = `${path}.${shown(id)}`;
    if (id === '__proto__') return here;
    if (typeof given === 'boolean' || isCount(given)) continue;
    if (!isObject(given) || !('hasAccess' in given || 'limit' in given)) return here;
    for (const key in given) {
      // Stigg's form may have more fields than we know. In ours, a misspelt `usage` would grant too much.
      const isKnown = 'hasAccess' in given || /^(limit|usage)$/.test(key);
      if (!isKnown || !isRight(key, given[key])) return `${here}.${shown(key)}`;
    }
  }
  return undefined;
}

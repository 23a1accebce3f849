/**
 * What a page has only once, even if it has loaded several entries or module formats of this package. So a hook of one
 * entry works under the provider of another.
 */
export function onePerPage<T>(name: string, create: () => T): T {
  const global = globalThis as Record<symbol, unknown>;
  const key = Symbol.for(`hardened-stigg/${name}`);
  global[key] ??= create();
  return global[key] as T;
}

/**
 * What a page has once, however many entries and module formats of this package it has loaded: a hook of one
 * entry works under the provider of another.
 */
export function onePerPage<T>(name: string, create: () => T): T {
  const global = globalThis as Record<symbol, unknown>;
  const key = Symbol.for(`hardened-stigg/${name}`);
  global[key] ??= create();
  return global[key] as T;
}

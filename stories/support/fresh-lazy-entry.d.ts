declare module 'virtual:fresh-lazy-entry' {
  /**
   * `hardened-stigg/lazy` as a page has it that has just loaded. Made by `.storybook/fresh-lazy-entry.ts`.
   *
   * @param loadFile settles when the file with Stigg's SDK has arrived, or has not
   */
  export function createLazyEntry(
    loadFile: () => Promise<void>,
  ): typeof import('hardened-stigg/lazy');
}

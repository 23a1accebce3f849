/** Story parameters: what a reader would write, behind the "Show code" of a docs page. */
export const code = (source: string) => ({
  docs: { canvas: { sourceState: 'hidden' }, source: { code: source, language: 'tsx' } },
});

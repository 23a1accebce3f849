const IN_PLACE_OF: [RegExp, string][] = [
  [
    /role="button"\s+:aria-owns="[^"]*"\s+aria-expanded="true"\s+aria-haspopup="listbox"/,
    'role="dialog"',
  ],
  [/:role="results\?\.length \? 'listbox' : undefined"/, ''],
  [/:aria-selected="[^"]*"\s+role="option"/, ''],
  [/:aria-label="\[\.\.\.p\.titles, p\.title\][^"]*"/, ''],
  [/<kbd :aria-label/g, '<kbd role="img" :aria-label'],
];

/**
 * The search of VitePress calls its window a button, and puts links into options, which confuses screen readers. This
 * makes it a dialog with a list of links.
 */
export const accessibleSearch = {
  name: 'accessible-search',
  enforce: 'pre' as const,
  transform(code: string, id: string) {
    if (!id.endsWith('/VPLocalSearchBox.vue')) return;
    return IN_PLACE_OF.reduce((text, [theirs, ours]) => {
      const changed = text.replace(theirs, ours);
      if (changed === text)
        throw new Error('VitePress has another search: look at accessible-search.ts');
      return changed;
    }, code);
  },
};

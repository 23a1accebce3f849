import { renderMermaidSVG } from 'beautiful-mermaid';

/** A Mermaid diagram as SVG, drawn when the site is built; theme/style.css has its colours. */
export function diagram(source: string, label: string): string {
  const svg = renderMermaidSVG(source, { padding: 8 })
    .replace(/<style>[\s\S]*?<\/style>/, '') // it loads a font from Google
    .replace(/ style="--bg[^"]*"/, ` role="img" aria-label="${label}"`)
    .replace(/\n\s*\n/g, '\n'); // in Markdown, an empty line ends HTML
  return `<div class="diagram" v-pre tabindex="0" role="group" aria-label="${label}">${svg}</div>`;
}

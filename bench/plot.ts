interface Bar {
  label: string;
  value: number;
  /** What stands at its end. */
  text: string;
}

const WIDTH = 720;
const BAR = 18;
const LEFT = 230;

const color = (label: string) =>
  label.startsWith('ours')
    ? '#1f6feb'
    : label === 'limit' || label === 'without Stigg'
      ? '#8b949e'
      : '#bf5b04';

/** Bars, group by group, as SVG. */
export function plot(title: string, groups: readonly { name: string; bars: Bar[] }[]): string {
  const longest = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => value)));
  let y = 10;
  const parts: string[] = [];
  for (const { name, bars } of groups) {
    y += 22;
    parts.push(`<text x="10" y="${y}" font-weight="bold">${name}</text>`);
    y += 8;
    for (const { label, value, text } of bars) {
      const width = ((WIDTH - LEFT - 80) * value) / longest;
      parts.push(
        `<text x="${LEFT - 8}" y="${y + 13}" text-anchor="end">${label}</text>`,
        `<rect x="${LEFT}" y="${y + 2}" width="${width.toFixed(1)}" height="${BAR - 4}" fill="${color(label)}"/>`,
        `<text x="${(LEFT + width + 6).toFixed(1)}" y="${y + 13}">${text}</text>`,
      );
      y += BAR;
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y + 10}" font-family="system-ui, sans-serif" font-size="12" role="img"><title>${title}</title><rect width="100%" height="100%" fill="#fff"/>${parts.join('')}</svg>\n`;
}

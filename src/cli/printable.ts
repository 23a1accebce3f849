/** Text from the network, on one line. Escapes everything that a terminal might act on, or show differently. */
export const printable = (text: string) =>
  JSON.stringify(text)
    .slice(1, -1)
    .replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .slice(0, 80);

/** Text from the network, on one line. Everything that a terminal might act on, or show as something else, is escaped. */
export const printable = (text: string) =>
  JSON.stringify(text)
    .slice(1, -1)
    .replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .slice(0, 80);

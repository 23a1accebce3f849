/** Text off the network, which must not draw on the terminal, on one line. */
export const printable = (text: string) => JSON.stringify(text).slice(1, -1).slice(0, 80);

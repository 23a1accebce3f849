/** What one reader of a feature has seen since the first grant. Times are in milliseconds. */
export interface RotationHistory {
  /** Of the last render. */
  now: number;
  renders: number;
  tokenNumber: number;
  /** When another token came. */
  rotations: readonly number[];
  /** When the feature read as denied. The last one is still open while `isDenied`. */
  gaps: readonly { from: number; to: number }[];
  isDenied: boolean;
}

export interface Reading {
  now: number;
  hasAccess: boolean;
  tokenNumber: number;
}

/** The history with one more render. It starts with the first render that grants. */
export function look(history: RotationHistory | null, reading: Reading): RotationHistory | null {
  const { now, hasAccess, tokenNumber } = reading;
  if (!history) {
    return hasAccess
      ? { now, renders: 1, tokenNumber, rotations: [], gaps: [], isDenied: false }
      : null;
  }
  const { gaps, rotations, isDenied } = history;
  const known = isDenied ? extendLast(gaps, now) : gaps;
  return {
    now,
    renders: history.renders + 1,
    tokenNumber,
    rotations: tokenNumber === history.tokenNumber ? rotations : [...rotations, now],
    gaps: hasAccess || isDenied ? known : [...known, { from: now, to: now }],
    isDenied: !hasAccess,
  };
}

const extendLast = (gaps: RotationHistory['gaps'], to: number) =>
  gaps.map((gap, index) => (index === gaps.length - 1 ? { ...gap, to } : gap));

/** How long the feature was denied in all. */
export const deniedMs = ({ gaps }: RotationHistory) =>
  gaps.reduce((sum, { from, to }) => sum + to - from, 0);

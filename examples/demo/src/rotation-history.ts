/** What one reader of a feature has seen since it was granted first. Times are in milliseconds. */
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

/** The history with one more render in it; it starts with the first one that grants. */
export function look(history: RotationHistory | null, reading: Reading): RotationHistory | null {
  const { now, hasAccess, tokenNumber } = reading;
  if (!history) {
    return hasAccess
      ? { now, renders: 1, tokenNumber, rotations: [], gaps: [], isDenied: false }
      : null;
  }
  const { gaps, rotations } = history;
  const open = history.isDenied ? gaps.at(-1) : undefined;
  return {
    now,
    renders: history.renders + 1,
    tokenNumber,
    rotations: tokenNumber === history.tokenNumber ? rotations : [...rotations, now],
    gaps: hasAccess
      ? gaps
      : open
        ? [...gaps.slice(0, -1), { ...open, to: now }]
        : [...gaps, { from: history.now, to: now }],
    isDenied: !hasAccess,
  };
}

/** How long the feature was denied in all. */
export const deniedMs = ({ gaps }: RotationHistory) =>
  gaps.reduce((sum, { from, to }) => sum + to - from, 0);

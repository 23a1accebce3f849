/** The same app, built three times. */
export const CONTENDERS = {
  'by-hand': { name: 'By hand', about: 'Stigg’s SDK, and an effect that fetches the identity.' },
  eager: { name: 'hardened-stigg', about: 'This package, with Stigg’s SDK in the first file.' },
  lazy: { name: 'hardened-stigg/lazy', about: 'This package. Nothing on this page needs the SDK.' },
} as const;

export type Contender = keyof typeof CONTENDERS;

export const ALL = Object.keys(CONTENDERS) as Contender[];

/** What the demo's server makes of the answers to a frame. */
export const NETWORKS = {
  none: { name: 'No limit', latencyMs: 0, mbits: Number.POSITIVE_INFINITY },
  fast: { name: '9 Mbit/s, 80 ms', latencyMs: 80, mbits: 9 },
  slow: { name: '1.6 Mbit/s, 150 ms', latencyMs: 150, mbits: 1.6 },
} as const;

export type Network = keyof typeof NETWORKS;

/** What a frame posts to its parent: how things were at its first entitled render. */
export interface Measured {
  /** Milliseconds since the navigation of the frame. */
  ms: number;
  /** Of the scripts that had arrived, compressed. */
  scriptBytes: number;
  /** How many requests to Stigg the frame had sent. */
  stiggRequests: number;
}

import type { EmulatorRequest } from 'hardened-stigg/emulator';
import { useSyncExternalStore } from 'react';

export interface StiggFeed {
  enforced: boolean;
  /** The latest ones, newest first. */
  requests: (EmulatorRequest & { number: number })[];
}

let feed: StiggFeed = { enforced: true, requests: [] };
const listeners = new Set<() => void>();

new EventSource('/demo/events').onmessage = (event) => {
  feed = JSON.parse(event.data);
  for (const listener of listeners) listener();
};

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** What the emulator saw and whether it enforces, live. */
export const useStiggFeed = () => useSyncExternalStore(subscribe, () => feed);

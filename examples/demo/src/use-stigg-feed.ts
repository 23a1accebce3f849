import type { EmulatorRequest } from 'hardened-stigg/emulator';
import { useSyncExternalStore } from 'react';

export interface StiggFeed {
  enforced: boolean;
  /** The latest ones, newest first. */
  requests: (EmulatorRequest & { number: number })[];
}

let feed: StiggFeed = { enforced: true, requests: [] };
const listeners = new Set<() => void>();

function show(next: StiggFeed) {
  feed = next;
  for (const listener of listeners) listener();
}

new EventSource('/demo/events').onmessage = (event) => show(JSON.parse(event.data));

/** Switches enforcement on the emulator; the switch moves at once. */
export function enforce(enforced: boolean) {
  show({ ...feed, enforced });
  return fetch(`/demo/enforcement/${enforced ? 'on' : 'off'}`, { method: 'PUT' });
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** What the emulator saw and whether it enforces, live. */
export const useStiggFeed = () => useSyncExternalStore(subscribe, () => feed);

import type { EmulatorRequest } from 'hardened-stigg/emulator';
import { useSyncExternalStore } from 'react';
import { send } from './send';

interface StiggFeed {
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

/** Switches enforcement on the emulator. The switch moves at once, and back if that fails. */
export async function enforce(enforced: boolean): Promise<string | null> {
  show({ ...feed, enforced });
  const problem = await send('PUT', `/demo/enforcement/${enforced ? 'on' : 'off'}`);
  if (problem) show({ ...feed, enforced: !enforced });
  return problem;
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** What the emulator saw and whether it enforces, live. */
export const useStiggFeed = () => useSyncExternalStore(subscribe, () => feed);

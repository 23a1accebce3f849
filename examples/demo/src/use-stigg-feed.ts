import type { EmulatorRequest } from 'hardened-stigg/emulator';
import { useSyncExternalStore } from 'react';
import { send } from './send';

interface StiggFeed {
  enforced: boolean;
  /** Whether Stigg answers. */
  isUp: boolean;
  /** The latest ones, newest first. */
  requests: (EmulatorRequest & { number: number })[];
}

let feed: StiggFeed = { enforced: true, isUp: true, requests: [] };
const listeners = new Set<() => void>();

function show(next: StiggFeed) {
  feed = next;
  for (const listener of listeners) listener();
}

new EventSource('/demo/events').onmessage = (event) => show(JSON.parse(event.data));

/** Moves a switch at once, and back if the server fails. */
async function move(
  name: 'enforced' | 'isUp',
  isOn: boolean,
  path: string,
): Promise<string | null> {
  show({ ...feed, [name]: isOn });
  const problem = await send('PUT', path);
  if (problem) show({ ...feed, [name]: !isOn });
  return problem;
}

/** Switches enforcement on the emulator. */
export const enforce = (isOn: boolean) =>
  move('enforced', isOn, `/demo/enforcement/${isOn ? 'on' : 'off'}`);

/** Takes Stigg down, or brings it back. */
export const bringStigg = (isUp: boolean) =>
  move('isUp', isUp, `/demo/stigg/${isUp ? 'up' : 'down'}`);

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** What the emulator saw, whether it enforces and whether it answers, live. */
export const useStiggFeed = () => useSyncExternalStore(subscribe, () => feed);

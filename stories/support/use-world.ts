import { useSyncExternalStore } from 'react';
import type { World } from './world';

/** What the network saw and which token was given out last, live. */
export const useWorld = (world: World) => useSyncExternalStore(world.subscribe, world.getSnapshot);

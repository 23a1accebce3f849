import { useSyncExternalStore } from 'react';

const dark = matchMedia('(prefers-color-scheme: dark)');

function subscribe(listener: () => void) {
  dark.addEventListener('change', listener);
  return () => dark.removeEventListener('change', listener);
}

/** Whether the system prefers dark. */
export const useIsDark = () => useSyncExternalStore(subscribe, () => dark.matches);

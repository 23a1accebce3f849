/** Why a page is looked at again. Timers may be late by then. */
export type WakeReason = 'visible' | 'restored' | 'other';

const EVENTS = ['visibilitychange', 'focus', 'online', 'pageshow'];

export const isHidden = (): boolean => document.visibilityState === 'hidden';

/** Calls `onWake` when a machine wakes up, a network returns or a page is looked at, until `life` aborts. */
export function listenToWaking(onWake: (reason: WakeReason) => void, life: AbortSignal): void {
  const listener = (event: Event) => {
    if (isHidden()) return;
    const { type } = event;
    // From the back/forward cache: whatever it shows is from before the user went elsewhere.
    if ((event as PageTransitionEvent).persisted) onWake('restored');
    else onWake(type === 'visibilitychange' ? 'visible' : 'other');
  };
  for (const target of [document, window]) {
    for (const type of EVENTS) target.addEventListener(type, listener, { signal: life });
  }
}

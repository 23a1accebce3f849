/** Why a page is visible again. Its timers may be late. */
export type WakeReason = 'visible' | 'restored' | 'other';

const EVENTS = ['visibilitychange', 'focus', 'online', 'pageshow'];

export const isHidden = (): boolean => document.visibilityState === 'hidden';

/** Calls `onWake` when a machine wakes up, a network returns or a page is looked at, until `life` aborts. */
export function listenToWaking(onWake: (reason: WakeReason) => void, life: AbortSignal): void {
  const listener = (event: Event) => {
    const { type } = event;
    // From the back/forward cache: it shows what was right before the user went elsewhere. This is done for a hidden page
    // too, because later, when it becomes visible, no event says that it was restored.
    if ((event as PageTransitionEvent).persisted) onWake('restored');
    else if (!isHidden()) onWake(type === 'visibilitychange' ? 'visible' : 'other');
  };
  for (const target of [document, window]) {
    for (const type of EVENTS) target.addEventListener(type, listener, { signal: life });
  }
}

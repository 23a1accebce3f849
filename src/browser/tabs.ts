/** Whom a tab settled on: a customer id, or `null` for nobody. */
type Answer = string | null;

export interface Tabs {
  /** Tells the other tabs, if it is news. */
  tell: (answer: Answer) => void;
  /** Whom this tab settled on last; `undefined` before that. */
  told: () => Answer | undefined;
  /** Opens the channel, until `life` aborts. `onNews` hears whom another tab settled on. */
  open: (name: string, onNews: (answer: unknown) => void, life: AbortSignal) => void;
}

/** A browser that forbids the channel loses the tabs, and nothing else. */
function attempt(action: () => void) {
  try {
    action();
  } catch {}
}

/**
 * What the tabs of an origin tell each other. They share the session, so each requests its identity itself:
 * no token is ever sent.
 */
export function createTabs(): Tabs {
  let channel: BroadcastChannel | undefined;
  let told: Answer | undefined;
  /** What was to be told while there was no channel: a child's effect runs before the provider's. */
  let untold: Answer | undefined;

  const flush = () => {
    if (!channel || untold === undefined) return;
    const answer = untold;
    untold = undefined;
    attempt(() => channel?.postMessage(answer));
  };

  return {
    told: () => told,
    tell: (answer) => {
      if (answer === told) return;
      told = untold = answer;
      flush();
    },
    open: (name, onNews, life) =>
      attempt(() => {
        const opened = new BroadcastChannel(name);
        channel = opened;
        opened.onmessage = ({ data }) => onNews(data);
        untold = told; // the listeners of this channel have not heard it
        life.addEventListener('abort', () => {
          channel = undefined;
          attempt(() => opened.close());
        });
        flush();
      }),
  };
}

import type { RequestTurns } from '../identity/request';
import { withDeadline } from '../with-deadline';

/** What a load works with: it stops when `signal` aborts, and whatever it learns afterwards is dropped. */
export interface Load extends RequestTurns {
  signal: AbortSignal;
  /** Whether nobody waits for it: what is shown stays until there is an answer. */
  isQuiet: boolean;
}

export type Run = (load: Load) => Promise<void>;

interface Settling {
  settled: Promise<void>;
  settle: () => void;
  isQuiet: boolean;
}

/** A load under way. */
interface Running extends Settling {
  controller: AbortController;
  /** Ends the pause before its next request; `undefined` from that request on. */
  hurry: (() => void) | undefined;
  /** The one load that follows, because its request has to be newer. */
  next: Settling | undefined;
  /** What was heard since it began: its answer may be older than that. */
  news: unknown;
}

function createSettling(isQuiet: boolean): Settling {
  let settle = () => {};
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { settled, settle, isQuiet };
}

export interface Loads {
  isRunning: () => boolean;
  /** Begins a load, unless one runs. Settles with it. */
  join: (isQuiet: boolean, run?: Run) => Promise<void>;
  /** Settles with a load whose request goes out after this call: now, or once the running one is done. */
  renew: (isQuiet: boolean) => Promise<void>;
  /** Keeps news for the end of the load that runs. Gives `false` if none does. */
  outdate: (news: unknown) => boolean;
  /** Ends all of it, at once. */
  abort: () => void;
}

/**
 * At most one load at a time, and at most one that waits for it.
 *
 * @param request the usual load; no load ever rejects
 * @param onDone called after each, with the last news that came meanwhile
 */
export function createLoads(request: Run, onDone: (news: unknown) => void): Loads {
  let running: Running | undefined;

  function begin(settling: Settling, run = request): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    const mine: Running = {
      ...settling,
      controller,
      hurry: () => {},
      next: undefined,
      news: undefined,
    };
    running = mine;
    const load: Load = {
      signal,
      isQuiet: mine.isQuiet,
      sent: () => {
        // A burst of calls in one turn means the same now.
        queueMicrotask(() => {
          mine.hurry = undefined;
        });
      },
      pause: async (ms) => {
        if (mine.next) return false;
        const untilHurried = () =>
          new Promise<void>((resolve) => {
            mine.hurry = resolve;
          });
        await withDeadline(signal, ms, untilHurried, Error).catch(() => {});
        return !signal.aborted;
      },
    };
    void run(load).then(() => {
      if (running !== mine) return;
      running = undefined;
      // In the same turn, so that nobody sees what is about to change.
      if (mine.next) void begin(mine.next);
      else onDone(mine.news);
      mine.settle();
    });
    return mine.settled;
  }

  return {
    isRunning: () => running !== undefined,
    join: (isQuiet, run) => running?.settled ?? begin(createSettling(isQuiet), run),
    renew: (isQuiet) => {
      if (!running) return begin(createSettling(isQuiet));
      if (running.hurry) {
        running.hurry();
        return running.settled;
      }
      running.next ??= createSettling(isQuiet);
      running.next.isQuiet &&= isQuiet;
      return running.next.settled;
    },
    outdate: (news) => {
      if (running) running.news = news;
      return running !== undefined;
    },
    abort: () => {
      const last = running;
      running = undefined;
      last?.controller.abort();
      last?.settle();
      last?.next?.settle();
    },
  };
}

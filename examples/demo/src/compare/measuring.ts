import { ALL, type Contender, type Measured, type Network } from './contenders';

/** Frames are measured one after the other: at once, they would share the CPU. */
export interface Measuring {
  network: Network;
  /** The number of the last run. Each has URLs of its own, so that a browser has nothing of it yet. */
  run: number;
  /** The one that is measured now, and those that wait. */
  queue: readonly Contender[];
  /** The run that each frame shows. */
  shown: Partial<Record<Contender, number>>;
  results: Partial<Record<Contender, Measured>>;
}

export const nothingMeasured = (): Measuring => ({
  network: 'none',
  run: Date.now(),
  queue: [],
  shown: {},
  results: {},
});

/** Loads the frame that is first in the queue. */
function begin(state: Measuring): Measuring {
  const [first] = state.queue;
  if (!first) return state;
  const run = state.run + 1;
  return {
    ...state,
    run,
    shown: { ...state.shown, [first]: run },
    results: { ...state.results, [first]: undefined },
  };
}

/** Starts over, with empty frames. */
export const measureAll = ({ run }: Measuring, network: Network): Measuring =>
  begin({ network, run, queue: ALL, shown: {}, results: {} });

export function measureOne(state: Measuring, contender: Contender): Measuring {
  if (state.queue.includes(contender)) return state;
  const waits = { ...state, queue: [...state.queue, contender] };
  return state.queue.length > 0 ? waits : begin(waits);
}

/** The frame that is first in the queue has posted its result. */
export function measured(state: Measuring, result: Measured): Measuring {
  const [first, ...queue] = state.queue;
  if (!first) return state;
  return begin({ ...state, queue, results: { ...state.results, [first]: result } });
}

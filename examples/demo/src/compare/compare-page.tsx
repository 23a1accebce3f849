import { useCallback, useEffect, useReducer } from 'react';
import { ContenderCard } from './contender-card';
import { ALL, CONTENDERS, type Measured, NETWORKS, type Network } from './contenders';
import { inKb, inMs } from './format';
import { type Measuring, measureAll, measured, measureOne, nothingMeasured } from './measuring';
import { useBuiltFrames } from './use-built-frames';

const change = (state: Measuring, next: (state: Measuring) => Measuring) => next(state);

/** What screen readers hear, too: each step, and in the end all results. */
function summary({ queue, results }: Measuring, builtCount: number): string {
  if (builtCount < ALL.length) return `Building the apps: ${builtCount} of ${ALL.length} done …`;
  const [first] = queue;
  if (first) return `Measuring: ${CONTENDERS[first].name} …`;
  if (ALL.some((contender) => !results[contender])) return 'Starting …';
  const all = ALL.map((contender) => {
    const { ms = 0, scriptBytes = 0 } = results[contender] ?? {};
    return `${CONTENDERS[contender].name}: ${inMs(ms)} and ${inKb(scriptBytes)}`;
  });
  return `Measured. ${all.join('; ')}.`;
}

/** The same app, built three times, each in a frame that tells when its customer was first entitled. */
export function ComparePage() {
  const built = useBuiltFrames();
  const isBuilt = built.count === ALL.length;
  const [state, dispatch] = useReducer(change, null, nothingMeasured);
  const start = (network: Network) => dispatch((before) => measureAll(before, network));
  const onMeasured = useCallback(
    (result: Measured) => dispatch((before) => measured(before, result)),
    [],
  );
  useEffect(() => {
    if (isBuilt) dispatch((before) => measureAll(before, before.network));
  }, [isBuilt]);

  const longestMs = Math.max(0, ...ALL.map((contender) => state.results[contender]?.ms ?? 0));
  return (
    <>
      <header className="page-header">
        <a href="/">Back to the demo</a>
        <h1>How soon is a customer entitled?</h1>
        <p>
          One app, built three times for production. Each build loads in a frame of its own, and
          tells when it first rendered what the customer pays for.
        </p>
      </header>
      <main className="compare">
        <div className="card controls">
          <fieldset disabled={!isBuilt}>
            <legend>Network</legend>
            {(Object.keys(NETWORKS) as Network[]).map((network) => (
              <label key={network}>
                <input
                  type="radio"
                  name="network"
                  checked={state.network === network}
                  onChange={() => start(network)}
                />
                {NETWORKS[network].name}
              </label>
            ))}
          </fieldset>
          <div className="buttons">
            <button type="button" disabled={!isBuilt} onClick={() => start(state.network)}>
              Reload all three
            </button>
          </div>
          {built.problem ? (
            <p className="problem" role="alert">
              The apps could not be built. {built.problem}
            </p>
          ) : (
            <div className="progress">
              <p role="status">{summary(state, built.count)}</p>
              {!isBuilt && (
                <progress aria-label="Apps built" max={ALL.length} value={built.count} />
              )}
            </div>
          )}
        </div>
        <div className="contenders">
          {ALL.map((contender) => {
            const run = state.shown[contender];
            return (
              <ContenderCard
                key={contender}
                contender={contender}
                src={run ? `/compare/frames/${state.network}/${run}/${contender}/` : undefined}
                waits={state.queue.includes(contender)}
                result={state.results[contender]}
                longestMs={longestMs}
                isDisabled={!isBuilt}
                onMeasured={onMeasured}
                onReload={() => dispatch((before) => measureOne(before, contender))}
              />
            );
          })}
        </div>
        <section className="card" aria-labelledby="method">
          <h2 id="method">How it is measured</h2>
          <ul>
            <li>
              Every number is from this browser, now. The clock of a frame starts with its
              navigation. Nothing is cached, and scripts are compressed with gzip.
            </li>
            <li>The frames load one after the other, because at once they would share the CPU.</li>
            <li>
              The demo’s server delays and throttles all that it answers to a frame: page, scripts,
              identity and Stigg. A real network also takes its time to connect.
            </li>
            <li>
              The CPU is your own: a page cannot make it slower. <code>npm run bench</code> measures
              one that is four times as slow, and preload and server rendering too.
            </li>
            <li>
              All three have the same backend. With the identity it sends what the customer may use;
              by hand, nobody reads that, and the app waits for Stigg.
            </li>
          </ul>
        </section>
      </main>
      <footer>
        Nothing leaves this machine. Stigg’s API is an emulator that really verifies tokens.
      </footer>
    </>
  );
}

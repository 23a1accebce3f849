import { useHardenedCustomer } from 'hardened-stigg';
import { type Ref, useState } from 'react';
import { latestToken } from './identity';
import { RotationLane } from './rotation-lane';

/** Rotates the page's own token, and at the same moment the one of the integration by hand. */
export function RotationPanel({
  byHandRef,
  onRotate,
}: {
  byHandRef: Ref<HTMLElement>;
  onRotate: () => void;
}) {
  const { status, customerId, refresh } = useHardenedCustomer();
  const [said, setSaid] = useState('');

  async function rotate() {
    setSaid('');
    const before = latestToken().number;
    onRotate();
    await refresh();
    setSaid(
      latestToken().number > before
        ? 'There is a new token.'
        : 'There is no new token: the server did not give one.',
    );
  }

  return (
    <section className="card wide" aria-labelledby="rotation-title">
      <h3 id="rotation-title">Token rotation</h3>
      <p className="hint">
        A token lives 20 s here, and is replaced 5 s before it ends. Both sides rotate at the same
        moment, and Stigg takes 200 ms to answer, as it would over the internet. What does the
        customer see meanwhile?
      </p>
      {status === 'ready' ? (
        <>
          <div className="buttons">
            <button type="button" onClick={rotate}>
              Rotate now
            </button>
            <span className="quiet" role="status">
              {said}
            </span>
          </div>
          <div className="lanes" key={customerId}>
            <section aria-labelledby="ours-title">
              <h4 id="ours-title">With hardened-stigg</h4>
              <p className="hint">
                <code>&lt;HardenedStiggProvider&gt;</code>
              </p>
              <RotationLane readToken={latestToken} />
            </section>
            <section aria-labelledby="by-hand-title">
              <h4 id="by-hand-title">By hand</h4>
              <p className="hint">
                <code>useEffect</code> and <code>stigg.setCustomerId(id, token)</code>
              </p>
              <div ref={byHandRef as Ref<HTMLDivElement>} />
            </section>
          </div>
        </>
      ) : (
        <p className="quiet">Sign in to see it.</p>
      )}
    </section>
  );
}

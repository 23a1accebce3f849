import { useBooleanEntitlement } from '@stigg/react-sdk';
import { fetchIdentity, useHardenedCustomer } from 'hardened-stigg';
import { useEffect, useRef, useState } from 'react';

let tokens = 0;
let expiresAt = 0;

/** The endpoint that the provider is given: what it does with a URL, and a note of when the token ends. */
export async function fetchAndShowIdentity({ signal }: { signal: AbortSignal }) {
  const identity = await fetchIdentity('/api/identity', { signal });
  tokens = identity ? tokens + 1 : 0;
  expiresAt = Date.now() + (identity?.expiresIn ?? 0) * 1000;
  return identity;
}

/** Renders with every frame, and counts the renders in which a feature that is granted reads as denied. */
export function RotationPanel() {
  const { status, customerId } = useHardenedCustomer();
  return (
    <section className="card" aria-labelledby="rotation-title">
      <h3 id="rotation-title">Token rotation</h3>
      {status === 'ready' ? (
        <Rotation key={customerId} />
      ) : (
        <p className="hint">Sign in: tokens live 20 s here, and are renewed 5 s before they end.</p>
      )}
    </section>
  );
}

function Rotation() {
  const { hasAccess } = useBooleanEntitlement({ featureId: 'single-sign-on' });
  const first = useRef(hasAccess);
  const [counts, setCounts] = useState({ renders: 0, flickers: 0 });

  useEffect(() => {
    const frame = requestAnimationFrame(() =>
      setCounts(({ renders, flickers }) => ({
        renders: renders + 1,
        flickers: flickers + (hasAccess === first.current ? 0 : 1),
      })),
    );
    return () => cancelAnimationFrame(frame);
  });

  const seconds = Math.max(0, Math.ceil((expiresAt - Date.now()) / 1000));
  return (
    <dl className="hook rotation">
      <div>
        <dt>Token</dt>
        <dd>no. {tokens}</dd>
      </div>
      <div>
        <dt>Ends in</dt>
        <dd>{seconds} s</dd>
      </div>
      <div>
        <dt>Renders</dt>
        <dd>{counts.renders.toLocaleString('en')}</dd>
      </div>
      <div>
        <dt>Flickers</dt>
        <dd>
          <span className={`badge ${counts.flickers ? 'error' : 'ready'}`}>{counts.flickers}</span>
        </dd>
      </div>
    </dl>
  );
}

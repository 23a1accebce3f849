import { useNumericEntitlement } from '@stigg/react-sdk';
import { useEffect, useState } from 'react';
import type { Token } from './identity';
import { deniedMs, look, type RotationHistory } from './rotation-history';

const SHOWN_MS = 10_000;

/** The position of a moment in the strip, in percent. */
const percent = (at: number, now: number) =>
  Math.max(0, Math.round(1000 * (1 - (now - at) / SHOWN_MS)) / 10);

/** The last seconds, the newest on the right. Gaps are denied times; a line marks each new token. */
function Strip({ now, gaps, rotations }: RotationHistory) {
  const start = now - SHOWN_MS;
  return (
    <div className="strip" aria-hidden="true">
      {gaps
        .filter(({ to }) => to > start)
        .map(({ from, to }) => (
          <i
            key={from}
            className="gap"
            style={{
              left: `${percent(from, now)}%`,
              width: `${percent(to, now) - percent(from, now)}%`,
            }}
          />
        ))}
      {rotations
        .filter((at) => at > start)
        .map((at) => (
          <i key={at} className="rotated" style={{ left: `${percent(at, now)}%` }} />
        ))}
    </div>
  );
}

function Denied(history: RotationHistory) {
  const ms = Math.round(deniedMs(history));
  if (history.isDenied) return <span className="badge bad">now</span>;
  if (ms) return <span className="badge bad">{ms.toLocaleString('en')} ms</span>;
  return <span className="badge good">never</span>;
}

const endsIn = ({ endsAt }: Token) =>
  Number.isFinite(endsAt) ? `${Math.max(0, Math.ceil((endsAt - Date.now()) / 1000))} s` : 'never';

/** Reads a feature that is paid for with every frame, and keeps how long it read as denied. */
export function RotationLane({ readToken }: { readToken: () => Token }) {
  const { hasAccess, value } = useNumericEntitlement({ featureId: 'seats' });
  const token = readToken();
  const [history, setHistory] = useState<RotationHistory | null>(null);

  useEffect(() => {
    const frame = requestAnimationFrame((now) =>
      setHistory((before) => look(before, { now, hasAccess, tokenNumber: token.number })),
    );
    return () => cancelAnimationFrame(frame);
  });

  if (!history) return <p className="hint">Loading …</p>;
  return (
    <>
      <p className={`tile ${hasAccess ? 'granted' : 'denied'}`}>
        <span aria-hidden="true">{hasAccess ? '✓' : '✕'}</span> Seats{' '}
        <strong>{hasAccess ? value : 'Upgrade to get them'}</strong>
      </p>
      <Strip {...history} />
      <dl className="facts even">
        <div>
          <dt>Token</dt>
          <dd>no. {token.number}</dd>
        </div>
        <div>
          <dt>Ends in</dt>
          <dd>{endsIn(token)}</dd>
        </div>
        <div>
          <dt>Renders</dt>
          <dd>{history.renders.toLocaleString('en')}</dd>
        </div>
        <div>
          <dt>Denied</dt>
          <dd>
            <Denied {...history} />
          </dd>
        </div>
      </dl>
    </>
  );
}

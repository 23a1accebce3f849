import { useEffect, useLayoutEffect, useReducer } from 'react';

const BARS = 18;

/** A paid feature in an app that renders every 50 ms. Marks each change of what a user sees. */
export function Card({ useReading }: { useReading: () => boolean }) {
  const [tick, next] = useReducer((count: number) => count + 1, 0);
  const hasAccess = useReading();
  useEffect(() => {
    const timer = setInterval(next, 50);
    return () => clearInterval(timer);
  }, []);
  useLayoutEffect(() => {
    performance.mark(hasAccess ? 'entitled' : 'denied');
  }, [hasAccess]);
  return (
    <section className={hasAccess ? 'card' : 'card locked'}>
      <h1>Single sign-on</h1>
      <p>{hasAccess ? 'Sign-ins, live' : 'Not in your plan'}</p>
      <div className="chart">
        {Array.from({ length: BARS }, (_, i) => tick + i).map((x) => (
          <i key={x} style={{ height: `${55 + 28 * Math.sin(x / 2.3) + 17 * Math.sin(x * 2)}%` }} />
        ))}
        {!hasAccess && <a href="/pricing">Upgrade</a>}
      </div>
    </section>
  );
}

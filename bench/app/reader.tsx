import { useBooleanEntitlement } from '@stigg/react-sdk';
import { memo, useEffect, useLayoutEffect, useReducer } from 'react';

/** What the benches read from outside. */
export const seen = { renders: 0, denied: 0, granted: 0, hook: 0 };
Object.assign(globalThis, { seen });

function useReading() {
  const { hasAccess } = useBooleanEntitlement({ featureId: 'sso' });
  seen.renders++;
  if (hasAccess) seen.granted++;
  else seen.denied++;
  return hasAccess;
}

/** Marks the first entitled render, once it is in the document. */
const Entitled = memo(() => {
  const hasAccess = useReading();
  useLayoutEffect(() => {
    if (hasAccess && !performance.getEntriesByName('entitled').length) performance.mark('entitled');
  });
  return <p>{hasAccess ? 'granted' : 'denied'}</p>;
});

const Fresh = () => {
  useReading();
  return null;
};

/** Renders all the time, and mounts a new reader each time. */
function Ticking() {
  const [tick, next] = useReducer((count: number) => count + 1, 0);
  useReading();
  useEffect(() => {
    const timer = setInterval(next, 2);
    return () => clearInterval(timer);
  }, []);
  return <Fresh key={tick} />;
}

const query = new URLSearchParams(location.search);

/** `?readers=1000`, `?ticking`. */
export function Readers() {
  const count = Number(query.get('readers') ?? 1);
  return (
    <>
      {Array.from({ length: count }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <Entitled key={i} />
      ))}
      {query.has('ticking') && <Ticking />}
    </>
  );
}

/** Where Stigg is: another origin, as in production. */
export const stigg = {
  apiKey: 'client-bench',
  baseUri: query.get('stigg') ?? '',
  baseEdgeUri: query.get('stigg') ?? '',
};

/** How a bench asks a contender for a rotation; resolves when it is done. */
export const onRotate = (rotate: () => Promise<void>) => Object.assign(globalThis, { rotate });

import { useBooleanEntitlement } from '@stigg/react-sdk';
import { memo, useLayoutEffect } from 'react';
import { Ticking } from '../../test/helpers/ticking';
import { Card } from './card';

/** What the benches read from outside. */
export const seen = { renders: 0, denied: 0, idle: 0, hook: 0 };
Object.assign(globalThis, { seen });

function useReading() {
  const { hasAccess } = useBooleanEntitlement({ featureId: 'sso' });
  seen.renders++;
  if (!hasAccess) seen.denied++;
  return hasAccess;
}

/** Marks the first entitled render, once it is in the document. */
const Entitled = memo(() => {
  const hasAccess = useReading();
  seen.idle++;
  useLayoutEffect(() => {
    if (hasAccess && !performance.getEntriesByName('entitled').length) performance.mark('entitled');
  });
  return <p>{hasAccess ? 'granted' : 'denied'}</p>;
});

const query = new URLSearchParams(location.search);

/** `?readers=1000`, `?ticking`; `?card` instead of both, for the picture. */
export function Readers() {
  const count = Number(query.get('readers') ?? 1);
  if (query.has('card')) return <Card useReading={useReading} />;
  return (
    <>
      {Array.from({ length: count }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <Entitled key={i} />
      ))}
      {query.has('ticking') && <Ticking useReading={useReading} />}
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
export const onRotate = (rotate: () => Promise<unknown>) => Object.assign(globalThis, { rotate });

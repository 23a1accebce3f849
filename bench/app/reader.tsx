import { memo, useLayoutEffect } from 'react';
import { Ticking } from '../../test/helpers/ticking';
import { Card } from './card';
import type { OursProps } from './ours-app';

/** What the benches read from outside. */
export const seen = { renders: 0, denied: 0, deniedAgain: 0, idle: 0, hook: 0 };
Object.assign(globalThis, { seen });

/** The hook that a page reads with, from any package: `useReading = () => counted(useBooleanEntitlement(SSO))`. */
export function counted({ hasAccess }: { hasAccess: boolean }): boolean {
  seen.renders++;
  if (!hasAccess) {
    if (seen.renders > seen.denied + 1) seen.deniedAgain++; // it was granted before
    seen.denied++;
  }
  return hasAccess;
}

export const SSO = { featureId: 'sso' };

interface ReaderProps {
  useReading: () => boolean;
}

/** Marks the first entitled render, once it is in the document. */
const Entitled = memo(({ useReading }: ReaderProps) => {
  const hasAccess = useReading();
  seen.idle++;
  useLayoutEffect(() => {
    if (hasAccess && !performance.getEntriesByName('entitled').length) performance.mark('entitled');
  });
  return <p>{hasAccess ? 'granted' : 'denied'}</p>;
});

/** Empty on a server. */
export const query = new URLSearchParams(globalThis.location?.search);

/** `?readers=1000`, `?ticking`; `?card` instead of both, for the picture. */
export function Readers({ useReading }: ReaderProps) {
  const count = Number(query.get('readers') ?? 1);
  if (query.has('card')) return <Card useReading={useReading} />;
  return (
    <>
      {Array.from({ length: count }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <Entitled key={i} useReading={useReading} />
      ))}
      {query.has('ticking') && <Ticking useReading={useReading} />}
    </>
  );
}

/** What the server has put into the page for ours. */
export const { oursProps } = globalThis as { oursProps?: OursProps };

/** Where Stigg is: another origin, as in production. */
export const stigg = {
  apiKey: 'client-bench',
  baseUri: query.get('stigg') ?? '',
  baseEdgeUri: query.get('stigg') ?? '',
};

/** How a bench asks a contender for a rotation; resolves when it is done. */
export const onRotate = (rotate: () => Promise<unknown>) => Object.assign(globalThis, { rotate });

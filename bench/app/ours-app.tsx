import {
  HardenedStiggProvider,
  type HardenedStiggProviderProps,
  type Identity,
  useHardenedCustomer,
} from 'hardened-stigg';
import { memo } from 'react';
import { onRotate, query, Readers, seen } from './reader';

/** What differs between the pages of ours. */
export interface OursProps {
  identityEndpoint?: string;
  initialIdentity?: Identity;
}

const hookReaders = Number(query.get('readers') ?? 1);

const HookReader = memo(() => {
  seen.hook++;
  onRotate(useHardenedCustomer().refresh);
  return null;
});

export const Ours = ({
  stigg,
  identityEndpoint = '/api/identity',
  initialIdentity,
}: OursProps & {
  stigg: Pick<HardenedStiggProviderProps, 'apiKey' | 'baseUri' | 'baseEdgeUri'>;
}) => (
  <HardenedStiggProvider
    {...stigg}
    identityEndpoint={identityEndpoint}
    initialIdentity={initialIdentity}
  >
    {Array.from({ length: hookReaders }, (_, i) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
      <HookReader key={i} />
    ))}
    <Readers />
  </HardenedStiggProvider>
);

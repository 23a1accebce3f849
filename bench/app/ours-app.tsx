import type {
  HardenedStiggProvider,
  HardenedStiggProviderProps,
  Identity,
  useHardenedCustomer,
} from 'hardened-stigg';
import { memo } from 'react';
import { onRotate, query, Readers, seen } from './reader';

/** What differs between the pages of ours. */
export interface OursProps {
  identityEndpoint?: string;
  initialIdentity?: Identity;
}

export interface AppProps extends OursProps {
  stigg: Pick<HardenedStiggProviderProps, 'apiKey' | 'baseUri' | 'baseEdgeUri'>;
}

/** What differs between the two entries. */
interface EntryProps {
  Provider: typeof HardenedStiggProvider;
  useCustomer: typeof useHardenedCustomer;
  useReading: () => boolean;
}

const hookReaders = Number(query.get('readers') ?? 1);

const HookReader = memo(({ useCustomer }: Pick<EntryProps, 'useCustomer'>) => {
  seen.hook++;
  onRotate(useCustomer().refresh);
  return null;
});

export const Ours = ({
  stigg,
  identityEndpoint = '/api/identity',
  initialIdentity,
  Provider,
  useCustomer,
  useReading,
}: AppProps & EntryProps) => (
  <Provider {...stigg} identityEndpoint={identityEndpoint} initialIdentity={initialIdentity}>
    {Array.from({ length: hookReaders }, (_, i) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
      <HookReader key={i} useCustomer={useCustomer} />
    ))}
    <Readers useReading={useReading} />
  </Provider>
);

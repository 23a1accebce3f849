import { useBooleanEntitlement } from '@stigg/react-sdk';
import { HardenedStiggProvider, useHardenedCustomer } from 'hardened-stigg';
import { type AppProps, Ours } from './ours-app';
import { counted, SSO } from './reader';

const useReading = () => counted(useBooleanEntitlement(SSO));

export const Eager = (props: AppProps) => (
  <Ours
    {...props}
    Provider={HardenedStiggProvider}
    useCustomer={useHardenedCustomer}
    useReading={useReading}
  />
);

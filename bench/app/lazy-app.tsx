import {
  HardenedStiggProvider,
  useBooleanEntitlement,
  useHardenedCustomer,
} from 'hardened-stigg/lazy';
import { type AppProps, Ours } from './ours-app';
import { counted, SSO } from './reader';

const useReading = () => counted(useBooleanEntitlement(SSO));

export const Lazy = (props: AppProps) => (
  <Ours
    {...props}
    Provider={HardenedStiggProvider}
    useCustomer={useHardenedCustomer}
    useReading={useReading}
  />
);

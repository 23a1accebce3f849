import './measure';
import {
  HardenedCustomerGate,
  HardenedStiggProvider,
  useBooleanEntitlement,
  useNumericEntitlement,
} from 'hardened-stigg/lazy';
import { createRoot } from 'react-dom/client';
import { Features, STIGG } from './features';
import { IDENTITY_URL } from './measure';

createRoot(document.getElementById('root') as HTMLElement).render(
  <HardenedStiggProvider {...STIGG} identityEndpoint={IDENTITY_URL}>
    <HardenedCustomerGate loading={<p>Loading …</p>}>
      <Features {...{ useBooleanEntitlement, useNumericEntitlement }} />
    </HardenedCustomerGate>
  </HardenedStiggProvider>,
);

import { useBooleanEntitlement } from '@stigg/react-sdk';
import { useHardenedCustomer } from 'hardened-stigg';
import { memo, useEffect } from 'react';
import { EntitledPage } from '../../helpers/entitled-page';
import { Ticking } from '../../helpers/ticking';

/** What was read in every render, so that the test can check it. */
const readings: boolean[] = [];
Object.assign(globalThis, { readings });

const useReading = () => {
  readings.push(useBooleanEntitlement({ featureId: 'sso' }).hasAccess);
};

const Memoised = memo(() => {
  useReading();
  return null;
});

/** So that a test can await it: a click does not say when its refresh has finished. */
function Refresh() {
  const { refresh } = useHardenedCustomer();
  useEffect(() => {
    Object.assign(globalThis, { refresh });
  }, [refresh]);
  return null;
}

/** The page that the Chromium tests open. */
export const TestApp = () => (
  <>
    <EntitledPage />
    <Memoised />
    <Refresh />
    <Ticking useReading={useReading} />
  </>
);

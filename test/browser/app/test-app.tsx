import { useBooleanEntitlement } from '@stigg/react-sdk';
import { memo } from 'react';
import { EntitledPage } from '../../helpers/entitled-page';
import { Ticking } from '../../helpers/ticking';

/** What was read in every render, for the test to look at. */
const readings: boolean[] = [];
Object.assign(globalThis, { readings });

const useReading = () => {
  readings.push(useBooleanEntitlement({ featureId: 'sso' }).hasAccess);
};

const Memoised = memo(() => {
  useReading();
  return null;
});

/** The page that the Chromium tests open. */
export const TestApp = () => (
  <>
    <EntitledPage />
    <Memoised />
    <Ticking useReading={useReading} />
  </>
);

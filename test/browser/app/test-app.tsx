import { useBooleanEntitlement } from '@stigg/react-sdk';
import { memo, useEffect, useReducer } from 'react';
import { EntitledPage } from '../../helpers/entitled-page';

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

/** Renders all the time, and mounts a new reader each time. */
function Ticking() {
  const [tick, next] = useReducer((count: number) => count + 1, 0);
  useReading();
  useEffect(() => {
    const timer = setInterval(next, 2);
    return () => clearInterval(timer);
  }, []);
  return <Memoised key={tick} />;
}

/** The page that the Chromium tests open. */
export const TestApp = () => (
  <>
    <EntitledPage />
    <Memoised />
    <Ticking />
  </>
);

import type { useBooleanEntitlement, useNumericEntitlement } from '@stigg/react-sdk';
import { useLayoutEffect } from 'react';
import { API_KEY } from '../world';
import './frame.css';
import { STIGG_URL, tellEntitled } from './measure';

export const STIGG = { apiKey: API_KEY, baseUri: STIGG_URL, baseEdgeUri: STIGG_URL };

/** What reads entitlements: the SDK, or the lazy entry. */
interface Readers {
  useBooleanEntitlement: typeof useBooleanEntitlement;
  useNumericEntitlement: typeof useNumericEntitlement;
}

/** What the customer pays for. The same in each frame. */
export function Features({ useBooleanEntitlement, useNumericEntitlement }: Readers) {
  const hasSso = useBooleanEntitlement({ featureId: 'single-sign-on' }).hasAccess;
  const seats = useNumericEntitlement({ featureId: 'seats' });
  const isEntitled = hasSso && seats.hasAccess;
  useLayoutEffect(() => {
    if (isEntitled) tellEntitled();
  }, [isEntitled]);
  return (
    <ul>
      <Feature name="Single sign-on" value={hasSso && 'Included'} />
      <Feature name="Seats" value={seats.hasAccess && seats.value} />
    </ul>
  );
}

const Feature = ({ name, value }: { name: string; value: string | number | false | undefined }) => (
  <li className={value ? 'granted' : 'denied'}>
    {name} <strong>{value || 'Upgrade to get it'}</strong>
  </li>
);

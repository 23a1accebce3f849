import type { StiggContextValue } from '@stigg/react-sdk';
import { useContext } from 'react';
import { LazyStiggContext } from '../../src/lazy/context';
import { useStiggValue } from '../../src/react/use-stigg-value';
import type { StandInOwner } from '../../src/stigg/stand-in';

export {
  BooleanEntitlementGuard,
  MeteredEntitlementGuard,
  NumericEntitlementGuard,
  useBooleanEntitlement,
  useMeteredEntitlement,
  useNumericEntitlement,
} from '../../src/lazy';
/*
 * In the tests that run with both entries, this takes the place of Stigg's SDK if the entry is `hardened-stigg/lazy`:
 * the hooks and guards of that entry, and the context as its widgets see it.
 */
export { LazyStiggContext as StiggContext } from '../../src/lazy/context';

const NOBODY = { login: new AbortController().signal } as StandInOwner;
/** The SDK has not loaded yet, so calls of a test to its client have to wait. */
const NOT_YET = { stigg: {} } as StiggContextValue;

export function useStiggContext(): StiggContextValue {
  const {
    stigg,
    context = NOT_YET,
    owner = NOBODY,
    resourceId,
    version = 0,
  } = useContext(LazyStiggContext) ?? {};
  const value = useStiggValue(context, owner, resourceId, version);
  return context === NOT_YET ? ({ stigg } as StiggContextValue) : value;
}

import type { StiggContextValue } from '@stigg/react-sdk';

/* If the entry is `hardened-stigg/lazy`, this takes the place of Stigg's SDK in the test app. */
export {
  BooleanEntitlementGuard,
  Paywall,
  useBooleanEntitlement,
  useMeteredEntitlement,
  useNumericEntitlement,
} from 'hardened-stigg/lazy';

/** Exists in widgets only. What reads it here does nothing with it. */
export const useStiggContext = () => ({}) as StiggContextValue;

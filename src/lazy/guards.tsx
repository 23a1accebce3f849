import type {
  GetBooleanEntitlement,
  GetMeteredEntitlement,
  GetNumericEntitlement,
} from '@stigg/react-sdk';
import type { ReactElement, ReactNode } from 'react';
import {
  useBooleanEntitlement,
  useMeteredEntitlement,
  useNumericEntitlement,
} from './entitlement-hooks';

/** What a guard takes besides the parameters of its hook. */
export interface EntitlementGuardProps {
  /** Shown without access. Default: nothing. */
  noAccessComponent?: ReactNode;
  /** Shown with access. */
  children: ReactElement;
}

const guarded = (
  { hasAccess }: { hasAccess: boolean },
  { noAccessComponent, children }: EntitlementGuardProps,
): ReactElement => <>{hasAccess ? children : noAccessComponent}</>;

/** As `BooleanEntitlementGuard` of Stigg's SDK: the same props. */
export const BooleanEntitlementGuard = (
  props: GetBooleanEntitlement & EntitlementGuardProps,
): ReactElement => guarded(useBooleanEntitlement(props), props);

/** As `NumericEntitlementGuard` of Stigg's SDK: the same props. */
export const NumericEntitlementGuard = (
  props: GetNumericEntitlement & EntitlementGuardProps,
): ReactElement => guarded(useNumericEntitlement(props), props);

/** As `MeteredEntitlementGuard` of Stigg's SDK: the same props. */
export const MeteredEntitlementGuard = (
  props: GetMeteredEntitlement & EntitlementGuardProps,
): ReactElement => guarded(useMeteredEntitlement(props), props);

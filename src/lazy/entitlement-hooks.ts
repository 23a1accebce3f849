import type {
  BooleanEntitlement,
  GetBooleanEntitlement,
  GetMeteredEntitlement,
  GetNumericEntitlement,
  MeteredEntitlement,
  NumericEntitlement,
} from '@stigg/react-sdk';
import { createContext, useContext } from 'react';
import { answerEntitlement } from '../entitlements/answer';
import { CustomerContext } from '../react/context';
import type { Reads } from './create-reads';

const NoContext = createContext<{ stigg: Reads } | null>(null);

/** Answers as Stigg's hooks do without a `StiggProvider`: with the fallback. */
const NOBODY: Reads = {
  getBooleanEntitlement: (params) => answerEntitlement('boolean', null, params),
  getNumericEntitlement: (params) => answerEntitlement('numeric', null, params),
  getMeteredEntitlement: (params) => answerEntitlement('metered', null, params),
};

/** What answers in this component, under the provider of either entry. */
const useReads = (): Reads =>
  useContext(useContext(CustomerContext)?.stiggContext ?? NoContext)?.stigg ?? NOBODY;

/** As `useBooleanEntitlement` of Stigg's SDK: the same parameters and answers. */
export const useBooleanEntitlement = <T extends string>(
  params: Omit<GetBooleanEntitlement, 'featureId'> & { featureId: T },
): BooleanEntitlement => useReads().getBooleanEntitlement(params);

/** As `useNumericEntitlement` of Stigg's SDK: the same parameters and answers. */
export const useNumericEntitlement = <T extends string>(
  params: Omit<GetNumericEntitlement, 'featureId'> & { featureId: T },
): NumericEntitlement => useReads().getNumericEntitlement(params);

/** As `useMeteredEntitlement` of Stigg's SDK: the same parameters and answers. */
export const useMeteredEntitlement = <T extends string>(
  params: Omit<GetMeteredEntitlement, 'featureId'> & { featureId: T },
): MeteredEntitlement => useReads().getMeteredEntitlement(params);

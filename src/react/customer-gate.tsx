import type { ReactNode } from 'react';
import type { HardenedStiggError } from '../errors';
import { NestedProviderWarning } from './nested-provider-warning';
import { useHardenedCustomer } from './use-hardened-customer';

/** What {@link HardenedCustomerGate} shows in each state. */
export interface HardenedCustomerGateProps {
  /** Shown while `loading`. Default: nothing. */
  loading?: ReactNode;
  /** Shown to a visitor. Default: nothing. */
  anonymous?: ReactNode;
  /** Shown on an error; a function gets the error and `retry`, which requests again. Default: nothing. */
  error?: ReactNode | ((error: HardenedStiggError, retry: () => Promise<unknown>) => ReactNode);
  /** Shown once the customer is `ready`. */
  children?: ReactNode;
}

/**
 * Renders by the status of the customer.
 *
 * @param props what to show in each state
 * @example
 * ```tsx
 * <HardenedCustomerGate loading={<Spinner />} error={(error, retry) => <Problem error={error} retry={retry} />}>
 *   <Dashboard />
 * </HardenedCustomerGate>
 * ```
 */
export function HardenedCustomerGate({
  children,
  error,
  ...slots
}: HardenedCustomerGateProps): ReactNode {
  const customer = useHardenedCustomer();
  return (
    <>
      <NestedProviderWarning />
      {shown()}
    </>
  );

  function shown(): ReactNode {
    switch (customer.status) {
      case 'ready':
        return children;
      case 'error':
        return typeof error === 'function' ? error(customer.error, customer.refresh) : error;
      default:
        return slots[customer.status];
    }
  }
}

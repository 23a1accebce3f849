import {
  BooleanEntitlementGuard,
  type StiggContextValue,
  useMeteredEntitlement,
  useNumericEntitlement,
  useStiggContext,
} from '@stigg/react-sdk';
import { type HardenedCustomer, useHardenedCustomer } from 'hardened-stigg';

/** What a component of a user's app would show. */
export function EntitledPage({
  onRender,
}: {
  onRender?: (customer: HardenedCustomer, context: StiggContextValue) => void;
}) {
  const customer = useHardenedCustomer();
  const seats = useNumericEntitlement({ featureId: 'seats' });
  const reports = useMeteredEntitlement({ featureId: 'reports' });
  const context = useStiggContext();
  onRender?.(customer, context);
  return (
    <>
      <p data-testid="status">{customer.status}</p>
      <p data-testid="customer">{customer.customerId ?? 'nobody'}</p>
      <p data-testid="error">{customer.error?.code ?? 'none'}</p>
      <p data-testid="seats">{seats.hasAccess ? seats.value : 'denied'}</p>
      <p data-testid="reports">{reports.hasAccess ? `${reports.currentUsage} used` : 'denied'}</p>
      <BooleanEntitlementGuard featureId="sso" noAccessComponent={<p data-testid="sso">denied</p>}>
        <p data-testid="sso">granted</p>
      </BooleanEntitlementGuard>
      <button type="button" onClick={customer.refresh}>
        refresh
      </button>
      <button type="button" onClick={customer.signOut}>
        sign out
      </button>
    </>
  );
}

import {
  BooleanEntitlementGuard,
  type StiggContextValue,
  useMeteredEntitlement,
  useNumericEntitlement,
  useStiggContext,
} from '@stigg/react-sdk';
import { render, screen, waitFor } from '@testing-library/react';
import {
  type HardenedCustomer,
  HardenedStiggProvider,
  type HardenedStiggProviderProps,
  useHardenedCustomer,
} from 'hardened-stigg';
import { type ReactNode, StrictMode } from 'react';
import { expect, onTestFinished } from 'vitest';
import { expectNoLeak } from './leaks';

/** What a component of a user's app would show. */
function App({
  onRender,
}: {
  onRender: (customer: HardenedCustomer, context: StiggContextValue) => void;
}) {
  const customer = useHardenedCustomer();
  const seats = useNumericEntitlement({ featureId: 'seats' });
  const reports = useMeteredEntitlement({ featureId: 'reports' });
  onRender(customer, useStiggContext());
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
    </>
  );
}

export type AppProps = Omit<HardenedStiggProviderProps, 'children'>;

/** Renders an app under the real provider and the real SDK. */
export function renderApp(
  props: AppProps,
  { strict = false, children }: { strict?: boolean; children?: ReactNode } = {},
) {
  const seen: HardenedCustomer[] = [];
  onTestFinished(() => expectNoLeak('what the hook returned', seen));
  let context: StiggContextValue;
  const tree = (current: AppProps) => {
    const app = (
      <HardenedStiggProvider {...current}>
        <App
          onRender={(customer, current) => {
            seen.push(customer);
            context = current;
          }}
        />
        {children}
      </HardenedStiggProvider>
    );
    return strict ? <StrictMode>{app}</StrictMode> : app;
  };
  const view = render(tree(props));
  return {
    /** What the hook returned, render by render. */
    seen,
    customer: () => seen.at(-1) as HardenedCustomer,
    /** What `useStiggContext()` returned last. */
    context: () => context,
    rerender: (next: AppProps) => view.rerender(tree(next)),
    unmount: view.unmount,
  };
}

/** Waits until the page shows a status, and returns what the page then says. */
export async function shows(status: HardenedCustomer['status']) {
  await waitFor(() => expect(screen.getByTestId('status')).toHaveTextContent(status));
  const text = (id: string) => screen.getByTestId(id).textContent;
  return {
    customer: text('customer'),
    error: text('error'),
    sso: text('sso'),
    seats: text('seats'),
    reports: text('reports'),
  };
}

export const DENIED = { sso: 'denied', seats: 'denied', reports: 'denied' };
export const ACME = {
  customer: 'acme',
  error: 'none',
  sso: 'granted',
  seats: '5',
  reports: '3 used',
};

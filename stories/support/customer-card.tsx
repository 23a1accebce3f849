import * as sdk from '@stigg/react-sdk';
import { type HardenedCustomer, useHardenedCustomer } from 'hardened-stigg';
import type { ReactNode } from 'react';

export const StatusBadge = ({ status }: Pick<HardenedCustomer, 'status'>) => (
  <span className={`badge ${status}`}>{status}</span>
);

function Feature({
  name,
  isGranted,
  children = 'included',
}: {
  name: string;
  isGranted: boolean;
  children?: ReactNode;
}) {
  return (
    <li className={isGranted ? 'granted' : 'denied'}>
      <span className="mark" aria-hidden="true">
        {isGranted ? '✓' : '–'}
      </span>{' '}
      {name} <span className="value">{isGranted ? children : 'not included'}</span>
    </li>
  );
}

/** What reads entitlements: the SDK itself, or the lazy entry, whose hooks and guards have the same names. */
type Readers = Pick<
  typeof sdk,
  'BooleanEntitlementGuard' | 'useMeteredEntitlement' | 'useNumericEntitlement'
>;

/** What Stigg's own hooks and guard grant, which know nothing of hardening; or those of the lazy entry. */
export function Features({
  readers: { BooleanEntitlementGuard, useMeteredEntitlement, useNumericEntitlement } = sdk,
}: {
  readers?: Readers | undefined;
}) {
  const seats = useNumericEntitlement({ featureId: 'seats' });
  const reports = useMeteredEntitlement({ featureId: 'monthly-reports' });
  return (
    <ul className="features" aria-label="Features">
      <BooleanEntitlementGuard
        featureId="single-sign-on"
        noAccessComponent={<Feature name="Single sign-on" isGranted={false} />}
      >
        <Feature name="Single sign-on" isGranted />
      </BooleanEntitlementGuard>
      <Feature name="Seats" isGranted={seats.hasAccess}>
        {seats.value}
      </Feature>
      <Feature name="Monthly reports" isGranted={reports.hasAccess}>
        {reports.currentUsage} of {reports.usageLimit} used
      </Feature>
    </ul>
  );
}

/** Everything that the hook returns, and what is granted. `children` are the story's own buttons. */
export function CustomerCard({
  title = 'useHardenedCustomer()',
  readers,
  children,
}: {
  title?: string;
  readers?: Readers;
  children?: ReactNode;
}) {
  const customer = useHardenedCustomer();
  return (
    <section className="card">
      <h3>{title}</h3>
      <dl className="facts">
        <div>
          <dt>status</dt>
          <dd>
            <span role="status">
              <StatusBadge status={customer.status} />
            </span>
          </dd>
        </div>
        <div>
          <dt>customerId</dt>
          <dd>
            <code>{JSON.stringify(customer.customerId)}</code>
          </dd>
        </div>
        <div>
          <dt>error</dt>
          <dd>
            <code>{customer.error ? customer.error.code : 'null'}</code>
          </dd>
        </div>
      </dl>
      {customer.error && <p className="problem">{customer.error.message}</p>}
      <Features readers={readers} />
      {children && <div className="buttons">{children}</div>}
    </section>
  );
}

import {
  BooleanEntitlementGuard,
  useBooleanEntitlement,
  useMeteredEntitlement,
  useNumericEntitlement,
} from '@stigg/react-sdk';
import { type ReactNode, useState } from 'react';
import { send } from './send';

function Feature({
  name,
  isGranted,
  children,
}: {
  name: string;
  isGranted: boolean;
  children?: ReactNode;
}) {
  return (
    <li className={isGranted ? 'granted' : 'denied'}>
      <span className="mark" aria-hidden="true">
        {isGranted ? '✓' : '–'}
      </span>
      <span>{name}</span>
      <span className="value">{isGranted ? (children ?? 'Included') : 'Not included'}</span>
    </li>
  );
}

/** Stigg's own hooks and guard, which know nothing of hardening. */
export function FeaturesPanel() {
  const sso = useBooleanEntitlement({ featureId: 'single-sign-on' });
  const seats = useNumericEntitlement({ featureId: 'seats' });
  const reports = useMeteredEntitlement({ featureId: 'monthly-reports' });
  const [said, setSaid] = useState('');
  return (
    <section className="card" aria-labelledby="features-title">
      <h3 id="features-title">Features</h3>
      <ul className="features">
        <Feature name="Single sign-on" isGranted={sso.hasAccess} />
        <Feature name="Seats" isGranted={seats.hasAccess}>
          {seats.value}
        </Feature>
        <Feature name="Monthly reports" isGranted={reports.hasAccess}>
          {reports.currentUsage} of {reports.usageLimit} used
        </Feature>
        <BooleanEntitlementGuard
          featureId="priority-support"
          noAccessComponent={<Feature name="Priority support" isGranted={false} />}
        >
          <Feature name="Priority support" isGranted />
        </BooleanEntitlementGuard>
      </ul>
      <div className="buttons">
        <button
          type="button"
          onClick={async () => {
            const problem = await send('POST', '/api/report');
            setSaid(problem ?? 'The backend counted one report.');
          }}
        >
          Make a report
        </button>
        <span className="quiet" role="status">
          {said}
        </span>
      </div>
    </section>
  );
}

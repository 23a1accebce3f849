'use client';

import { BooleanEntitlementGuard, useNumericEntitlement } from '@stigg/react-sdk';
import { useHardenedCustomer } from 'hardened-stigg';

/** Stigg's own guard and hook, which know nothing of hardening. */
export function Features() {
  const { isLoading } = useHardenedCustomer();
  const seats = useNumericEntitlement({ featureId: 'seats' });

  return (
    <section aria-labelledby="features">
      <h2 id="features">Features</h2>
      {isLoading ? (
        <p>Loading …</p>
      ) : (
        <dl>
          <div>
            <dt>Single sign-on</dt>
            <dd>
              <BooleanEntitlementGuard
                featureId="single-sign-on"
                noAccessComponent={<span className="denied">Not included</span>}
              >
                <span>Included</span>
              </BooleanEntitlementGuard>
            </dd>
          </div>
          <div>
            <dt>Seats</dt>
            <dd>{seats.hasAccess ? seats.value : <span className="denied">Not included</span>}</dd>
          </div>
        </dl>
      )}
    </section>
  );
}

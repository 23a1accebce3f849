import {
  BooleanEntitlementGuard,
  useHardenedCustomer,
  useNumericEntitlement,
} from 'hardened-stigg/lazy';

/** As ../features.tsx: the imports are all that differs. */
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

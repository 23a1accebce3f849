import { Paywall } from '@stigg/react-sdk';
import { useHardenedCustomer } from 'hardened-stigg';
import { useState } from 'react';

/** Stigg's real paywall. Waits for the first answer, so that it does not show a visitor's plans first. */
export function PricingPanel() {
  const { isLoading } = useHardenedCustomer();
  const [picked, setPicked] = useState<string | null>(null);
  return (
    <section className="card wide" aria-labelledby="pricing-title">
      <h3 id="pricing-title">Pricing</h3>
      <p className="hint">Stigg’s own &lt;Paywall&gt; widget.</p>
      <div className="paywall">
        {isLoading ? (
          <p>Loading …</p>
        ) : (
          <Paywall onPlanSelected={({ plan }) => setPicked(plan.displayName)} />
        )}
      </div>
      <p className="hint" role="status">
        {picked && `You picked ${picked}. Your checkout would start here.`}
      </p>
    </section>
  );
}

import { Paywall, useStiggContext } from '@stigg/react-sdk';
import { useHardenedCustomer } from 'hardened-stigg';
import { useEffect, useState } from 'react';
import { send } from './send';
import { useStiggFeed } from './use-stigg-feed';

/** The number of the request with which the backend last changed this customer's plan or usage. */
function useLastWrite(customerId: string | null): number {
  const { requests } = useStiggFeed();
  const isWrite = (name: string) => name === 'ProvisionSubscription' || name === 'ReportUsage';
  const write = requests.find((one) => one.customerId === customerId && isWrite(one.operation));
  return write?.number ?? 0;
}

/** Stigg's real paywall. It is rendered after the first answer, so that it shows no visitor's plans first. */
export function PricingPanel() {
  const { isLoading, customerId } = useHardenedCustomer();
  const { stigg } = useStiggContext();
  const [said, setSaid] = useState('');
  const lastWrite = useLastWrite(customerId);

  // In each tab: the same customer has other entitlements now.
  useEffect(() => {
    if (lastWrite > 0) void stigg.refresh();
  }, [stigg, lastWrite]);

  return (
    <section className="card wide" aria-labelledby="pricing-title">
      <h3 id="pricing-title">Pricing</h3>
      <p className="hint">
        Stigg’s own &lt;Paywall&gt; widget. The backend changes the plan with Stigg’s server SDK.
      </p>
      <div className="paywall">
        {isLoading ? (
          <p>Loading …</p>
        ) : (
          <Paywall
            key={lastWrite}
            onPlanSelected={async ({ plan }) => {
              const problem = await send('POST', `/api/plan/${plan.id}`);
              setSaid(problem ?? `You are on ${plan.displayName} now.`);
            }}
          />
        )}
      </div>
      <p className="hint" role="status">
        {said}
      </p>
    </section>
  );
}

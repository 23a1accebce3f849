import { Paywall, useStiggContext } from '@stigg/react-sdk';
import { useHardenedCustomer } from 'hardened-stigg';
import { useEffect, useState } from 'react';
import { useStiggFeed } from './use-stigg-feed';

/** The number of the request with which the backend last changed this customer's plan or usage. */
function useLastWrite(customerId: string | null): number {
  const { requests } = useStiggFeed();
  const isWrite = (name: string) => name === 'ProvisionSubscription' || name === 'ReportUsage';
  const write = requests.find((one) => one.customerId === customerId && isWrite(one.operation));
  return write?.number ?? 0;
}

/** Stigg's real paywall. Waits for the first answer, so that it does not show a visitor's plans first. */
export function PricingPanel() {
  const { isLoading, customerId } = useHardenedCustomer();
  const { stigg } = useStiggContext();
  const [said, setSaid] = useState('');
  const lastWrite = useLastWrite(customerId);

  // In each tab: the same customer has other entitlements now.
  useEffect(() => {
    if (lastWrite > 0) void stigg.refresh();
  }, [stigg, lastWrite]);

  async function ask(path: string, done: string) {
    const response = await fetch(path, { method: 'POST' }).catch(() => null);
    setSaid(response?.ok ? done : ((await response?.text()) ?? 'The server did not answer.'));
  }

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
            onPlanSelected={({ plan }) =>
              ask(`/api/plan/${plan.id}`, `You are on ${plan.displayName} now.`)
            }
          />
        )}
      </div>
      <div className="buttons">
        <button type="button" onClick={() => ask('/api/report', 'The backend counted one report.')}>
          Make a report
        </button>
      </div>
      <p className="hint" role="status">
        {said}
      </p>
    </section>
  );
}

import { Paywall, useMeteredEntitlement, useStiggContext } from '@stigg/react-sdk';
import { useHardenedCustomer } from 'hardened-stigg';
import { useState } from 'react';

/** Usage up to a limit, and Stigg's own paywall. What is done is done by the backend, with Stigg's server SDK. */
export function Plan() {
  const { status } = useHardenedCustomer();
  const { stigg } = useStiggContext();
  const reports = useMeteredEntitlement({ featureId: 'reports' });
  const [said, setSaid] = useState('');
  const [changes, setChanges] = useState(0);

  async function post(path: string, body: object = {}) {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }).catch(() => null);
    setSaid((await response?.text()) ?? 'The server did not answer. Try again.');
    await stigg.refresh(); // the same customer, who has other entitlements now
    setChanges(changes + 1);
  }

  if (status !== 'ready') return null;
  return (
    <section aria-labelledby="plan">
      <h2 id="plan">Plan</h2>
      <p>
        {reports.currentUsage} of {reports.usageLimit} reports
      </p>
      <button type="button" onClick={() => post('/api/reports')}>
        Make a report
      </button>
      <p role="status">{said}</p>
      <Paywall
        key={changes}
        onPlanSelected={({ plan }) => void post('/api/plan', { planId: plan.id })}
      />
    </section>
  );
}

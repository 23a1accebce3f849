import { Paywall, useMeteredEntitlement, useStiggContext } from '@stigg/react-sdk';
import { useHardenedCustomer } from 'hardened-stigg';
import { useState } from 'react';
import { EntitledPage } from '../../helpers/entitled-page';

/** An app with a limit, a paywall and a backend that decides. */
export function LoopApp() {
  const { status, refresh } = useHardenedCustomer();
  const { stigg } = useStiggContext();
  const [said, setSaid] = useState('nothing yet');
  const oneMore = useMeteredEntitlement({
    featureId: 'reports',
    options: { requestedUsage: 1 },
  });

  const post = async (path: string, body?: object) => {
    const response = await fetch(path, { method: 'POST', body: JSON.stringify(body ?? {}) });
    setSaid(await response.text());
    if (status === 'ready') {
      await stigg.refresh(); // the same customer, with other entitlements
    } else {
      await refresh(); // another customer
    }
  };
  return (
    <>
      <EntitledPage />
      <p data-testid="one-more">{oneMore.hasAccess ? 'may' : 'may not'}</p>
      <p data-testid="backend">{said}</p>
      <button type="button" onClick={() => post('/api/session')}>
        sign up
      </button>
      <button type="button" onClick={() => post('/api/reports')}>
        make a report
      </button>
      <a href="/logout">log out</a>
      {status === 'ready' && (
        <Paywall onPlanSelected={({ plan }) => void post('/api/plan', { planId: plan.id })} />
      )}
    </>
  );
}

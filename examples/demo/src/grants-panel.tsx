import {
  useBooleanEntitlement,
  useMeteredEntitlement,
  useNumericEntitlement,
  useStiggContext,
} from '@stigg/react-sdk';
import { useHardenedCustomer } from 'hardened-stigg';
import { useLayoutEffect, useState } from 'react';
import { type FirstGrants, NO_GRANTS, note } from './first-grants';
import { bringStigg, useStiggFeed } from './use-stigg-feed';

const NAMES: Record<string, string> = {
  'single-sign-on': 'Single sign-on',
  seats: 'Seats',
  'monthly-reports': 'Monthly reports',
  'priority-support': 'Priority support',
};

/** Reads each feature with Stigg's hooks, and notes the first render that granted it. */
function useFirstGrants(): FirstGrants {
  const { customerId } = useHardenedCustomer();
  const { stigg } = useStiggContext();
  const reads: Record<string, boolean> = {
    'single-sign-on': useBooleanEntitlement({ featureId: 'single-sign-on' }).hasAccess,
    seats: useNumericEntitlement({ featureId: 'seats' }).hasAccess,
    'monthly-reports': useMeteredEntitlement({ featureId: 'monthly-reports' }).hasAccess,
    'priority-support': useBooleanEntitlement({ featureId: 'priority-support' }).hasAccess,
  };
  const granted = Object.keys(reads).filter((featureId) => reads[featureId]);
  // Until Stigg has loaded the customer, the answers are what the backend sent.
  const by = stigg.isCustomerLoaded ? 'Stigg' : 'backend';
  const [grants, setGrants] = useState(NO_GRANTS);

  useLayoutEffect(() => {
    setGrants((before) => note(before, { customerId, granted, by, now: performance.now() }));
  });
  return grants;
}

const inMs = (ms: number) => `${Math.round(ms).toLocaleString('en')} ms`;

function FirstGrantsTable({ grants, stiggAt }: FirstGrants) {
  return (
    <>
      <table className="grants">
        <thead>
          <tr>
            <th scope="col">Feature</th>
            <th scope="col">First granted</th>
            <th scope="col">By</th>
          </tr>
        </thead>
        <tbody>
          {grants.map(({ featureId, by, at }) => (
            <tr key={featureId}>
              <td>{NAMES[featureId]}</td>
              <td className="ms">{inMs(at)}</td>
              <td>
                <span className={`badge ${by === 'backend' ? 'good' : 'loading'}`}>{by}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="hint">
        In milliseconds since the navigation.{' '}
        {stiggAt === null
          ? 'Stigg itself has not answered yet.'
          : `Stigg itself had answered after ${inMs(stiggAt)}.`}
      </p>
    </>
  );
}

/** Who granted what first; and a switch to see it without Stigg. `reported` is what `onError` was told. */
export function GrantsPanel({ reported }: { reported: readonly string[] }) {
  const { isUp } = useStiggFeed();
  const grants = useFirstGrants();
  const [problem, setProblem] = useState<string | null>(null);
  return (
    <section className="card wide" aria-labelledby="grants-title">
      <h3 id="grants-title">Entitled before Stigg answers</h3>
      <p className="hint">
        With the identity, the backend sends what the customer may use, and the page shows it at
        once. Then Stigg answers. Take Stigg down and reload the page: it shows the same.
      </p>
      <label className="switch">
        <input
          type="checkbox"
          role="switch"
          checked={isUp}
          aria-checked={isUp}
          onChange={async (event) => setProblem(await bringStigg(event.target.checked))}
        />
        <span>
          Stigg answers: <strong>{isUp ? 'yes' : 'no, it is down'}</strong>
        </span>
      </label>
      <div className="buttons">
        <button type="button" onClick={() => location.reload()}>
          Reload the page
        </button>
        <span role="status">
          <code>onError</code> was told{' '}
          {reported.length === 0 ? (
            'nothing.'
          ) : (
            <>
              {reported.length === 1 ? 'once' : `${reported.length} times`}:{' '}
              <code>{reported.at(-1)}</code>
            </>
          )}
        </span>
      </div>
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {grants.grants.length > 0 ? (
        <FirstGrantsTable {...grants} />
      ) : (
        <p className="quiet">Nothing is granted. Sign in to see it.</p>
      )}
    </section>
  );
}

import { useHardenedCustomer } from 'hardened-stigg';
import { useState } from 'react';
import { CUSTOMERS } from '../world';
import { send } from './send';

/** Signs in to the app itself, and out; shows what the hook says. */
export function CustomerPanel() {
  const customer = useHardenedCustomer();
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function changeSession(
    method: 'POST' | 'DELETE',
    path: string,
    tellProvider: () => unknown,
  ) {
    if (isBusy) return;
    setIsBusy(true); // not `disabled`, which would take the focus away
    const failure = await send(method, path);
    setProblem(failure);
    if (!failure) await tellProvider();
    setIsBusy(false);
  }
  const signIn = (customerId: string) =>
    changeSession('POST', `/api/session/${customerId}`, customer.refresh);
  // The session ends first: other tabs request the identity as soon as this one signs out.
  const signOut = () => changeSession('DELETE', '/api/session', customer.signOut);

  return (
    <section className="card" aria-labelledby="customer-title">
      <h3 id="customer-title">Who is signed in</h3>
      <div className="buttons">
        {Object.entries(CUSTOMERS).map(([id, { name, planId }]) => (
          <button
            key={id}
            type="button"
            aria-pressed={customer.customerId === id}
            aria-disabled={isBusy}
            onClick={() => signIn(id)}
          >
            {name} <small>{planId} plan</small>
          </button>
        ))}
        <button
          type="button"
          aria-pressed={customer.status === 'anonymous'}
          aria-disabled={isBusy}
          onClick={signOut}
        >
          Nobody <small>sign out</small>
        </button>
      </div>
      {problem && (
        <p className="problem" role="alert">
          That did not work. {problem}
        </p>
      )}
      <div role="status">
        <p className="hint hook-title">
          <code>useHardenedCustomer()</code> says
        </p>
        <dl className="facts">
          <div>
            <dt>status</dt>
            <dd>
              <span className={`badge ${customer.status}`}>{customer.status}</span>
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
      </div>
      {customer.error && (
        <div className="problem">
          <p>{customer.error.message}</p>
          <button type="button" onClick={() => customer.refresh()}>
            Try again
          </button>
        </div>
      )}
    </section>
  );
}

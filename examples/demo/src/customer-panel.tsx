import { useHardenedCustomer } from 'hardened-stigg';
import { useState } from 'react';
import { CUSTOMERS } from '../world';

/** Signs in and out of the app itself, and shows what the hook makes of it. */
export function CustomerPanel() {
  const customer = useHardenedCustomer();
  const [isBusy, setIsBusy] = useState(false);

  async function changeSession(change: () => Promise<unknown>) {
    if (isBusy) return;
    setIsBusy(true); // not `disabled`, which would take the focus away
    await change();
    setIsBusy(false);
  }
  const signIn = (customerId: string) =>
    changeSession(async () => {
      await fetch(`/api/session/${customerId}`, { method: 'POST' });
      await customer.refresh();
    });
  const signOut = () =>
    changeSession(async () => {
      // In this order: other tabs ask who is signed in as soon as this one signs out.
      await fetch('/api/session', { method: 'DELETE' });
      customer.signOut();
    });

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
      <div role="status">
        <p className="hint hook-title">useHardenedCustomer() says</p>
        <dl className="hook">
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
        <p className="problem">
          {customer.error.message}{' '}
          <button type="button" onClick={() => customer.refresh()}>
            Try again
          </button>
        </p>
      )}
    </section>
  );
}

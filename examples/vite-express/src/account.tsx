import type { HardenedCustomer } from 'hardened-stigg';
import { useState } from 'react';
import { CUSTOMERS } from '../customers';

/** Signs in and out of the app itself, and shows what the hook makes of it. Knows neither entry. */
export function Account({ customer }: { customer: HardenedCustomer }) {
  const [hasFailed, setHasFailed] = useState(false);

  async function request(init: RequestInit): Promise<boolean> {
    const response = await fetch('/api/session', init).catch(() => null);
    const isOk = response?.ok === true;
    setHasFailed(!isOk);
    return isOk;
  }

  async function signIn(customerId: string) {
    const isSignedIn = await request({
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ customerId }),
    });
    if (isSignedIn) await customer.refresh();
  }

  async function signOut() {
    // In this order: other tabs ask who is signed in as soon as this one signs out.
    if (await request({ method: 'DELETE' })) customer.signOut();
  }

  return (
    <section aria-labelledby="account">
      <h2 id="account">Account</h2>
      <div role="status">
        {customer.status === 'loading' && <p>Loading …</p>}
        {customer.status === 'anonymous' && <p>You are not signed in.</p>}
        {customer.status === 'ready' && <p>Signed in as {CUSTOMERS[customer.customerId]}.</p>}
      </div>
      {customer.status === 'error' && (
        <>
          <p role="alert">{customer.error.message}</p>
          <button type="button" onClick={customer.refresh}>
            Try again
          </button>
        </>
      )}
      {customer.status === 'anonymous' &&
        Object.entries(CUSTOMERS).map(([id, name]) => (
          <button key={id} type="button" onClick={() => signIn(id)}>
            Sign in as {name}
          </button>
        ))}
      {(customer.status === 'ready' || customer.status === 'error') && (
        <button type="button" onClick={signOut}>
          Sign out
        </button>
      )}
      {hasFailed && <p role="alert">The server did not answer as it should. Try again.</p>}
    </section>
  );
}

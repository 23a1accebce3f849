'use client';

import { useHardenedCustomer } from 'hardened-stigg';
import { signIn, signOut } from './actions';
import { CUSTOMERS } from './customers';

/** Signs in and out of the app itself, and shows what the hook makes of it. */
export function Account() {
  const customer = useHardenedCustomer();
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
      {customer.status === 'anonymous' && (
        <form action={signIn}>
          {Object.entries(CUSTOMERS).map(([id, name]) => (
            <button key={id} type="submit" name="customerId" value={id}>
              Sign in as {name}
            </button>
          ))}
        </form>
      )}
      {(customer.status === 'ready' || customer.status === 'error') && (
        <form action={signOut}>
          <button type="submit">Sign out</button>
        </form>
      )}
    </section>
  );
}

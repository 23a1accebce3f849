import { useHardenedCustomer } from 'hardened-stigg';
import { useState } from 'react';
import { CUSTOMERS } from '../customers';
import { type Session, signIn, signOut } from './session';

interface AccountProps {
  session: Session | null;
  onSession: (session: Session | null) => void;
}

/** Signs in and out of the app itself, and shows what the hook makes of it. */
export function Account({ session, onSession }: AccountProps) {
  const customer = useHardenedCustomer();
  const [hasFailed, setHasFailed] = useState(false);

  async function change(next: Promise<Session | null>) {
    try {
      onSession(await next);
      setHasFailed(false);
    } catch {
      setHasFailed(true);
    }
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
          <button key={id} type="button" onClick={() => change(signIn(id))}>
            Sign in as {name}
          </button>
        ))}
      {session && (customer.status === 'ready' || customer.status === 'error') && (
        <button type="button" onClick={() => change(signOut(session).then(() => null))}>
          Sign out
        </button>
      )}
      {hasFailed && <p role="alert">The API did not answer as it should. Try again.</p>}
    </section>
  );
}

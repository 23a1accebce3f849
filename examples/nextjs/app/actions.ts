'use server';

import { CUSTOMERS } from './customers';
import { endSession, startSession } from './session';

// Both change a cookie, so Next renders the layout again: with another `sessionKey`.

/** A real app checks a password here. */
export async function signIn(form: FormData): Promise<void> {
  const customerId = form.get('customerId');
  if (typeof customerId === 'string' && Object.hasOwn(CUSTOMERS, customerId)) {
    await startSession(customerId);
  }
}

export async function signOut(): Promise<void> {
  await endSession();
}

'use server';

import { CUSTOMERS } from './customers';
import { endSession, getSession, startSession } from './session';
import { getStigg } from './stigg';

// Signing in and out change a cookie, so Next renders the layout again: with another `sessionKey`.

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

const FEATURE = { featureId: 'reports' };

/** Counts a report, if the customer may make one; says what happened. */
export async function makeReport(): Promise<string> {
  const session = await getSession();
  if (!session) return 'Sign in first.';
  const { customerId } = session;
  const stigg = await getStigg();
  const options = { requestedUsage: 1 };
  const { hasAccess } = await stigg.getMeteredEntitlement({ customerId, ...FEATURE, options });
  if (!hasAccess) return 'The limit is reached: choose another plan.';
  await stigg.reportUsage({ customerId, ...FEATURE, value: 1 });
  return 'Here is your report.';
}

/** A real app asks for a payment first, where the plan costs something. */
export async function choosePlan(planId: string): Promise<string> {
  const session = await getSession();
  if (!session) return 'Sign in first.';
  const stigg = await getStigg();
  await stigg.provisionSubscription({ customerId: session.customerId, planId: String(planId) });
  return 'Your plan has changed.';
}

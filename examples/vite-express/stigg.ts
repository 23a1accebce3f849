import { Stigg } from '@stigg/node-server-sdk';

/** Stigg's own server SDK: it decides in the backend, and changes what a customer has. */
export const startStigg = (url: string | undefined) =>
  Stigg.initialize({
    apiKey: process.env.STIGG_SERVER_API_KEY ?? 'server-emulator',
    // The emulator, which has no realtime updates.
    ...(url && { baseUri: url, baseEdgeUri: url, realtimeUpdatesEnabled: false }),
  });

const FEATURE = { featureId: 'reports' };

/** Counts a report, if the customer may make one; says what happened. */
export async function makeReport(stigg: Stigg, customerId: string): Promise<string> {
  const options = { requestedUsage: 1 };
  const { hasAccess } = await stigg.getMeteredEntitlement({ customerId, ...FEATURE, options });
  if (!hasAccess) return 'The limit is reached: choose another plan.';
  await stigg.reportUsage({ customerId, ...FEATURE, value: 1 });
  return 'Here is your report.';
}

/** A real app asks for a payment first, where the plan costs something. */
export async function choosePlan(
  stigg: Stigg,
  customerId: string,
  planId: string,
): Promise<string> {
  await stigg.provisionSubscription({ customerId, planId });
  return 'Your plan has changed.';
}

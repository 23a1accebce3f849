import type { EmulatorPlan, Entitlements, StiggEmulatorOptions } from 'hardened-stigg/emulator';

/** Keys and a secret for this demo only. They open nothing. */
export const API_KEY = 'client-demo-publishable-key';
export const SIGNING_SECRET = 'demo-signing-secret';
export const SERVER_KEY = 'server-demo-key';

export const PLANS: EmulatorPlan[] = [
  {
    id: 'free',
    name: 'Free',
    description: 'For trying things out',
    entitlements: { seats: 2, 'monthly-reports': { limit: 5 } },
  },
  {
    id: 'pro',
    name: 'Pro',
    description: 'For teams that ship',
    monthlyPrice: 49,
    entitlements: {
      seats: 25,
      'monthly-reports': { limit: 500 },
      'single-sign-on': true,
      'priority-support': true,
    },
  },
];

export const CUSTOMERS: StiggEmulatorOptions['customers'] = {
  acme: {
    name: 'Acme',
    planId: 'pro',
    usage: { 'monthly-reports': 137 },
  },
  globex: {
    name: 'Globex',
    planId: 'free',
    usage: { 'monthly-reports': 4 },
  },
};

/** What a backend knows of a customer: the plan's entitlements, and what has been used. */
export function entitlementsOf(customerId: string): Entitlements {
  const { planId, usage = {} } = CUSTOMERS[customerId] ?? {};
  const { entitlements = {} } = PLANS.find(({ id }) => id === planId) ?? {};
  return Object.fromEntries(
    Object.entries(entitlements).map(([id, entitlement]) => [
      id,
      typeof entitlement === 'object' ? { ...entitlement, usage: usage[id] } : entitlement,
    ]),
  );
}

import { randomUUID } from 'node:crypto';
import { createStiggEmulator } from 'hardened-stigg/emulator';

/** Stigg, emulated on this machine. What it signs with is made up here, and opens nothing. */
export function startEmulator() {
  process.env.STIGG_SIGNING_SECRET ||= randomUUID();
  return createStiggEmulator({
    signingSecret: process.env.STIGG_SIGNING_SECRET,
    plans: [
      { id: 'free', name: 'Free', entitlements: { seats: 2, reports: { limit: 5 } } },
      {
        id: 'pro',
        name: 'Pro',
        monthlyPrice: 49,
        entitlements: { 'single-sign-on': true, seats: 25, reports: { limit: 500 } },
      },
    ],
    customers: {
      acme: { planId: 'pro', usage: { reports: 137 } },
      globex: { planId: 'free', usage: { reports: 4 } },
    },
  });
}

import { randomUUID } from 'node:crypto';
import { createStiggEmulator } from 'hardened-stigg/emulator';

/** Plays Stigg on this machine. What it signs with is made up here, and opens nothing. */
export function startEmulator() {
  process.env.STIGG_SIGNING_SECRET ||= randomUUID();
  return createStiggEmulator({
    signingSecret: process.env.STIGG_SIGNING_SECRET,
    customers: {
      acme: { entitlements: { 'single-sign-on': true, seats: 25 } },
      globex: { entitlements: { seats: 2 } },
    },
  });
}

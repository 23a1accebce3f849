import { randomUUID } from 'node:crypto';
import { createStiggEmulator } from 'hardened-stigg/emulator';

/** Emulates Stigg on this machine. Its secret is for this example only, and opens nothing. */
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

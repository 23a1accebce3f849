import {
  createStiggEmulator,
  type StiggEmulator,
  type StiggEmulatorOptions,
} from 'hardened-stigg/emulator';
import { createIdentityHandler } from 'hardened-stigg/server';
import { onTestFinished } from 'vitest';
import { expectNoLeak } from './leaks';
import { SIGNING_SECRET } from './secret';
import { serve } from './serve';

/** `acme` pays, `globex` does not. */
export const CUSTOMERS = {
  acme: {
    name: 'Acme',
    entitlements: { sso: true, seats: 5, reports: { limit: 10, usage: 3 } },
    resources: { 'site-1': { entitlements: { backups: true } } },
  },
  globex: { name: 'Globex', entitlements: {} },
} satisfies StiggEmulatorOptions['customers'];

/** Runs the emulator on a port until the test ends. */
export async function startStigg(options: Partial<StiggEmulatorOptions> = {}) {
  const emulator = createStiggEmulator({
    signingSecret: SIGNING_SECRET,
    customers: CUSTOMERS,
    ...options,
  });
  const server = await serve(emulator.fetch);
  onTestFinished(server.close);
  onTestFinished(() => expectNoLeak("the emulator's requests", emulator.requests));
  return {
    emulator,
    stigg: { apiKey: 'client-tests', baseUri: server.url, baseEdgeUri: server.url },
    /** The requests about customers, without those for the SDK's own configuration. */
    customerRequests: () => emulator.requests.filter((request) => request.customerId !== null),
  };
}

type Answer = (request: Request) => Response | Promise<Response>;

/** Runs an identity endpoint on a port until the test ends; `answer` may be replaced on the way. */
export async function startIdentity(answer: Answer) {
  const identity = { answer, requests: [] as Request[], url: '' };
  const server = await serve((request) => {
    identity.requests.push(request);
    return identity.answer(request);
  });
  identity.url = `${server.url}/api/identity`;
  onTestFinished(server.close);
  return identity;
}

/** The real identity handler, with a new expiring token for each request. */
export const expiring = (emulator: StiggEmulator, customerId: string, lifetimeMs = 600_000) =>
  createIdentityHandler({
    signingSecret: SIGNING_SECRET,
    getCustomerId: () => ({
      customerId,
      customerToken: emulator.issueToken(customerId, lifetimeMs),
      expiresIn: lifetimeMs / 1000,
    }),
  });

/** The real identity handler, with a session that `customerId` decides. */
export const signedIn = (customerId: string | null, signingSecret = SIGNING_SECRET) =>
  createIdentityHandler({
    signingSecret,
    getCustomerId: () => customerId,
    allowedOrigins: ['http://localhost:3000'],
  });

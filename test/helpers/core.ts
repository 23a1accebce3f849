import type { Identity, IdentityEndpoint } from 'hardened-stigg';
import { onTestFinished, vi } from 'vitest';
import { createHardenedCustomer } from '../../src/core/hardened-customer';
import type { Session, SessionStart } from '../../src/core/session';
import type { HardenedStiggError } from '../../src/errors';
import type { Client } from '../../src/stigg/client';
import { quiet } from './clocks';

/*
 * The core without React, with a client of our own. React and the SDK do some things at moments that a test cannot
 * choose. Here, a test chooses them.
 */

/** Lets everything finish that waits for no timer. */
export const turn = () => quiet(3);

/** Time passes on the clocks that `stopTime()` has stopped. Not `pass()` of fake-time.ts: there is no React to wait for. */
export async function passTime(ms: number) {
  await vi.advanceTimersByTimeAsync(ms);
  await turn();
}

export const identityOf = (customerId: string, more: Partial<Identity> = {}): Identity => ({
  customerId,
  customerToken: `token-of-${customerId}`,
  ...more,
});

/** A client that accepts whom it is given, or refuses everybody. */
export class TestClient implements Client {
  given: string[] = [];
  isCustomerLoaded = false;
  isResourceLoaded = false;
  accepts = true;
  async setCustomerId(customerId: string, _token?: string | null, resourceId?: string | null) {
    this.given.push(resourceId ? `${customerId} ${resourceId}` : customerId);
    this.isCustomerLoaded = this.accepts;
    this.isResourceLoaded = this.accepts && !!resourceId;
  }
  clearCustomer() {
    this.isCustomerLoaded = false;
  }
  async waitForInitialization() {}
}

interface CoreProps {
  identityEndpoint?: IdentityEndpoint | undefined;
  initialIdentity?: Identity | null;
  identity?: Identity | null;
  sessionKey?: string | null;
  apiKey?: string;
}

/** A core with one session, which is in use and not started. */
export function startCore({
  identityEndpoint = async () => identityOf('acme'),
  initialIdentity,
  identity,
  sessionKey,
  apiKey = `client-${crypto.randomUUID()}`,
}: CoreProps = {}) {
  const requests = vi.fn(
    identityEndpoint as Extract<IdentityEndpoint, (...args: never) => unknown>,
  );
  const errors: HardenedStiggError[] = [];
  const options = {
    apiKey,
    identityEndpoint: requests,
    identity,
    retries: 0,
    timeoutMs: 10_000,
    refreshMarginMs: 60_000,
    syncTabs: true,
    onError: (error: HardenedStiggError) => errors.push(error),
  };
  const core = createHardenedCustomer(options, initialIdentity);
  const createSession = (start: Partial<SessionStart> = {}) =>
    core.createSession({
      sessionKey,
      identity,
      resourceId: undefined,
      isHydrated: true,
      ...start,
    });
  const session = createSession();
  core.use(session);
  onTestFinished(core.mount());
  const seen: string[] = [];
  session.subscribe(() => {
    const { status } = session.getSnapshot();
    if (seen.at(-1) !== status) seen.push(status);
  });
  const client = new TestClient();
  return {
    core,
    session,
    createSession,
    client,
    requests,
    errors,
    /** The statuses of the session, one after the other. */
    seen,
    /** A render with another `identity` prop. */
    follow: (identity: Identity | null | undefined) => core.configure({ ...options, identity }),
    /** Starts the session with its client, until the test ends. */
    begin: async () => {
      onTestFinished(session.start());
      session.attach(client);
      await turn();
    },
  };
}

export const shown = ({ getSnapshot }: Session) => {
  const { status, customerId } = getSnapshot();
  return customerId === null ? status : `${status} ${customerId}`;
};

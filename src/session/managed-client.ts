import type { StiggClient } from '@stigg/react-sdk';

/** What a session tells the client that stands in for the SDK's. */
export interface ManagedClientOwner {
  /** The client that answers now. */
  getActive: () => StiggClient;
  /** The resource whose entitlements the active client holds. */
  getResourceId: () => string | undefined;
  onResource: (resourceId: string | undefined) => void;
  signOut: () => void;
}

const ENTITLEMENT_READ = /get\w*Entitlement/;

type Call = (...args: unknown[]) => unknown;

/**
 * The StiggClient that components see: a stable stand-in that passes everything on to the client that
 * answers at the time of the call. The identity belongs to the session, so `setCustomerId()` is refused
 * and `clearCustomer()` signs out.
 *
 * `client` is the SDK's own and is never given a customer: it is what denies.
 */
export function createManagedClient(client: StiggClient, owner: ManagedClientOwner): StiggClient {
  const methods: Record<PropertyKey, unknown> & Partial<StiggClient> = {
    setCustomerId: async () => {
      throw new Error('HardenedStiggProvider owns the identity: call refresh() instead.');
    },
    clearCustomer: owner.signOut,
    setResource: (resourceId) => {
      const active = owner.getActive();
      if (active.isCustomerLoaded) owner.onResource(resourceId);
      return active.setResource(resourceId);
    },
    clearResource: () => {
      owner.getActive().clearResource();
      owner.onResource(undefined);
    },
    waitForInitialization: async () => {
      await client.waitForInitialization();
      return managed;
    },
  };

  /** While another resource loads, the SDK would answer for it with the last one's entitlements. */
  const answering = (key: PropertyKey, asked: unknown) => {
    const resourceId = (asked as { resourceId?: string } | undefined)?.resourceId ?? asked;
    return typeof resourceId === 'string' &&
      resourceId !== owner.getResourceId() &&
      ENTITLEMENT_READ.test(String(key))
      ? client
      : owner.getActive();
  };
  const read = (from: StiggClient, key: PropertyKey) => from[key as keyof StiggClient] as unknown;

  const managed = new Proxy(client, {
    get(_, key) {
      if (typeof read(client, key) !== 'function') return read(owner.getActive(), key);
      methods[key] ??= (...args: unknown[]) => {
        const target = answering(key, args[0]);
        return (read(target, key) as Call).apply(target, args);
      };
      return methods[key];
    },
  });
  return managed;
}

import { type Answers, answerListed, type EntitlementRead } from '../entitlements/answer';
import { HardenedStiggError } from '../errors';
import { withDeadline } from '../with-deadline';
import type { Client } from './client';
import { markStandIn, type StandInOwner } from './stand-in';

type Method = (...args: unknown[]) => unknown;

/** Answered at once, from what is loaded. */
const READ = /^get(Boolean|Numeric|Metered)Entitlement$/;
/** Answers of the SDK's data hooks without a client. Its client rejects, and a hook would keep what it has. */
const WITHOUT_CUSTOMER: Record<string, () => unknown> = {
  getActiveSubscriptions: () => [],
  getActiveSubscriptionsList: () => [],
  getCustomerPortal: () => null,
};

/** Every public member of a client: what its classes have, and what every object has. Its own fields are private. */
function* membersOf(client: object): Generator<[string, PropertyDescriptor]> {
  for (
    let prototype = Object.getPrototypeOf(client);
    prototype;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    yield* Object.entries(Object.getOwnPropertyDescriptors(prototype));
  }
}

/**
 * The client that components see, in place of the SDK's own: a frozen object with the same public methods, each
 * of which goes to the client that may answer at the time of the call. It belongs to one login. After that it
 * denies, its listeners hear nothing, and what it promised rejects.
 *
 * @param base the SDK's own client, which is never given a customer: it is what denies
 */
export function createClientView<C extends Client>(base: C, owner: StandInOwner): C {
  const { login } = owner;
  const answers = () => (login.aborted ? undefined : owner.getAnswers());
  const target = () => (answers()?.client ?? base) as Client & Record<string, unknown>;
  const call = (from: object, key: string, args: unknown[]) =>
    ((from as Record<string, unknown>)[key] as Method)(...args);

  /** While another resource loads, the SDK would answer for it with the last one's entitlements. */
  const holder = (resourceId: unknown) =>
    resourceId && resourceId !== answers()?.resourceId ? base : target();

  /** Who listens by this stand-in. One that is gone leaves nothing behind, however long the login lasts. */
  const listening: unknown[][] = [];
  login.addEventListener('abort', () => {
    for (const args of listening) call(base, 'removeListener', args);
  });

  const own: Record<string, Method> = {
    setCustomerId: async (customerId) => {
      const settled = await owner.refresh();
      if (settled.customerId !== customerId) {
        throw new HardenedStiggError(
          'identity_mismatch',
          'setCustomerId() named another customer than the identity endpoint: sign in on your backend first.',
        );
      }
    },
    clearCustomer: () => owner.signOut(),
    setResource: (resourceId) => {
      const active = target();
      if (active !== base) owner.keepResource(resourceId as string);
      return call(active, 'setResource', [resourceId]);
    },
    clearResource: () => {
      call(target(), 'clearResource', []);
      owner.keepResource(undefined);
    },
    addListener: (...args) => {
      if (login.aborted) return;
      call(base, 'addListener', args);
      listening.push(args);
    },
    removeListener: (...args) => {
      call(base, 'removeListener', args);
      const index = listening.findIndex(
        ([event, listener]) => event === args[0] && listener === args[1],
      );
      if (index >= 0) listening.splice(index, 1);
    },
    waitForInitialization: async () => {
      await base.waitForInitialization();
      return view;
    },
  };

  /** Until Stigg has answered, a read is answered from what the backend has vouched for. */
  const read =
    (key: string, kind: keyof Answers): Method =>
    (...args) => {
      const params = args[0] as EntitlementRead;
      const { client, entitlements } = answers() ?? {};
      const known = !client && entitlements && answerListed(kind, entitlements, params);
      return known || call(holder(params.resourceId), key, args);
    };

  /** A method that returns a promise: waits for the load, and then answers for the customer. */
  const request =
    (key: string): Method =>
    (...args) => {
      const promise = withDeadline(
        login.aborted ? undefined : login, // afterwards, it answers a visitor
        undefined,
        async () => {
          if (!login.aborted) await owner.whenLoaded();
          const active = key === 'getEntitlements' ? holder(args[0]) : target();
          const without = active === base && WITHOUT_CUSTOMER[key];
          return without ? without() : call(active, key, args);
        },
        Error,
      );
      // Nobody has to catch what a sign-out ends.
      promise.catch(() => {});
      return promise;
    };

  const view = {};
  for (const [key, { get }] of membersOf(base)) {
    if (key in view) continue; // another class has overridden it, or it is of every object
    const kind = READ.exec(key)?.[1]?.toLowerCase() as keyof Answers | undefined;
    Object.defineProperty(view, key, {
      enumerable: true,
      ...(get
        ? { get: () => target()[key] }
        : { value: own[key] ?? (kind ? read(key, kind) : request(key)) }),
    });
  }
  markStandIn(view);
  return Object.freeze(view) as C;
}

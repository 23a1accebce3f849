import { inFull, kindOf } from '../entitlements/answer';
import type { EntitlementAnswer, Entitlements } from '../entitlements/types';
import type { EmulatorCustomer, EmulatorPlan } from './customers';

/** How many customers, and how many keys of events, are kept. After that, the oldest are dropped. */
const MAX_WRITTEN = 10_000;

/** What has been written about a customer, or about one resource of a customer. */
interface Written {
  name?: string;
  email?: string;
  /** `null` after a cancellation. */
  planId?: string | null;
  subscriptionId?: string;
  /** By feature id. */
  usage?: Record<string, number>;
  /** By resource id. */
  resources?: Record<string, Written>;
}

/** A customer, or one resource of a customer, as reads see it. */
export interface Subscriber {
  customerId: string;
  resourceId: string | null;
  customer: EmulatorCustomer;
  plan: EmulatorPlan | undefined;
  subscriptionId: string;
  /** In Stigg's own form. */
  entitlements: Record<string, EntitlementAnswer>;
}

/** Reads own properties only. Ids come from the network, and `constructor` is not a customer. */
export const own = <T>(record: Record<string, T> | undefined, id: string): T | undefined =>
  record && Object.hasOwn(record, id) ? record[id] : undefined;

/** Sets a key, and drops the oldest one if there are too many. */
export function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > MAX_WRITTEN) map.delete(map.keys().next().value as string);
}

const withUsage = (
  entitlements: Entitlements,
  usage: Record<string, number> = {},
): Record<string, EntitlementAnswer> =>
  Object.fromEntries(
    Object.entries(entitlements).map(([id, given]) => {
      const full = inFull(given);
      const used = kindOf(full) === 'METERED' ? own(usage, id) : undefined;
      return [id, used === undefined ? full : { ...full, currentUsage: used }];
    }),
  );

export type World = ReturnType<typeof createWorld>;

/** Customers and plans. Those from the options are read anew each time; later writes take precedence. */
export function createWorld(
  customers: Record<string, EmulatorCustomer>,
  plans: readonly EmulatorPlan[],
) {
  const written = new Map<string, Written>();

  function findPlan(id: string | null | undefined): EmulatorPlan | undefined {
    return plans.find((plan) => plan.id === id);
  }

  /** `undefined` for an unknown customer. An unknown resource has nothing. */
  function find(customerId: string, resourceId: string | null = null): Subscriber | undefined {
    const given = own(customers, customerId);
    const changes = written.get(customerId);
    if (!given && !changes) return undefined;
    const { name = given?.name, email = given?.email } = changes ?? {};
    const customer: EmulatorCustomer = {
      ...given,
      ...(name !== undefined && { name }),
      ...(email !== undefined && { email }),
    };
    const from = resourceId === null ? given : own(given?.resources, resourceId);
    const since = resourceId === null ? changes : own(changes?.resources, resourceId);
    const plan = findPlan(since?.planId === undefined ? from?.planId : since.planId);
    return {
      customerId,
      resourceId,
      customer,
      plan,
      subscriptionId:
        since?.subscriptionId ?? ['subscription', customerId, resourceId].filter(Boolean).join('-'),
      entitlements: withUsage(
        { ...plan?.entitlements, ...from?.entitlements },
        { ...from?.usage, ...since?.usage },
      ),
    };
  }

  /** Everything of a customer that can have a subscription: the customer and its resources. */
  function subscribers(customerId: string): Subscriber[] {
    const ids = [own(customers, customerId)?.resources, written.get(customerId)?.resources];
    const resourceIds = new Set(ids.flatMap((resources) => Object.keys(resources ?? {})));
    return [null, ...resourceIds].flatMap((id) => find(customerId, id) ?? []);
  }

  /** Writes about a customer, or about one resource; the next read sees it. */
  function write(
    customerId: string,
    resourceId: string | null,
    change: Omit<Written, 'resources'>,
  ): void {
    const before = written.get(customerId) ?? {};
    const resources = before.resources ?? {};
    const next =
      resourceId === null
        ? { ...before, ...change }
        : {
            ...before,
            resources: { ...resources, [resourceId]: { ...own(resources, resourceId), ...change } },
          };
    remember(written, customerId, next);
  }

  return {
    plans,
    findPlan,
    find,
    subscribers,
    hasFeature: (id: string) =>
      [...plans, ...Object.values(customers)].some(
        (holder) => own(holder.entitlements, id) !== undefined,
      ),
    findSubscription: (subscriptionId: string): Subscriber | undefined => {
      for (const customerId of new Set([...Object.keys(customers), ...written.keys()])) {
        const found = subscribers(customerId).find(
          (one) => one.plan && one.subscriptionId === subscriptionId,
        );
        if (found) return found;
      }
      return undefined;
    },
    write,
    /** Adds to the usage of a feature, or sets it. Usage is never below 0. */
    use: (
      customerId: string,
      resourceId: string | null,
      featureId: string,
      value: number,
      isNew: boolean,
    ): number => {
      const before = own(find(customerId, resourceId)?.entitlements, featureId)?.currentUsage ?? 0;
      const usage = Math.max(0, isNew ? value : before + value);
      const changes = written.get(customerId);
      const since = resourceId === null ? changes : own(changes?.resources, resourceId);
      const change = { usage: { ...since?.usage, [featureId]: usage } };
      write(customerId, resourceId, change);
      return usage;
    },
  };
}

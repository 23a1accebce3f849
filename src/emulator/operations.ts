import type { EmulatorPlan } from './customers';
import { cut, MAX_STORED } from './parse-operations';
import * as respond from './stigg-responses';
import { remember, type Subscriber, type World } from './world';

/** How many resources of one customer are kept. */
const MAX_RESOURCES = 1000;

/** Why an operation fails, with one of Stigg's own codes if there is one. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string = code,
  ) {
    super(message);
  }
}

type Input = Record<string, unknown>;

/** The customer and the resource of an operation. They are found before the check whether it may run. */
export interface About {
  customerId: string | null;
  resourceId: string | null;
}

interface Run {
  input: Input;
  world: World;
  about: About;
  /** Whether the key is a publishable one. */
  isClient: boolean;
}

/** What the emulator does with an operation of Stigg's SDKs. */
export interface Operation {
  /**
   * Who may run it. `client` is a read with either kind of key; a publishable key reads its own customer. `apply` is
   * the only write with a publishable key. `server` needs a server key.
   */
  who: 'client' | 'apply' | 'server';
  /** Whether it may run without a customer. */
  isForNobody?: boolean;
  about?: (input: Input, world: World) => Partial<About>;
  run: (run: Run) => object;
}

const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined);
const texts = (...values: unknown[]) => values.map(text).find(Boolean) ?? null;

/** Checks the length of an id before it is stored. */
function storable<T extends string | null | undefined>(id: T): T {
  if (id && id.length > MAX_STORED) {
    throw new Refusal('BadUserInput', `An id has at most ${MAX_STORED} characters.`);
  }
  return id;
}

const objects = (value: unknown): Input[] =>
  (Array.isArray(value) ? value : []).filter((one) => typeof one === 'object' && one !== null);

/** Most operations name their customer in one of these. */
const byInput = (input: Input): About => ({
  customerId: texts(input.customerId, input.customerRefId),
  resourceId: texts(input.resourceId, input.resourceRefId),
});

/** These name a subscription. */
const bySubscription = (input: Input, world: World): Partial<About> =>
  world.findSubscription(texts(input.subscriptionId, input.subscriptionRefId, input.refId) ?? '') ??
  {};

/** These have the customer's own id as `refId`. */
const byRefId = (input: Input): Partial<About> => ({ customerId: texts(input.refId) });

const known = ({ world, about: { customerId, resourceId } }: Run): Subscriber => {
  const found = customerId === null ? undefined : world.find(customerId, resourceId);
  if (!found) throw new Refusal('CustomerNotFound');
  return found;
};

const planNamed = (world: World, id: unknown): EmulatorPlan => {
  const plan = world.findPlan(text(id));
  if (!plan) throw new Refusal('PlanNotFound', 'There is no such plan.');
  return plan;
};

/** Subscribes to a plan, which replaces the previous one. */
function subscribe({ world, about, input }: Run, params: Input = input): Subscriber {
  const { customerId } = about;
  if (customerId === null) throw new Refusal('CustomerNotFound');
  const resourceId = storable(texts(params.resourceId));
  const plan = planNamed(world, params.planId);
  if (resourceId !== null && world.subscribers(customerId).length > MAX_RESOURCES) {
    throw new Refusal('BadUserInput', `A customer has at most ${MAX_RESOURCES} resources.`);
  }
  const subscriptionId = storable(text(params.refId ?? params.id));
  world.write(customerId, resourceId, {
    planId: plan.id,
    ...(subscriptionId && { subscriptionId }),
  });
  return world.find(customerId, resourceId) as Subscriber;
}

const active = (subscriber: Subscriber) => respond.subscriptions(subscriber)[0] ?? null;

/** `name` and `email`, if they were given. */
const details = ({ name, email }: Input) => ({
  ...(text(name) && { name: cut(name as string) }),
  ...(text(email) && { email: cut(email as string) }),
});

function report({ world }: Run, usage: Input): object {
  const { customerId, resourceId } = byInput(usage);
  storable(resourceId);
  const featureId = texts(usage.featureId, usage.featureRefId) ?? '';
  const { value } = usage;
  const subscriber = customerId === null ? undefined : world.find(customerId, resourceId);
  if (!subscriber) throw new Refusal('CustomerNotFound');
  if (!world.hasFeature(featureId) && !Object.hasOwn(subscriber.entitlements, featureId)) {
    throw new Refusal('FeatureNotFound', 'There is no such feature.');
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new Refusal('BadUserInput', '"value" must be a number.');
  }
  const isNew = usage.updateBehavior === 'SET';
  const used = world.use(subscriber.customerId, resourceId, featureId, value, isNew);
  return respond.measurement(crypto.randomUUID(), subscriber, featureId, used);
}

const list = (subscribers: Subscriber[]) => subscribers.flatMap(respond.subscriptions);

/** Whose subscriptions are wanted: the customer's own, or those of the resources in `resourceIds`. */
function asked(run: Run): Subscriber[] {
  const { input, world } = run;
  const { resourceIds } = input;
  if (!Array.isArray(resourceIds)) return [known(run)];
  return world
    .subscribers(known(run).customerId)
    .filter(({ resourceId }) => resourceId !== null && resourceIds.includes(resourceId));
}

const unknownCustomer = ({ world, about: { customerId } }: Run) =>
  customerId === null || world.find(customerId) === undefined;

/** The customer of an operation, without its resource, because the resource may be new. */
const knownCustomer = (run: Run) => known({ ...run, about: { ...run.about, resourceId: null } });

const ofSubscription = (run: Run): Subscriber => {
  if (run.about.customerId === null) throw new Refusal('SubscriptionNotFound');
  return known(run);
};

/**
 * Everything that the emulator does. docs/emulator.md has this as a table, and a test compares the two.
 *
 * @param eventKeys idempotency keys of events that have been counted
 */
export const createOperations = (eventKeys = new Map<string, true>()) =>
  ({
    GetSdkConfiguration: {
      who: 'client',
      isForNobody: true,
      about: () => ({}),
      run: () => ({ sdkConfiguration: { sentryDsn: null, isWidgetWatermarkEnabled: false } }),
    },
    GetEntitlements: {
      who: 'client',
      run: (run) => ({
        entitlements: unknownCustomer(run) ? [] : respond.entitlements(known(run)),
      }),
    },
    GetEntitlementsState: {
      who: 'client',
      run: (run) => {
        const isUnknown = unknownCustomer(run);
        const entitlements = isUnknown ? [] : respond.entitlements(known(run));
        const accessDeniedReason = isUnknown ? 'CustomerNotFound' : null;
        return { entitlementsState: { entitlements, accessDeniedReason } };
      },
    },
    GetEntitlement: {
      who: 'client',
      run: (run) => {
        const featureId = texts(run.input.featureId, run.input.featureRefId);
        const all = unknownCustomer(run) ? [] : respond.entitlements(known(run));
        return { entitlement: all.find(({ feature }) => feature.refId === featureId) ?? null };
      },
    },
    GetActiveSubscriptions: {
      who: 'client',
      run: (run) => ({ getActiveSubscriptions: unknownCustomer(run) ? null : list(asked(run)) }),
    },
    GetActiveSubscriptionsList: {
      who: 'client',
      run: (run) => ({ getActiveSubscriptions: unknownCustomer(run) ? [] : list(asked(run)) }),
    },
    GetSubscription: {
      who: 'client',
      isForNobody: true,
      about: bySubscription,
      run: (run) => ({ getSubscription: active(ofSubscription(run)) }),
    },
    GetSubscriptions: {
      who: 'server',
      isForNobody: true,
      about: ({ customerId }) => ({ customerId: texts((customerId as Input | undefined)?.eq) }),
      run: (run) => {
        const nodes = unknownCustomer(run)
          ? []
          : list(run.world.subscribers(known(run).customerId));
        return {
          subscriptions: {
            edges: nodes.map((node) => ({ cursor: node.id, node })),
            pageInfo: {
              startCursor: null,
              endCursor: null,
              hasNextPage: false,
              hasPreviousPage: false,
            },
          },
        };
      },
    },
    GetCustomerById: {
      who: 'client',
      run: (run) => ({
        getCustomerByRefId: unknownCustomer(run) ? null : respond.customer(known(run)),
      }),
    },
    GetCustomerPortalByRefId: {
      who: 'client',
      run: (run) => ({ customerPortal: respond.customerPortal(known(run)) }),
    },
    GetPaywall: {
      who: 'client',
      isForNobody: true,
      run: (run) => ({
        paywall: respond.paywall(run.world.plans, unknownCustomer(run) ? undefined : known(run)),
      }),
    },
    GetProducts: {
      who: 'server',
      isForNobody: true,
      run: ({ world }) => ({ products: respond.products(world.plans) }),
    },
    GetCoupons: {
      who: 'client',
      isForNobody: true,
      about: () => ({}),
      run: () => ({ coupons: { edges: [] } }),
    },
    GetCheckoutState: {
      who: 'client',
      run: (run) => ({
        checkoutState: respond.checkoutState(known(run), planNamed(run.world, run.input.planId)),
      }),
    },
    PreviewSubscription: {
      who: 'client',
      run: (run) => ({
        previewSubscription: respond.preview(known(run), planNamed(run.world, run.input.planId)),
      }),
    },
    ReportEntitlementCheckRequested: {
      who: 'client',
      run: () => ({ reportEntitlementCheckRequested: true }),
    },
    ApplySubscription: {
      who: 'apply',
      run: (run) => {
        knownCustomer(run);
        const plan = planNamed(run.world, run.input.planId);
        if (run.input.paymentMethodId || (run.isClient && plan.monthlyPrice)) {
          throw new Refusal(
            'CheckoutIsNotSupported',
            `The emulator has no payment vendor, so a browser can apply free plans only. Call provisionSubscription() in your backend for this one.`,
          );
        }
        const subscriber = subscribe(run);
        return {
          applySubscription: {
            __typename: 'ApplySubscription',
            subscription: active(subscriber),
            entitlements: respond.entitlements(subscriber),
          },
        };
      },
    },
    ProvisionCustomer: {
      who: 'server',
      isForNobody: true,
      about: byRefId,
      run: (run) => {
        const { input, world } = run;
        const customerId = storable(run.about.customerId) ?? `customer-${crypto.randomUUID()}`;
        const about = { customerId, resourceId: null };
        const params = input.subscriptionParams as Input | undefined | null;
        // First, because what it refuses must not leave a customer behind.
        const { resourceId } = params ? subscribe({ ...run, about }, params) : about;
        world.write(customerId, null, details(input));
        const subscriber = known({ ...run, about: { customerId, resourceId } });
        return {
          provisionCustomer: {
            __typename: 'ProvisionedCustomer',
            customer: respond.slimCustomer(subscriber),
            subscriptionDecisionStrategy: params
              ? 'REQUESTED_PLAN'
              : 'SKIPPED_SUBSCRIPTION_CREATION',
            subscription: params ? active(subscriber) : null,
            entitlements: respond.entitlements(subscriber),
          },
        };
      },
    },
    UpdateCustomer: {
      who: 'server',
      about: byRefId,
      run: (run) => {
        const { customerId } = known(run);
        run.world.write(customerId, null, details(run.input));
        return { updateCustomer: respond.slimCustomer(known(run)) };
      },
    },
    ProvisionSubscription: {
      who: 'server',
      run: (run) => {
        knownCustomer(run);
        const subscriber = subscribe(run);
        return {
          provisionSubscription: {
            __typename: 'ProvisionSubscriptionResult',
            status: 'SUCCESS',
            checkoutUrl: null,
            checkoutBillingId: null,
            subscription: active(subscriber),
            entitlements: respond.entitlements(subscriber),
          },
        };
      },
    },
    CreateSubscription: {
      who: 'server',
      run: (run) => {
        knownCustomer(run);
        return { createSubscription: active(subscribe(run)) };
      },
    },
    UpdateSubscription: {
      who: 'server',
      isForNobody: true,
      about: bySubscription,
      run: (run) => ({ updateSubscription: active(ofSubscription(run)) }),
    },
    CancelSubscription: {
      who: 'server',
      isForNobody: true,
      about: bySubscription,
      run: (run) => {
        const subscriber = ofSubscription(run);
        const { customerId, resourceId, plan } = subscriber;
        run.world.write(customerId, resourceId, { planId: null });
        return {
          cancelSubscription: respond.subscription(subscriber, plan as EmulatorPlan, 'CANCELED'),
        };
      },
    },
    ReportUsage: {
      who: 'server',
      isForNobody: true,
      run: (run) => ({ reportUsage: report(run, run.input) }),
    },
    ReportUsageBulk: {
      who: 'server',
      isForNobody: true,
      run: (run) => ({
        reportUsageBulk: objects(run.input.usages).map((usage) => report(run, usage)),
      }),
    },
    ReportEvent: {
      who: 'server',
      isForNobody: true,
      run: (run) => {
        for (const event of objects(run.input.usageEvents)) {
          const key =
            typeof event.idempotencyKey === 'string' ? cut(event.idempotencyKey) : undefined;
          const isNew = key === undefined || !eventKeys.has(key);
          const { customerId, resourceId } = byInput(event);
          const named = text(event.eventName) ?? '';
          if (!isNew || customerId === null || !run.world.hasFeature(named)) continue;
          const { value } = (event.dimensions ?? {}) as Input;
          report(run, {
            customerId,
            resourceId,
            featureId: named,
            value: typeof value === 'number' ? value : 1,
          });
          // Not before, because an event that was refused may be sent again.
          if (key !== undefined) remember(eventKeys, key, true);
        }
        return { reportEvent: '' };
      },
    },
  }) satisfies Record<string, Operation>;

/** The operations of Stigg's SDKs that the emulator refuses, by name. */
export const REFUSED: ReadonlySet<string> = new Set([
  'ImportCustomerBulk',
  'ImportCustomer',
  'DetachCustomerPaymentMethod',
  'GrantPromotionalEntitlements',
  'RevokePromotionalEntitlement',
  'GrantPromotionalEntitlementsGroup',
  'RevokePromotionalEntitlementsGroup',
  'UnlinkPromotionalEntitlementsGroup',
  'ImportSubscriptionsBulk',
  'EstimateSubscription',
  'EstimateSubscriptionUpdate',
  'PreviewNextInvoice',
  'CancelSubscriptionUpdates',
  'MigrateSubscriptionToLatest',
  'ArchiveCustomer',
  'UnarchiveCustomer',
  'TransferSubscription',
  'DelegateSubscriptionToCustomer',
  'TransferSubscriptionToResource',
  'GrantCredits',
  'VoidCreditGrant',
  'CreatePaymentSession',
  'GetCustomerStatistics',
  'GetMockPaywall',
  'GetUsageHistory',
  'GetUsageHistoryV2',
  'GetCreditBalance',
  'GetCreditGrants',
  'GetCreditLedger',
  'GetCreditUsage',
  'OnEntitlementsUpdated',
  'OnUsageUpdated',
  'OnPackagePublished',
  'OnCreditBalanceUpdated',
]);

/** The customer and the resource that the variables of an operation name. */
export const aboutOf = (operation: Operation | undefined, input: Input, world: World): About => {
  const found = (operation?.about ?? byInput)(input, world);
  return { customerId: found.customerId ?? null, resourceId: found.resourceId ?? null };
};

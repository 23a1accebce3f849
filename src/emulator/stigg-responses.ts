import type {
  EmulatorCustomer,
  EmulatorEntitlement,
  EmulatorEntitlements,
  EmulatorPlan,
} from './customers';

/*
 * The shapes that the SDK reads, as its published types name them (@stigg/api-client-js, generated
 * from Stigg's GraphQL schema). Fields that the SDK can do without are left out.
 */

const STARTED_AT = '2026-01-01T00:00:00.000Z';
const PRODUCT = {
  __typename: 'Product',
  refId: 'product-emulator',
  displayName: 'Emulator',
  productSettings: { __typename: 'ProductSettings', downgradePlan: null },
};

/** 'api-calls' -> 'Api calls' */
const displayName = (id: string) => {
  const words = id.replace(/^feature-/, '').replaceAll(/[-_]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

function feature(id: string, entitlement: EmulatorEntitlement) {
  const units = displayName(id).toLowerCase();
  return {
    refId: id,
    displayName: displayName(id),
    description: null,
    featureType: entitlement === true ? 'BOOLEAN' : 'NUMBER',
    meterType: typeof entitlement === 'object' ? 'Fluctuating' : 'None',
    featureUnits: entitlement === true ? null : units,
    featureUnitsPlural: entitlement === true ? null : units,
    additionalMetaData: null,
  };
}

const limits = (entitlement: EmulatorEntitlement) => ({
  usageLimit:
    typeof entitlement === 'object' ? entitlement.limit : entitlement === true ? null : entitlement,
  hasUnlimitedUsage: typeof entitlement === 'object' && entitlement.limit === null,
  hasSoftLimit: false,
  resetPeriod: null,
});

export function entitlements(granted: EmulatorEntitlements) {
  // The SDK keeps what it holds when an answer is older: an answer of now always counts.
  const now = new Date().toISOString();
  return Object.entries(granted).map(([id, entitlement]) => ({
    __typename: 'Entitlement',
    isGranted: true,
    accessDeniedReason: null,
    ...limits(entitlement),
    currentUsage: typeof entitlement === 'object' ? (entitlement.usage ?? 0) : null,
    entitlementUpdatedAt: now,
    usageUpdatedAt: now,
    feature: { __typename: 'EntitlementFeature', ...feature(id, entitlement) },
  }));
}

const pricingType = ({ monthlyPrice }: EmulatorPlan) => (monthlyPrice ? 'PAID' : 'FREE');

const money = (amount: number) => ({ __typename: 'Money', amount, currency: 'USD' });

const monthlyPrices = ({ monthlyPrice }: EmulatorPlan) =>
  monthlyPrice
    ? [
        {
          __typename: 'Price',
          billingModel: 'FLAT_FEE',
          billingPeriod: 'MONTHLY',
          billingCadence: 'RECURRING',
          price: money(monthlyPrice),
        },
      ]
    : [];

const plan = (plan: EmulatorPlan) => ({
  __typename: 'Plan',
  id: plan.id,
  refId: plan.id,
  displayName: plan.name,
  description: plan.description ?? null,
  versionNumber: 1,
  pricingType: pricingType(plan),
  product: PRODUCT,
  basePlan: null,
  entitlements: Object.entries(plan.entitlements ?? {}).map(([id, entitlement]) => ({
    __typename: 'PackageEntitlement',
    featureId: id,
    ...limits(entitlement),
    hiddenFromWidgets: [],
    feature: { __typename: 'Feature', ...feature(id, entitlement) },
  })),
  inheritedEntitlements: [],
  compatibleAddons: [],
  prices: monthlyPrices(plan),
});

const slimCustomer = (id: string, { name, email }: EmulatorCustomer) => ({
  __typename: 'Customer',
  id,
  refId: id,
  customerId: id,
  name: name ?? null,
  email: email ?? null,
  createdAt: STARTED_AT,
  updatedAt: STARTED_AT,
});

const subscriptionId = (customerId: string) => `subscription-${customerId}`;

export const subscriptions = (customerId: string, current: EmulatorPlan | undefined) =>
  current
    ? [
        {
          __typename: 'CustomerSubscription',
          id: subscriptionId(customerId),
          subscriptionId: subscriptionId(customerId),
          refId: subscriptionId(customerId),
          status: 'ACTIVE',
          pricingType: pricingType(current),
          paymentCollection: 'NOT_REQUIRED',
          startDate: STARTED_AT,
          customer: { __typename: 'Customer', customerId },
          resource: null,
          prices: monthlyPrices(current).map((price) => ({
            __typename: 'SubscriptionPrice',
            usageLimit: null,
            price,
          })),
          totalPrice: {
            __typename: 'CustomerSubscriptionTotalPrice',
            subTotal: money(current.monthlyPrice ?? 0),
            total: money(current.monthlyPrice ?? 0),
          },
          plan: { ...plan(current), planId: current.id },
          addons: [],
          scheduledUpdates: [],
          futureUpdates: [],
        },
      ]
    : [];

export const customer = (
  id: string,
  stored: EmulatorCustomer,
  current: EmulatorPlan | undefined,
) => ({
  ...slimCustomer(id, stored),
  hasPaymentMethod: false,
  hasActiveSubscription: current !== undefined,
  promotionalEntitlements: [],
  trialedPlans: [],
  eligibleForTrial: [],
  experimentInfo: null,
  subscriptions: subscriptions(id, current),
});

export const paywall = (
  plans: readonly EmulatorPlan[],
  viewer: { id: string; stored: EmulatorCustomer; current: EmulatorPlan | undefined } | null,
) => ({
  __typename: 'Paywall',
  plans: plans.map(plan),
  currency: { __typename: 'PaywallCurrency', code: 'USD', symbol: '$' },
  configuration: null,
  customer: viewer && customer(viewer.id, viewer.stored, viewer.current),
  activeSubscriptions: viewer && subscriptions(viewer.id, viewer.current),
  resource: null,
  paywallCalculatedPricePoints: [],
});

export const customerPortal = (
  id: string,
  stored: EmulatorCustomer,
  current: EmulatorPlan | undefined,
  granted: EmulatorEntitlements,
) => ({
  __typename: 'CustomerPortal',
  showWatermark: false,
  billingPortalUrl: null,
  canUpgradeSubscription: true,
  subscriptions: current
    ? [
        {
          __typename: 'CustomerPortalSubscription',
          subscriptionId: subscriptionId(id),
          planId: current.id,
          planName: current.name,
          pricingType: pricingType(current),
          status: 'ACTIVE',
          trialRemainingDays: null,
          prices: [],
          pricing: {
            __typename: 'CustomerPortalSubscriptionPricing',
            billingPeriod: 'MONTHLY',
            billingModel: 'FLAT_FEE',
            pricingType: pricingType(current),
            price: money(current.monthlyPrice ?? 0),
            feature: null,
          },
          billingPeriodRange: null,
          totalPrice: null,
          addons: [],
          scheduledUpdates: [],
        },
      ]
    : [],
  entitlements: entitlements(granted),
  promotionalEntitlements: [],
  billingInformation: {
    __typename: 'CustomerPortalBillingInformation',
    email: stored.email ?? null,
    name: stored.name ?? null,
  },
  configuration: null,
  resource: null,
});

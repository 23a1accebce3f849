import { inFull, kindOf } from '../entitlements/answer';
import type { EntitlementAnswer, Entitlements } from '../entitlements/types';
import type { EmulatorCustomer, EmulatorPlan } from './customers';

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

function feature(id: string, full: EntitlementAnswer) {
  const kind = kindOf(full) || 'BOOLEAN';
  const isNumber = kind === 'NUMERIC' || kind === 'METERED' || kind === 'NUMBER';
  const units = isNumber ? displayName(id).toLowerCase() : null;
  const { feature } = full;
  return {
    refId: id,
    displayName: feature?.displayName ?? displayName(id),
    description: feature?.description ?? null,
    featureType: isNumber ? 'NUMBER' : kind,
    meterType:
      kind === 'METERED'
        ? (feature?.meterType ?? (full.resetPeriod ? 'Incremental' : 'Fluctuating'))
        : 'None',
    featureUnits: feature?.units ?? units,
    featureUnitsPlural: feature?.unitsPlural ?? units,
    additionalMetaData: null,
  };
}

const limits = (full: EntitlementAnswer) => ({
  usageLimit: full.value ?? full.usageLimit ?? null,
  hasUnlimitedUsage: full.isUnlimited ?? false,
  hasSoftLimit: full.hasSoftLimit ?? false,
  resetPeriod: full.resetPeriod ?? null,
});

/**
 * What Stigg lists: what is granted, metered features also above their limit, and what a budget denies. The SDK grants
 * whatever else is in the list.
 */
const listed = (granted: Entitlements) =>
  Object.entries(granted)
    .map(([id, given]) => [id, inFull(given)] as const)
    .filter(
      ([, full]) =>
        full.hasAccess ||
        kindOf(full) === 'METERED' ||
        full.accessDeniedReason === 'BudgetExceeded',
    );

export function entitlements(granted: Entitlements) {
  // The SDK keeps what it holds when an answer is older: an answer of now always counts.
  const now = new Date().toISOString();
  return listed(granted).map(([id, full]) => ({
    __typename: 'Entitlement',
    isGranted: full.hasAccess,
    accessDeniedReason: full.accessDeniedReason ?? null,
    ...limits(full),
    currentUsage: kindOf(full) === 'METERED' ? (full.currentUsage ?? 0) : null,
    usagePeriodAnchor: full.usagePeriodAnchor ?? null,
    usagePeriodStart: full.usagePeriodStart ?? null,
    usagePeriodEnd: full.usagePeriodEnd ?? null,
    entitlementUpdatedAt: now,
    usageUpdatedAt: now,
    feature: { __typename: 'EntitlementFeature', ...feature(id, full) },
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
  entitlements: listed(plan.entitlements ?? {}).map(([id, full]) => ({
    __typename: 'PackageEntitlement',
    featureId: id,
    ...limits(full),
    hiddenFromWidgets: [],
    feature: { __typename: 'Feature', ...feature(id, full) },
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
  granted: Entitlements,
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

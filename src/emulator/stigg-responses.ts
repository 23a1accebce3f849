import { inFull, kindOf } from '../entitlements/answer';
import type { EntitlementAnswer } from '../entitlements/types';
import type { EmulatorPlan } from './customers';
import type { Subscriber } from './world';

/*
 * The shapes that the SDKs read, as their published types name them (@stigg/api-client-js, generated from Stigg's
 * GraphQL schema). Every field that their documents select is there.
 */

const STARTED_AT = '2026-01-01T00:00:00.000Z';
const PRODUCT = {
  __typename: 'Product',
  refId: 'product-emulator',
  displayName: 'Emulator',
  description: null,
  additionalMetaData: null,
  productSettings: { __typename: 'ProductSettings', downgradePlan: null },
};

const NO_PAYMENT_METHOD = {
  defaultPaymentExpirationMonth: null,
  defaultPaymentExpirationYear: null,
  defaultPaymentMethodLast4Digits: null,
  defaultPaymentMethodType: null,
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
    unitTransformation: null,
  };
}

const limits = (full: EntitlementAnswer) => ({
  isGranted: full.hasAccess,
  usageLimit: full.value ?? full.usageLimit ?? null,
  hasUnlimitedUsage: full.isUnlimited ?? false,
  hasSoftLimit: full.hasSoftLimit ?? false,
  resetPeriod: full.resetPeriod ?? null,
  enumValues: null,
});

/**
 * The entitlements that Stigg lists: granted features, metered features even above their limit, and features that a
 * budget denies. No others may be listed, because the SDK would grant them.
 */
const listed = (entitlements: Record<string, EntitlementAnswer>) =>
  Object.entries(entitlements).filter(
    ([, full]) =>
      full.hasAccess || kindOf(full) === 'METERED' || full.accessDeniedReason === 'BudgetExceeded',
  );

export function entitlements({ customerId, resourceId, entitlements }: Subscriber) {
  // The SDK ignores an answer that is older than what it holds, so each answer is dated now.
  const now = new Date().toISOString();
  return listed(entitlements).map(([id, full]) => ({
    __typename: 'Entitlement',
    accessDeniedReason: full.accessDeniedReason ?? null,
    customerId,
    resourceId,
    ...limits(full),
    currentUsage: kindOf(full) === 'METERED' ? (full.currentUsage ?? 0) : null,
    requestedUsage: null,
    requestedValues: null,
    usagePeriodAnchor: full.usagePeriodAnchor ?? null,
    usagePeriodStart: full.usagePeriodStart ?? null,
    usagePeriodEnd: full.usagePeriodEnd ?? null,
    nextResetDate: full.usagePeriodEnd ?? null,
    resetPeriodConfiguration: null,
    creditRate: null,
    validUntil: null,
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
          billingId: null,
          minUnitQuantity: null,
          maxUnitQuantity: null,
          billingCountryCode: null,
          price: money(monthlyPrice),
          creditRate: null,
          tiersMode: null,
          tiers: null,
          feature: null,
          blockSize: null,
        },
      ]
    : [];

const packageEntitlements = (plan: EmulatorPlan) =>
  listed(
    Object.fromEntries(
      Object.entries(plan.entitlements ?? {}).map(([id, given]) => [id, inFull(given)]),
    ),
  ).map(([id, full]) => ({
    __typename: 'PackageEntitlement',
    featureId: id,
    ...limits(full),
    hiddenFromWidgets: [],
    isCustom: false,
    displayNameOverride: null,
    feature: { __typename: 'Feature', ...feature(id, full) },
  }));

const plan = (plan: EmulatorPlan) => ({
  __typename: 'Plan',
  id: plan.id,
  refId: plan.id,
  displayName: plan.name,
  description: plan.description ?? null,
  billingId: null,
  additionalMetaData: null,
  hiddenFromWidgets: [],
  versionNumber: 1,
  pricingType: pricingType(plan),
  product: PRODUCT,
  basePlan: null,
  entitlements: packageEntitlements(plan),
  inheritedEntitlements: [],
  compatibleAddons: [],
  compatiblePackageGroups: [],
  prices: monthlyPrices(plan),
  overagePrices: [],
  defaultTrialConfig: null,
});

export const slimCustomer = ({ customerId, customer: { name, email } }: Subscriber) => ({
  __typename: 'Customer',
  id: customerId,
  refId: customerId,
  customerId,
  name: name ?? null,
  email: email ?? null,
  createdAt: STARTED_AT,
  updatedAt: STARTED_AT,
  billingId: null,
  additionalMetaData: null,
  awsMarketplaceCustomerId: null,
});

export const subscription = (
  subscriber: Subscriber,
  current: EmulatorPlan,
  status: 'ACTIVE' | 'CANCELED' = 'ACTIVE',
) => ({
  __typename: 'CustomerSubscription',
  id: subscriber.subscriptionId,
  subscriptionId: subscriber.subscriptionId,
  refId: subscriber.subscriptionId,
  status,
  pricingType: pricingType(current),
  paymentCollection: 'NOT_REQUIRED',
  paymentCollectionMethod: null,
  startDate: STARTED_AT,
  endDate: null,
  trialEndDate: null,
  cancellationDate: null,
  effectiveEndDate: null,
  currentBillingPeriodEnd: null,
  additionalMetaData: null,
  billingId: null,
  billingLinkUrl: null,
  billingSyncError: null,
  latestInvoice: null,
  experimentInfo: null,
  trialConfiguration: null,
  customer: slimCustomer(subscriber),
  payingCustomer: null,
  resource: resource(subscriber),
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
});

const resource = ({ resourceId }: Subscriber) =>
  resourceId === null ? null : { __typename: 'CustomerResource', resourceId };

export const subscriptions = (subscriber: Subscriber) =>
  subscriber.plan ? [subscription(subscriber, subscriber.plan)] : [];

export const customer = (subscriber: Subscriber) => ({
  ...slimCustomer(subscriber),
  hasPaymentMethod: false,
  hasActiveSubscription: subscriber.plan !== undefined,
  ...NO_PAYMENT_METHOD,
  coupon: null,
  promotionalEntitlements: [],
  trialedPlans: [],
  eligibleForTrial: [],
  experimentInfo: null,
  statistics: null,
  subscriptions: subscriptions(subscriber),
});

export const paywall = (plans: readonly EmulatorPlan[], viewer: Subscriber | undefined) => ({
  __typename: 'Paywall',
  plans: plans.map(plan),
  currency: { __typename: 'PaywallCurrency', code: 'USD', symbol: '$' },
  configuration: null,
  customer: viewer ? customer(viewer) : null,
  activeSubscriptions: viewer ? subscriptions(viewer) : null,
  resource: viewer ? resource(viewer) : null,
  paywallCalculatedPricePoints: [],
});

export const customerPortal = (subscriber: Subscriber) => {
  const { subscriptionId, plan: current, customer } = subscriber;
  return {
    __typename: 'CustomerPortal',
    showWatermark: false,
    billingPortalUrl: null,
    canUpgradeSubscription: true,
    subscriptions: current
      ? [
          {
            __typename: 'CustomerPortalSubscription',
            subscriptionId,
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
              unitQuantity: null,
              usageBasedEstimatedBill: null,
              creditRate: null,
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
    entitlements: entitlements(subscriber),
    promotionalEntitlements: [],
    billingInformation: {
      __typename: 'CustomerPortalBillingInformation',
      email: customer.email ?? null,
      name: customer.name ?? null,
      ...NO_PAYMENT_METHOD,
      defaultPaymentMethodId: null,
    },
    configuration: null,
    resource: resource(subscriber),
  };
};

/** Without one, `<Checkout>` would load a payment vendor's form. */
const TEST_CARD = {
  hasPaymentMethod: true,
  defaultPaymentExpirationMonth: 12,
  defaultPaymentExpirationYear: 2099,
  defaultPaymentMethodLast4Digits: '4242',
  defaultPaymentMethodType: 'CARD',
};

/** What `<Checkout>` loads. There is no payment vendor behind it. */
export const checkoutState = (subscriber: Subscriber, wanted: EmulatorPlan) => ({
  __typename: 'CheckoutState',
  configuration: null,
  setupSecret: null,
  customer: { ...customer(subscriber), ...TEST_CARD },
  activeSubscription: subscriptions(subscriber)[0] ?? null,
  resource: resource(subscriber),
  plan: plan(wanted),
  billingIntegration: null,
});

/** What a month of a plan costs. Nothing is credited, and there are no taxes. */
export function preview({ plan: current }: Subscriber, wanted: EmulatorPlan) {
  const price = money(wanted.monthlyPrice ?? 0);
  const invoice = {
    total: price,
    subTotal: price,
    totalExcludingTax: price,
    tax: null,
    discount: null,
    taxDetails: null,
    discountDetails: null,
  };
  return {
    __typename: 'SubscriptionPreviewV2',
    immediateInvoice: {
      __typename: 'ImmediateSubscriptionPreviewInvoice',
      ...invoice,
      credits: null,
      // `<Checkout>` reads a proration as a sign that something changes.
      proration:
        wanted.id === current?.id
          ? null
          : {
              __typename: 'SubscriptionPreviewProration',
              prorationDate: new Date().toISOString(),
              hasProrations: false,
              credit: money(0),
              debit: price,
              netAmount: price,
            },
    },
    recurringInvoice: { __typename: 'SubscriptionPreviewInvoice', ...invoice },
    billingPeriodRange: { __typename: 'DateRange', start: null, end: null },
    isPlanDowngrade: (wanted.monthlyPrice ?? 0) < (current?.monthlyPrice ?? 0),
    hasScheduledUpdates: false,
  };
}

export const measurement = (
  id: string,
  { customerId, resourceId, entitlements }: Subscriber,
  featureId: string,
  currentUsage: number,
) => ({
  __typename: 'UsageMeasurementWithCurrentUsage',
  id,
  featureId,
  customerId,
  resourceId,
  currentUsage,
  usagePeriodStart: entitlements[featureId]?.usagePeriodStart ?? null,
  usagePeriodEnd: entitlements[featureId]?.usagePeriodEnd ?? null,
  nextResetDate: entitlements[featureId]?.usagePeriodEnd ?? null,
  timestamp: new Date().toISOString(),
});

export const products = (plans: readonly EmulatorPlan[]) => ({
  edges: plans.length > 0 ? [{ node: PRODUCT }] : [],
});

import * as sdk from '@stigg/react-sdk';
import { act } from '@testing-library/react';
import { Component, type ComponentType, type ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { withCheckout } from './helpers/checkout';
import { serve } from './helpers/serve';
import { until } from './helpers/until';

/*
 * A table of everything that the SDK exports, of its oldest and its newest version that are tried. What is
 * not in it fails: a new export has to be tried under the provider, or be said to need none.
 */

const exported: Record<string, unknown> = { ...sdk };

// biome-ignore lint/suspicious/noExplicitAny: parameters differ from version to version
type Hook = (params?: any) => any;
// biome-ignore lint/suspicious/noExplicitAny: and so do props
type Widget = ComponentType<any>;

interface Entry {
  /** How it is used. */
  render: () => ReactNode;
  /** What the page then says of Acme, and, once there is Globex in its place, of that one. */
  says: RegExp;
  afterwards: RegExp;
  /** The method that it calls, if only newer clients have it. If the client lacks it, the plain SDK fails too. */
  needs?: string;
}

// biome-ignore lint/suspicious/noExplicitAny: and so does what a hook gives
type Pick = (given: any) => unknown;

/** Shows what a hook gives. */
function Result({ name, params, pick }: { name: string; params?: object; pick: Pick }) {
  const useHook = exported[name] as Hook;
  return <>{`${name}: ${JSON.stringify(pick(useHook(params))) ?? 'undefined'}`}</>;
}

const hook = (
  name: string,
  params: object | undefined,
  pick: Pick,
  says: RegExp,
  afterwards: RegExp,
  needs?: string,
): [string, Entry] => [
  name,
  {
    render: () => <Result name={name} {...(params && { params })} pick={pick} />,
    says,
    afterwards,
    ...(needs && { needs }),
  },
];

const access = ({ hasAccess }: { hasAccess: boolean }) => hasAccess;
const notLoading = ({ error }: { error: unknown }) => (error ? 'failed' : 'fine');

const HOOKS = new Map<string, Entry>([
  hook('useBooleanEntitlement', { featureId: 'sso' }, access, /: true$/, /: false$/),
  hook(
    'useNumericEntitlement',
    { featureId: 'seats' },
    ({ value }) => value,
    /: 5$/,
    /: undefined$/,
  ),
  hook(
    'useMeteredEntitlement',
    { featureId: 'reports' },
    (m) => m.currentUsage,
    /: 3$/,
    /: (0|undefined)$/,
  ),
  hook(
    'useActiveSubscriptions',
    undefined,
    (given) => [given.activeSubscriptions?.map((s: { id: string }) => s.id), !given.error],
    /: \[\["subscription-acme"\],true\]$/,
    /: \[\["subscription-globex"\],true\]$/,
  ),
  hook(
    'useCustomerPortal',
    undefined,
    (given) => [given.customerPortal?.billingInformation.email, !given.error],
    /: \["a@acme.test",true\]$/,
    /: \["g@globex.test",true\]$/,
  ),
  hook(
    'usePaywall',
    undefined,
    (given) => [given.paywall?.customer?.id, !given.error],
    /: \["acme",true\]$/,
    /: \["globex",true\]$/,
  ),
  hook('useStiggContext', undefined, ({ stigg }) => stigg.isCustomerLoaded, /: true$/, /: true$/),
  hook('useWaitForCheckoutCompleted', {}, (given) => given.provisionStatus, /: "SUCCEEDED"$/, /./),
  hook(
    'useCreditEntitlement',
    { currencyId: 'credits' },
    notLoading,
    /fine$/,
    /fine$/,
    'getCreditEntitlement',
  ),
  hook(
    'useEnumEntitlement',
    { featureId: 'tier' },
    access,
    /: false$/,
    /: false$/,
    'getEnumEntitlement',
  ),
  hook('useCreditUsage', { currencyId: 'credits' }, notLoading, /fine$/, /fine$/, 'getCreditUsage'),
  hook(
    'useCreditGrants',
    { currencyId: 'credits' },
    notLoading,
    /fine$/,
    /fine$/,
    'getCreditGrants',
  ),
]);

const guard = (
  name: string,
  featureId: string,
  says: RegExp,
  afterwards: RegExp,
  needs?: string,
): [string, Entry] => [
  name,
  {
    render: () => {
      const Guard = exported[name] as Widget;
      return (
        <Guard featureId={featureId} noAccessComponent={<>denied</>}>
          <>granted</>
        </Guard>
      );
    },
    says,
    afterwards,
    ...(needs && { needs }),
  },
];

const GUARDS = new Map<string, Entry>([
  guard('BooleanEntitlementGuard', 'sso', /^granted$/, /^denied$/),
  guard('NumericEntitlementGuard', 'seats', /^granted$/, /^denied$/),
  guard('MeteredEntitlementGuard', 'reports', /^granted$/, /^denied$/),
  guard('EnumEntitlementGuard', 'tier', /^denied$/, /^denied$/, 'getEnumEntitlement'),
]);

const nothing = () => {};
const succeed = async () => ({ success: true });

const widget = (
  name: string,
  props: object,
  says: RegExp,
  afterwards: RegExp,
  needs?: string,
): [string, Entry] => [
  name,
  {
    render: () => {
      const Widget = exported[name] as Widget;
      return <Widget {...props} />;
    },
    says,
    afterwards,
    ...(needs && { needs }),
  },
];

/** A part of the customer portal. */
const part = (name: string, says: RegExp, afterwards: RegExp): [string, Entry] => [
  name,
  {
    render: () => {
      const Part = exported[name] as Widget;
      return (
        <sdk.CustomerPortalProvider>
          <Part onManageSubscription={nothing} />
        </sdk.CustomerPortalProvider>
      );
    },
    says,
    afterwards,
  },
];

const WIDGETS = new Map<string, Entry>([
  widget(
    'Paywall',
    { onPlanSelected: nothing },
    /Free.*Downgrade.*Pro/,
    /Free.*Current plan.*Pro.*Upgrade/,
  ),
  widget(
    'Checkout',
    { planId: 'pro', onCheckout: succeed, onCheckoutCompleted: succeed },
    /Selected plan.*\$49/,
    /Selected plan.*\$49/,
  ),
  widget(
    'CustomerPortal',
    { onManageSubscription: nothing, paywallComponent: null },
    /Pro plan.*a@acme\.test/,
    /Free plan.*g@globex\.test/,
  ),
  [
    'CustomerPortalProvider',
    {
      render: () => <sdk.CustomerPortalProvider>inside</sdk.CustomerPortalProvider>,
      says: /^inside$/,
      afterwards: /^inside$/,
    },
  ],
  part('AddonsList', /^$/, /^$/),
  part('CustomerUsageData', /Reports.*3 \/ 10/, /^(?!.*Reports)/),
  part('InvoicesSection', /^\W*$/, /^\W*$/),
  part('PaymentDetailsSection', /a@acme\.test/, /g@globex\.test/),
  part('Promotions', /access/, /access/),
  part('SubscriptionsOverview', /Pro plan/, /Free plan/),
  widget('CreditBalance', { currencyId: 'credits' }, /./, /./, 'getCreditEntitlement'),
  widget('CreditGrants', { currencyId: 'credits' }, /./, /./, 'getCreditGrants'),
  widget('CreditUsageChart', { currencyId: 'credits' }, /./, /./, 'getCreditUsage'),
  widget('CreditUtilization', { currencyId: 'credits' }, /./, /./, 'getCreditEntitlement'),
  widget(
    'AutoRechargeStatus',
    { currencyId: 'credits' },
    /./,
    /./,
    'getAutomaticRechargeConfiguration',
  ),
  widget(
    'AutomaticRechargeConfig',
    { currencyId: 'credits', customerId: 'acme' },
    /./,
    /./,
    'getAutomaticRechargeConfiguration',
  ),
]);

/** Exports that read nothing about the customer: they show their props, or are not components. */
const OTHERS = new Set([
  'CustomerModel',
  'OfflineStigg',
  'StiggContext',
  'StiggProvider',
  'getSdk',
  'AutomaticRechargeConfigForm',
  'EmptyState',
  'ErrorState',
  'GenericTable',
  'StatusChip',
  'formatDateOnly',
  'formatDateTime',
  'isCreditEntitlement',
  'isFeatureEntitlement',
  'mapCreditGrantStatusToVariant',
  'useAutomaticRechargeForm',
  'validateAutomaticRechargeForm',
]);

/** An enum, a constant or a GraphQL document: data that nothing renders. */
const isData = (value: unknown) =>
  typeof value !== 'function' && !(value && typeof value === 'object' && '$$typeof' in value);

test('every export of the SDK that is more than data is in this table once', () => {
  const names = Object.keys(exported).filter((name) => !isData(exported[name]));
  const lists = [HOOKS, GUARDS, WIDGETS, OTHERS];
  const times = (name: string) => lists.filter((list) => list.has(name)).length;

  expect(names.filter((name) => times(name) !== 1)).toEqual([]);
  expect(names.length).toBeGreaterThanOrEqual(25);
  // No export with the name of a hook or a component is among the data.
  expect(
    Object.keys(exported).filter((name) => /^use[A-Z]|Guard$/.test(name) && times(name) !== 1),
  ).toEqual([]);
});

class Boundary extends Component<{ children: ReactNode }, { crash: string | null }> {
  override state = { crash: null as string | null };
  static getDerivedStateFromError = (error: Error) => ({ crash: error.message });
  override render() {
    const { crash } = this.state;
    return crash === null ? this.props.children : `crashed: ${crash}`;
  }
}

const OPTIONS = {
  customers: {
    acme: { name: 'Acme', email: 'a@acme.test', planId: 'pro' },
    globex: { name: 'Globex', email: 'g@globex.test', planId: 'free' },
  },
  plans: [
    { id: 'free', name: 'Free' },
    {
      id: 'pro',
      name: 'Pro',
      monthlyPrice: 49,
      entitlements: { sso: true as const, seats: 5, reports: { limit: 10, usage: 3 } },
    },
  ],
};

beforeEach(() => {
  window.history.replaceState(
    null,
    '',
    '/?checkoutCompleted=true&subscriptionId=subscription-acme',
  );
});
afterEach(() => {
  window.history.replaceState(null, '', '/');
});

async function start({ render }: Entry, strict = false) {
  const backend = await startStigg(OPTIONS);
  const server = await serve(withCheckout(backend.emulator));
  onTestFinished(server.close);
  const identity = await startIdentity(signedIn('acme'));
  const app = renderApp(
    { ...backend.stigg, baseUri: server.url, identityEndpoint: identity.url },
    {
      strict,
      children: (
        <div id="tried">
          <Boundary>{render()}</Boundary>
        </div>
      ),
    },
  );
  return { ...backend, identity, app };
}

/** What is shown, without what stands in for letters that are still to come. */
const shown = () =>
  `${document.getElementById('tried')?.textContent}`.replaceAll(/[\u200b-\u200f]/g, '');

async function untilItSays(says: RegExp) {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false });
  await until(
    () => says.test(shown()),
    () => `${says}; it is ${shown()}`,
  ).finally(() => Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true }));
}

const KINDS: [string, Map<string, Entry>, (name: string) => string][] = [
  ['a hook', HOOKS, (name) => `${name}()`],
  ['a guard', GUARDS, (name) => `<${name}>`],
  ['a widget', WIDGETS, (name) => `<${name}>`],
];

describe.each(KINDS)('%s that mounts with the provider', (_, list, called) => {
  const present = [...list].filter(([name]) => name in exported);
  const cases = present.map(([name, entry]) => [called(name), entry] as const);

  test.each(cases)(
    '%s shows the data of the customer as soon as there is one',
    async (_, entry) => {
      const { app, emulator } = await start(entry);
      if (entry.needs && !(entry.needs in app.context().stigg)) return; // nor does it work without this package
      await shows('ready');
      await untilItSays(entry.says);
      // There was no earlier request without a customer, and no refused request.
      const reads = emulator.requests.filter(
        ({ operation }) => operation !== 'GetSdkConfiguration',
      );
      expect(new Set(reads.map(({ customerId }) => customerId))).toEqual(new Set(['acme']));
      expect(reads.filter(({ status }) => status !== 200)).toEqual([]);
    },
  );

  test.each(cases)('%s shows the data of the customer in StrictMode too', async (_, entry) => {
    const { app } = await start(entry, true);
    if (entry.needs && !(entry.needs in app.context().stigg)) return;
    await shows('ready');
    await untilItSays(entry.says);
  });

  test.each(cases)('%s never shows data of the previous customer to the next', async (_, entry) => {
    const { app, identity } = await start(entry);
    if (entry.needs && !(entry.needs in app.context().stigg)) return;
    await shows('ready');
    await untilItSays(entry.says);
    identity.answer = signedIn('globex');
    await act(() => app.customer().refresh());
    await untilItSays(entry.afterwards);
  });
});

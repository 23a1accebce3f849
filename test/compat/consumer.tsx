/* Every public name, as a strict project uses it. The wrong uses at the end must stay errors. */
import {
  type FetchIdentityInit,
  fetchIdentity,
  type HardenedCustomer,
  type HardenedCustomerActions,
  HardenedCustomerGate,
  type HardenedCustomerGateProps,
  HardenedStiggError,
  type HardenedStiggErrorCode,
  type HardenedStiggErrorOptions,
  type HardenedStiggOptions,
  HardenedStiggProvider,
  type HardenedStiggProviderProps,
  type Identity,
  type IdentityEndpoint,
  type IdentitySource,
  type SettledHardenedCustomer,
  useHardenedCustomer,
} from 'hardened-stigg';
import * as edge from 'hardened-stigg/edge';
import {
  createStiggEmulator,
  type EmulatorCustomer,
  type EmulatorFailure,
  type EmulatorPlan,
  type EmulatorRequest,
  type EmulatorResource,
  type StiggEmulator,
  type StiggEmulatorOptions,
  type StiggOperation,
} from 'hardened-stigg/emulator';
import * as lazy from 'hardened-stigg/lazy';
import {
  BooleanEntitlementGuard,
  Checkout,
  CustomerPortal,
  type EntitlementGuardProps,
  type LazyWidgetProps,
  lazyWidget,
  MeteredEntitlementGuard,
  NumericEntitlementGuard,
  Paywall,
  preloadStigg,
  useBooleanEntitlement,
  useMeteredEntitlement,
  useNumericEntitlement,
} from 'hardened-stigg/lazy';
import { identityPreloadScript, preloadIdentity } from 'hardened-stigg/preload';
import {
  type CustomerOfRequest,
  createCustomerToken,
  createIdentityHandler,
  type IdentityHandlerOptions,
  type SignedInCustomer,
  toEntitlements,
  verifyCustomerToken,
} from 'hardened-stigg/server';
import {
  type EntitledFeature,
  type Entitlement,
  type EntitlementAnswer,
  type Entitlements,
  type MeteredLimit,
  type MockCustomer,
  MockHardenedStiggProvider,
  type MockHardenedStiggProviderProps,
} from 'hardened-stigg/testing';
import 'hardened-stigg/testing/setup';
import entitlementVectors from 'hardened-stigg/entitlement-vectors.json';
import vectors from 'hardened-stigg/vectors.json';
import type { ReactNode } from 'react';

// The browser.
export const init: FetchIdentityInit = { timeoutMs: 1000, select: (body) => body.stigg };
export const endpoint: IdentityEndpoint = ({ signal }) => fetchIdentity('/me', { ...init, signal });
export const identity: Identity = { customerId: 'acme', customerToken: 'token', expiresIn: 60 };
const code: HardenedStiggErrorCode = 'identity_invalid';
const options: HardenedStiggErrorOptions = { status: 500, retryable: true, cause: code };
export const error: Error = new HardenedStiggError(code, 'It failed.', options);
const common: HardenedStiggOptions = { sessionKey: null, enabled: true, syncTabs: false };
export const sources: IdentitySource[] = [
  { identityEndpoint: endpoint, initialIdentity: identity },
  { identity, identityEndpoint: endpoint },
  { identity: undefined },
];
const props: HardenedStiggProviderProps = {
  ...common,
  apiKey: 'client-key',
  baseUri: 'https://stigg.example.com', // a prop of Stigg's own provider
  identityEndpoint: endpoint,
  initialIdentity: identity,
  onError: (error) => error.code satisfies HardenedStiggErrorCode,
};
const gate: HardenedCustomerGateProps = {
  error: (error, retry) => (
    <button type="button" onClick={retry}>
      {error.message}
    </button>
  ),
};

export function Customer(): ReactNode {
  const customer: HardenedCustomer = useHardenedCustomer();
  const settled: SettledHardenedCustomer = useHardenedCustomer({ suspense: true });
  const { refresh, signOut }: HardenedCustomerActions = customer;
  const nobody: null = settled.error;
  if (customer.status === 'error') return customer.error.code;
  if (customer.status !== 'ready') return nobody;
  const customerId: string = customer.customerId;
  return (
    <button type="button" onClick={customer.isLoading ? refresh : signOut}>
      {customerId} {settled.status}
    </button>
  );
}

export const app = (
  <HardenedStiggProvider {...props} sessionKey="user-1" retries={3}>
    <HardenedCustomerGate {...gate} loading="Loading …">
      <Customer />
    </HardenedCustomerGate>
  </HardenedStiggProvider>
);

// The browser, without Stigg's SDK at first. What both entries have is one type, whichever entry names it.
const lazyProps: lazy.HardenedStiggProviderProps = props;
export const lazyError: HardenedStiggError = new lazy.HardenedStiggError(code, 'It failed.');
export const lazyEndpoint: lazy.IdentityEndpoint = ({ signal }) =>
  lazy.fetchIdentity('/me', { signal });
const guard: EntitlementGuardProps = { noAccessComponent: 'Upgrade', children: <p>Reports</p> };
const waiting: LazyWidgetProps = { fallback: 'Loading …' };
const Balance = lazyWidget(() => ({ currency }: { currency: string }) => <p>{currency}</p>);
const Usage = lazyWidget((sdk) => sdk.CustomerUsageData);

export function Plan(): ReactNode {
  const customer: HardenedCustomer = lazy.useHardenedCustomer();
  const sso: boolean = useBooleanEntitlement({ featureId: 'sso' }).hasAccess;
  const seats: number | undefined = useNumericEntitlement({
    featureId: 'seats',
    options: { fallback: { hasAccess: true, value: 1 } },
  }).value;
  const { currentUsage, usageLimit } = useMeteredEntitlement({
    featureId: 'reports',
    options: { requestedUsage: 1 },
  });
  const left: number = (usageLimit ?? 0) - (currentUsage ?? 0);
  return (
    <button type="button" onPointerEnter={preloadStigg}>
      {customer.status} {sso} {seats} {left}
    </button>
  );
}

export const lazyApp = (
  <lazy.HardenedStiggProvider {...lazyProps} sessionKey="user-1">
    <lazy.HardenedCustomerGate {...gate} loading="Loading …">
      <Plan />
      <BooleanEntitlementGuard featureId="sso" {...guard} />
      <NumericEntitlementGuard featureId="seats" {...guard} />
      <MeteredEntitlementGuard
        featureId="reports"
        options={{ requestedUsage: 1 }}
        noAccessComponent="Upgrade"
      >
        <p>Reports</p>
      </MeteredEntitlementGuard>
      <Paywall {...waiting} onPlanSelected={({ plan }) => void plan.id.trim()} />
      <CustomerPortal fallback="Loading …" />
      <Checkout planId="pro" onCheckoutCompleted={async () => {}} />
      <Balance currency="credits" {...waiting} />
      <Usage fallback="Loading …" />
    </lazy.HardenedCustomerGate>
  </lazy.HardenedStiggProvider>
);

preloadIdentity(new URL('https://example.com/api/identity'));
export const script: string = identityPreloadScript('/api/identity', { nonce: 'bm9uY2U=' });

// The backend.
const signedIn: SignedInCustomer = { customerId: 'acme', expiresAt: Date.now() };
const handler: IdentityHandlerOptions = { signingSecret: 'secret', getCustomerId: () => signedIn };
export const signedOut: CustomerOfRequest | edge.CustomerOfRequest = null;
export const token: string = createCustomerToken('acme', 'secret');
export const verified: string | null = verifyCustomerToken(token, ['secret']);
export const answer: Promise<Response> = createIdentityHandler(handler)(new Request('/identity'));
export const edgeToken: Promise<string> = edge.createCustomerToken('acme', 'secret');
export const edgeVerified: Promise<string | null> = edge.verifyCustomerToken(token, 'secret');
const edgeHandler: edge.IdentityHandlerOptions = handler;
export const edgeAnswer: Promise<Response> = edge.createIdentityHandler(edgeHandler)(
  new Request('/identity'),
);
export const edgeSignedIn: edge.SignedInCustomer = signedIn;
export const signed: string[] = vectors.tokens.map(({ customerToken }) => customerToken);

// Tests.
const entitlement: Entitlement = { limit: 10, usage: 3 };
const entitlements: Entitlements = { 'feature-sso': true, reports: entitlement };
const resource: EmulatorResource = { entitlements };
const customer: EmulatorCustomer = { planId: 'pro', entitlements, resources: { site: resource } };
const plan: EmulatorPlan = { id: 'pro', name: 'Pro', monthlyPrice: 49 };
const emulatorOptions: StiggEmulatorOptions = {
  signingSecret: 'secret',
  customers: { acme: customer },
  plans: [plan],
  latencyMs: ({ customerId }: StiggOperation) => (customerId ? 1 : 0),
};
const failure: EmulatorFailure = { status: 500, times: 2 };
export const emulator: StiggEmulator = createStiggEmulator(emulatorOptions);
emulator.failNext(failure);
export const requests: readonly EmulatorRequest[] = emulator.requests;

const feature: EntitledFeature = { id: 'sso' };
const granted: EntitlementAnswer = { hasAccess: true, feature };
const limit: MeteredLimit = { limit: 10, usage: 3 };
const mockEntitlements: Entitlements = { reports: limit, sso: granted, seats: 5 };
export const listed: Entitlements = toEntitlements([granted]);
export const vectorNames: string[] = entitlementVectors.reads.map(({ name }) => name);
const mockCustomer: MockCustomer = { status: 'ready', customerId: 'acme' };
const mock: MockHardenedStiggProviderProps = { entitlements: mockEntitlements };
export const story = (
  <MockHardenedStiggProvider {...mock} customer={mockCustomer}>
    <Customer />
  </MockHardenedStiggProvider>
);

// These must not compile. If one does, the types have been lost.
export function Wrong(): ReactNode {
  const customer = useHardenedCustomer();
  // @ts-expect-error: null, unless the status says otherwise
  const customerId: string = customer.customerId;
  // @ts-expect-error: it never holds the token
  customer.customerToken;
  return customerId;
}
// @ts-expect-error: no identity endpoint
export const withoutEndpoint = <HardenedStiggProvider apiKey="client-key" />;
export const withCustomer = (
  // @ts-expect-error: whose the customer is, is not for the caller to say
  <HardenedStiggProvider apiKey="client-key" identityEndpoint="/me" customerId="acme" />
);
// @ts-expect-error: a prop of Stigg's own provider, of another type
export const wrongUri = <HardenedStiggProvider {...props} baseUri={1} />;
export function WrongLazy(): ReactNode {
  // @ts-expect-error: which feature?
  useBooleanEntitlement({});
  // @ts-expect-error: a boolean feature has no value
  useBooleanEntitlement({ featureId: 'sso' }).value;
  // @ts-expect-error: the limit of a metered feature is a number
  const limit: string | undefined = useMeteredEntitlement({ featureId: 'reports' }).usageLimit;
  return limit;
}
// @ts-expect-error: no identity endpoint
export const lazyWithoutEndpoint = <lazy.HardenedStiggProvider apiKey="client-key" />;
// @ts-expect-error: a guard without a child
export const emptyGuard = <BooleanEntitlementGuard featureId="sso" />;
// @ts-expect-error: a prop that the widget requires
export const withoutPlan = <Checkout />;
// @ts-expect-error: not in the SDK
export const NotThere = lazyWidget((sdk) => sdk.NotThere);
// @ts-expect-error: not a component
export const NotAWidget = lazyWidget(() => 'Paywall');
// @ts-expect-error: no secret
createCustomerToken('acme');
// @ts-expect-error: a promise on the edge
export const notYet: string = edge.createCustomerToken('acme', 'secret');
// @ts-expect-error: an unknown code
export const unknownCode: HardenedStiggErrorCode = 'identity_unknown';
// @ts-expect-error: ready as nobody
export const nobody = <MockHardenedStiggProvider customer={{ status: 'ready' }} />;
// @ts-expect-error: no customers
createStiggEmulator({ signingSecret: 'secret' });
// @ts-expect-error: not a URL
preloadIdentity(1);

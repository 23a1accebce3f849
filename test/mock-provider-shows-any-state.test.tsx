import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  Paywall,
  useBooleanEntitlement,
  useMeteredEntitlement,
  useNumericEntitlement,
  useStiggContext,
} from '@stigg/react-sdk';
import { act, render, screen } from '@testing-library/react';
import {
  type HardenedCustomer,
  HardenedCustomerGate,
  HardenedStiggError,
  useHardenedCustomer,
} from 'hardened-stigg';
import {
  type Entitlements,
  type MockCustomer,
  MockHardenedStiggProvider,
} from 'hardened-stigg/testing';
import { memo, type ReactNode, StrictMode, Suspense } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { EntitledPage } from './helpers/entitled-page';
import { ACME, DENIED } from './helpers/expected';

const ENTITLEMENTS = { sso: true, seats: 5, reports: { limit: 10, usage: 3 } } as const;
const REFUSED = new HardenedStiggError('customer_rejected', 'Refused.');

const STATES: [MockCustomer, object][] = [
  [{ status: 'loading' }, { customer: 'nobody', error: 'none', ...DENIED }],
  [{ status: 'ready', customerId: 'acme' }, ACME],
  [{ status: 'anonymous' }, { customer: 'nobody', error: 'none', ...DENIED }],
  [
    { status: 'error', error: REFUSED },
    { customer: 'nobody', error: 'customer_rejected', ...DENIED },
  ],
];

function Seen({ into }: { into: HardenedCustomer[] }) {
  into.push(useHardenedCustomer());
  return null;
}

const MemoisedStatus = memo(() => <p>{useHardenedCustomer().status}</p>);
const Suspending = memo(() => <p>{useHardenedCustomer({ suspense: true }).customerId}</p>);

/** Everything that Stigg's hooks answer, but the description of the feature. */
function useAnswers(featureId: string): object[] {
  const fallback = { hasAccess: true };
  return [
    useBooleanEntitlement({ featureId }),
    useBooleanEntitlement({ featureId, options: { fallback } }),
    useNumericEntitlement({ featureId }),
    useMeteredEntitlement({ featureId }),
    useMeteredEntitlement({ featureId, options: { requestedUsage: 8 } }),
  ].map(({ feature, ...answer }) => answer);
}

type Answers = Record<string, object[]>;

function Feature({ id, into }: { id: string; into: Answers }) {
  into[id] = useAnswers(id);
  return null;
}

const MemoisedSso = memo(({ clients }: { clients: Set<unknown> }) => {
  clients.add(useStiggContext().stigg);
  return <p>{String(useBooleanEntitlement({ featureId: 'sso' }).hasAccess)}</p>;
});

let complaints: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  complaints = vi.spyOn(console, 'error');
});
afterEach(() => {
  expect(complaints).not.toHaveBeenCalled(); // no act() warning above all
  complaints.mockRestore();
});

describe('any state, in its first render and with no request', () => {
  async function expectState(customer: MockCustomer, expected: object, widget?: ReactNode) {
    const requests = vi.fn();
    subscribe('undici:request:create', requests);
    const opened = vi.spyOn(XMLHttpRequest.prototype, 'open');

    await act(async () => {
      render(
        <StrictMode>
          <MockHardenedStiggProvider customer={customer} entitlements={ENTITLEMENTS}>
            <EntitledPage />
            {widget}
          </MockHardenedStiggProvider>
        </StrictMode>,
      );
    });

    expect(await shows(customer.status)).toEqual(expected);
    expect(requests).not.toHaveBeenCalled();
    expect(opened).not.toHaveBeenCalled();
    unsubscribe('undici:request:create', requests);
  }

  test.each(STATES)(
    'the mock provider shows any state in its first render, with no request: %o',
    (customer, expected) => expectState(customer, expected),
  );

  test.each(STATES)(
    "the mock provider shows any state next to Stigg's <Paywall>: %o",
    (customer, expected) => expectState(customer, expected, <Paywall onPlanSelected={() => {}} />),
  );

  test('the mock provider renders on a server too', () => {
    const html = renderToString(
      <MockHardenedStiggProvider
        customer={{ status: 'ready', customerId: 'acme' }}
        entitlements={{ sso: true }}
      >
        <EntitledPage />
      </MockHardenedStiggProvider>,
    );
    expect(html).toContain('acme');
    expect(html).toContain('granted');
  });

  test('the mock provider without props shows a customer without entitlements', async () => {
    render(<EntitledPage />, { wrapper: MockHardenedStiggProvider });
    expect(await shows('ready')).toMatchObject({ customer: 'mock-customer', ...DENIED });
  });
});

describe('the customer prop', () => {
  test('customer has the type of the hook, without the fields that follow from the status', () => {
    expectTypeOf<HardenedCustomer>().toExtend<MockCustomer>();
    // @ts-expect-error a ready customer has an id
    const nobody: MockCustomer = { status: 'ready' };
    // @ts-expect-error an error is one
    const nothing: MockCustomer = { status: 'error' };
    // @ts-expect-error nobody is loading with an id
    const somebody: MockCustomer = { status: 'loading', customerId: 'acme' };
    expect([nobody, nothing, somebody]).toHaveLength(3);
  });

  test('the hook returns the whole customer, and the same object while nothing changes', () => {
    const seen: HardenedCustomer[] = [];
    const tree = () => (
      <MockHardenedStiggProvider customer={{ status: 'ready', customerId: 'acme' }}>
        <Seen into={seen} />
      </MockHardenedStiggProvider>
    );
    render(tree()).rerender(tree());

    expect(seen).toHaveLength(2);
    expect(seen[1]).toBe(seen[0]);
    expect(seen[0]).toEqual({
      status: 'ready',
      customerId: 'acme',
      error: null,
      isLoading: false,
      refresh: expect.any(Function),
      signOut: expect.any(Function),
    });
  });

  test('the actions of the customer do nothing, or are those of the prop', async () => {
    const refresh = vi.fn(async () => {});
    const signOut = vi.fn();
    const seen: HardenedCustomer[] = [];
    const { rerender } = render(
      <MockHardenedStiggProvider customer={{ status: 'anonymous' }}>
        <Seen into={seen} />
      </MockHardenedStiggProvider>,
    );
    await expect(seen.at(-1)?.refresh()).resolves.toBeUndefined();
    expect(seen.at(-1)?.signOut()).toBeUndefined();

    rerender(
      <MockHardenedStiggProvider customer={{ status: 'anonymous', refresh, signOut }}>
        <EntitledPage />
      </MockHardenedStiggProvider>,
    );
    screen.getByRole('button', { name: 'refresh' }).click();
    screen.getByRole('button', { name: 'sign out' }).click();
    expect(refresh).toHaveBeenCalledOnce();
    expect(signOut).toHaveBeenCalledOnce();
  });

  test('the gate and its retry work under the mock provider', () => {
    const refresh = vi.fn(async () => {});
    render(
      <MockHardenedStiggProvider customer={{ status: 'error', error: REFUSED, refresh }}>
        <HardenedCustomerGate
          error={(error, retry) => (
            <button type="button" onClick={retry}>
              {error.code}
            </button>
          )}
        />
      </MockHardenedStiggProvider>,
    );
    screen.getByRole('button', { name: 'customer_rejected' }).click();
    expect(refresh).toHaveBeenCalledOnce();
  });

  test('memoised and suspended readers see a change of the customer prop', async () => {
    const tree = (customer: MockCustomer) => (
      <MockHardenedStiggProvider customer={customer}>
        <MemoisedStatus />
        <Suspense fallback="waiting">
          <Suspending />
        </Suspense>
      </MockHardenedStiggProvider>
    );
    const { container, rerender } = render(tree({ status: 'loading' }));
    expect(container).toHaveTextContent('loadingwaiting');

    await act(async () => rerender(tree({ status: 'ready', customerId: 'acme' })));
    expect(container).toHaveTextContent('readyacme');
  });
});

describe('the entitlements prop', () => {
  const FEATURES = ['sso', 'seats', 'reports', 'backups', 'emails', 'missing'];
  const GRANTS = {
    sso: true,
    seats: 5,
    reports: { limit: 10, usage: 3 },
    backups: { limit: 2, usage: 2 },
    emails: { limit: null, usage: 7 },
  } as const;

  const readersOf = (into: Answers) => FEATURES.map((id) => <Feature key={id} {...{ id, into }} />);

  test.each(['ready', 'anonymous'] as const)(
    'entitlements are answered as the SDK answers those of Stigg: %s',
    async (status) => {
      const customer = status === 'ready' ? 'acme' : null;
      const real: Answers = {};
      const { stigg } = await startStigg({ customers: { acme: { entitlements: GRANTS } } });
      const identity = await startIdentity(signedIn(customer));
      renderApp({ ...stigg, identityEndpoint: identity.url }, { children: readersOf(real) });
      await shows(status);

      const mocked: Answers = {};
      render(
        <MockHardenedStiggProvider
          customer={customer ? { status: 'ready', customerId: customer } : { status: 'anonymous' }}
          entitlements={GRANTS}
        >
          {readersOf(mocked)}
        </MockHardenedStiggProvider>,
      );
      expect(mocked).toEqual(real);
    },
  );

  const answersTo = (entitlements: Entitlements) => {
    const answers: Answers = {};
    render(
      <MockHardenedStiggProvider entitlements={entitlements}>
        {readersOf(answers)}
      </MockHardenedStiggProvider>,
    );
    return answers;
  };

  test('an entitlement can be unlimited, denied, or any other answer', () => {
    const { sso, seats, reports, emails } = answersTo({
      sso: false,
      seats: Number.POSITIVE_INFINITY,
      emails: { limit: Number.POSITIVE_INFINITY },
      reports: { hasAccess: false, currentUsage: 12, usageLimit: 10 },
    });
    expect(sso?.[0]).toMatchObject({ hasAccess: false, isFallback: false });
    expect(seats?.[2]).toEqual({ hasAccess: true, isUnlimited: true, isFallback: false });
    expect(emails?.[4]).toMatchObject({ hasAccess: true, isUnlimited: true, requestedUsage: 8 });
    expect(reports?.[3]).toEqual({
      hasAccess: false,
      isFallback: false,
      isUnlimited: false,
      currentUsage: 12,
      usageLimit: 10,
      requestedUsage: 0,
    });
  });

  test('keys that every object has are not entitlements', () => {
    const answers: Answers = {};
    render(<Feature id="constructor" into={answers} />, { wrapper: MockHardenedStiggProvider });
    const [[boolean]] = Object.values(answers) as [object[]];
    expect(boolean).toMatchObject({ hasAccess: false, isFallback: false });
  });

  test('memoised readers see a change of entitlements, and the client stays the same object', () => {
    const clients = new Set<unknown>();
    const tree = (entitlements: Entitlements) => (
      <MockHardenedStiggProvider entitlements={entitlements}>
        <MemoisedSso clients={clients} />
      </MockHardenedStiggProvider>
    );
    const { container, rerender } = render(tree({}));
    expect(container).toHaveTextContent('false');
    rerender(tree({ sso: true }));
    expect(container).toHaveTextContent('true');
    expect(clients.size).toBe(1);
  });
});

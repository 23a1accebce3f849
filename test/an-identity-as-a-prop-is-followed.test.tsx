import { useBooleanEntitlement } from '@stigg/react-sdk';
import { act, render } from '@testing-library/react';
import {
  type Entitlements,
  type HardenedCustomer,
  HardenedStiggProvider,
  type HardenedStiggProviderProps,
  type Identity,
  useHardenedCustomer,
} from 'hardened-stigg';
import { createCustomerToken } from 'hardened-stigg/server';
import { type ReactNode, StrictMode } from 'react';
import { describe, expect, expectTypeOf, test, vi } from 'vitest';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { pass, passUntil, stopTime } from './helpers/fake-time';
import { SIGNING_SECRET } from './helpers/secret';
import { until, untilRendered } from './helpers/until';

const identityOf = (customerId: string, more: Partial<Identity> = {}): Identity => ({
  customerId,
  customerToken: createCustomerToken(customerId, SIGNING_SECRET),
  ...more,
});
const SSO: Entitlements = { sso: true };

function Reader({ onRead }: { onRead: (customer: HardenedCustomer, sso: boolean) => void }) {
  const { hasAccess } = useBooleanEntitlement({ featureId: 'sso' });
  onRead(useHardenedCustomer(), hasAccess);
  return null;
}

/** The values of the prop that are not the same in every test. */
type Told = Pick<
  HardenedStiggProviderProps,
  'enabled' | 'sessionKey' | 'identityEndpoint' | 'refreshMarginMs'
> & { identity: Identity | null | undefined };

async function start(
  told: Told,
  { strict = false, children }: { strict?: boolean; children?: ReactNode } = {},
) {
  const { emulator, stigg, customerRequests } = await startStigg();
  const onError = vi.fn();
  const entries: string[] = [];
  let customer!: HardenedCustomer;
  const onRead = (read: HardenedCustomer, sso: boolean) => {
    customer = read;
    const entry = `${read.customerId ?? read.status}: ${sso ? 'granted' : 'denied'}`;
    if (entries.at(-1) !== entry) entries.push(entry);
  };
  const tree = (told: Told) => {
    const app = (
      <HardenedStiggProvider {...stigg} onError={onError} {...told}>
        <Reader onRead={onRead} />
        {children}
      </HardenedStiggProvider>
    );
    return strict ? <StrictMode>{app}</StrictMode> : app;
  };
  const { rerender } = render(tree(told));
  return {
    emulator,
    onError,
    /** The values that a reader read, without repetitions. */
    entries,
    customer: () => customer,
    becomes: (entry: string) =>
      untilRendered(
        () => entries.at(-1) === entry,
        () => `${entry}; it was ${entries}`,
      ),
    tell: (next: Told) => act(async () => rerender(tree(next))),
    /** The same without time to settle: the output of that render. */
    tellNow: (next: Told) => act(() => rerender(tree(next))),
    tokens: () =>
      customerRequests().filter(({ operation }) => operation === 'GetEntitlements').length,
  };
}

describe.each([false, true])('StrictMode: %s', (strict) => {
  test('the identity of the prop is given to Stigg once', async () => {
    const app = await start({ identity: identityOf('acme') }, { strict });
    await app.becomes('acme: granted');
    expect(app.entries).toEqual(['loading: denied', 'acme: granted']);
    expect(app.tokens()).toBe(1);
  });

  test('an identity with entitlements makes the first render ready', async () => {
    const app = await start({ identity: identityOf('acme', { entitlements: SSO }) }, { strict });
    expect(app.entries).toEqual(['acme: granted']);
    await act(() => until(() => app.tokens() === 1));
    expect(app.entries).toEqual(['acme: granted']);
  });

  test('another customer in the prop is a switch in the same render', async () => {
    const app = await start({ identity: identityOf('acme', { entitlements: SSO }) }, { strict });
    await act(() => until(() => app.tokens() === 1));

    app.tellNow({ identity: identityOf('globex') });
    expect(app.entries).toEqual(['acme: granted', 'loading: denied']);
    await app.becomes('globex: denied');

    app.tellNow({ identity: identityOf('acme', { entitlements: SSO }) });
    expect(app.entries.slice(3)).toEqual(['acme: granted']);
  });

  test('null in the prop is a visitor in the same render, and undefined is still loading', async () => {
    const app = await start({ identity: undefined }, { strict });
    expect(app.entries).toEqual(['loading: denied']);
    expect(app.tokens()).toBe(0);

    await app.tell({ identity: identityOf('acme') });
    await app.becomes('acme: granted');

    app.tellNow({ identity: null });
    expect(app.entries.at(-1)).toBe('anonymous: denied');
    expect(app.entries.filter((entry) => entry === 'acme: granted')).toHaveLength(1);

    await app.tell({ identity: identityOf('acme') });
    await app.becomes('acme: granted');
    app.tellNow({ identity: undefined });
    expect(app.entries.at(-1)).toBe('loading: denied');
  });

  test('another token of the same customer is a rotation without a denied render', async () => {
    const { emulator, ...app } = await start({ identity: identityOf('acme') }, { strict });
    await app.becomes('acme: granted');

    const customerToken = emulator.issueToken('acme', 600_000);
    await app.tell({ identity: identityOf('acme', { customerToken, expiresIn: 600 }) });
    await act(() => until(() => app.tokens() === 2));

    expect(app.entries).toEqual(['loading: denied', 'acme: granted']);
  });
});

test('another object with the same identity requests nothing', async () => {
  const app = await start({ identity: identityOf('acme') });
  await app.becomes('acme: granted');
  await app.tell({ identity: identityOf('acme') });
  await app.tell({ identity: identityOf('acme') });
  expect(app.tokens()).toBe(1);
});

test('new entitlements with the same token are shown until Stigg answers', async () => {
  const identity = identityOf('acme', { customerToken: 'forged', entitlements: SSO });
  const { emulator, ...app } = await start({ identity });
  emulator.failNext({ operation: 'GetEntitlements', status: 503, times: 100 });
  app.tellNow({ identity: { ...identity, entitlements: {} } });
  await app.becomes('acme: denied');
  expect(app.entries).toEqual(['acme: granted', 'acme: denied']);
});

test('entitlements that are written in the JSX are no news in each render', async () => {
  const { emulator, ...app } = await start({ identity: identityOf('acme', { entitlements: SSO }) });
  emulator.failNext({ operation: 'GetEntitlements', status: 503, times: 100 });
  for (let render = 0; render < 20; render++) {
    await app.tell({ identity: identityOf('acme', { entitlements: { ...SSO } }) });
  }
  expect(app.tokens()).toBeLessThanOrEqual(1);
  expect(app.entries).toEqual(['acme: granted']);

  // Nor does what no identity may hold throw, or it would take the app with it.
  const endless: Record<string, unknown> = {};
  endless.self = endless;
  const broken = identityOf('acme', { entitlements: endless as Entitlements });
  await app.tell({ identity: broken });
  await app.becomes('error: denied');
  expect(app.customer().error?.code).toBe('identity_invalid');
});

test('refresh() without an endpoint gives the identity to Stigg again', async () => {
  const { emulator, ...app } = await start({ identity: identityOf('acme') });
  await app.becomes('acme: granted');
  act(() => app.customer().signOut());
  expect(app.entries.at(-1)).toBe('anonymous: denied');

  await act(() => app.customer().refresh());

  expect(app.entries.at(-1)).toBe('acme: granted');
  expect(app.tokens()).toBe(2);
});

test('with an endpoint, only refresh() and a token that is due request it', async () => {
  stopTime();
  const endpoint = await startIdentity(signedIn('globex'));
  const identity = identityOf('acme', { expiresIn: 300 });
  const told = { identity, identityEndpoint: endpoint.url, refreshMarginMs: 60_000 };
  const app = await start(told);
  await passUntil(() => app.entries.at(-1) === 'acme: granted', 1000, 10);
  expect(endpoint.requests).toHaveLength(0);

  await pass(239_000);
  expect(endpoint.requests).toHaveLength(0);
  endpoint.answer = signedIn('acme');
  await passUntil(() => endpoint.requests.length === 1, 2000);

  endpoint.answer = signedIn('globex');
  await act(() => app.customer().refresh());
  expect(endpoint.requests).toHaveLength(2);
  expect(app.entries.at(-1)).toBe('globex: denied');
});

test('a token that has run out is identity_invalid, however often the same one is rendered', async () => {
  stopTime();
  const app = await start({ identity: identityOf('acme', { expiresIn: 60 }) });
  await passUntil(() => app.entries.at(-1) === 'acme: granted', 1000, 10);
  await pass(50_000);
  await app.tell({ identity: identityOf('acme', { expiresIn: 60, entitlements: SSO }) });
  expect(app.entries.at(-1)).toBe('acme: granted');

  await pass(11_000);

  expect(app.customer()).toMatchObject({ status: 'error', error: { code: 'identity_invalid' } });
  expect(app.customer().error?.message).toContain('identity');
  expect(app.onError).toHaveBeenCalledOnce();
  expect(app.entries.at(-1)).toBe('error: denied');

  await app.tell({ identity: identityOf('acme', { expiresIn: 61 }) });
  await passUntil(() => app.entries.at(-1) === 'acme: granted', 1000, 10);
});

test.each<[string, Identity | null | undefined]>([
  ['undefined', undefined],
  ['nobody', null],
  ['another customer', identityOf('globex')],
])('an object that comes back after %s is as old as it was', async (_, between) => {
  stopTime();
  const identity = identityOf('acme', { expiresIn: 60, entitlements: SSO });
  const app = await start({ identity });
  await passUntil(() => app.tokens() === 1, 1000, 10);
  await pass(50_000);
  await app.tell({ identity: between });
  app.tellNow({ identity });
  expect(app.entries.at(-1)).toBe('acme: granted');
  await passUntil(() => app.entries.at(-1) === 'error: denied', 11_000);
  expect(app.customer().error?.code).toBe('identity_invalid');

  await app.tell({ identity: between });
  const { length } = app.entries;
  app.tellNow({ identity });
  expect(app.entries.slice(length)).not.toContain('acme: granted');

  // An answer that says the same is another.
  await app.tell({ identity: between });
  await app.tell({ identity: { ...identity } });
  await passUntil(() => app.entries.at(-1) === 'acme: granted', 1000, 10);
});

test.each<[string, Identity, string]>([
  ['without a token', { customerId: 'acme' } as Identity, 'identity_invalid'],
  ['of another customer', { ...identityOf('acme'), customerId: 'globex' }, 'identity_mismatch'],
  ['expired', identityOf('acme', { expiresIn: 0, entitlements: SSO }), 'identity_invalid'],
  [
    'with a lifetime that is none',
    identityOf('acme', { expiresIn: 'soon' as never, entitlements: SSO }),
    'identity_invalid',
  ],
])('an identity %s is an error, and grants nothing', async (_, identity, code) => {
  const app = await start({ identity });
  await app.becomes('error: denied');
  expect(app.customer().error?.code).toBe(code);
  expect(app.entries).not.toContain('acme: granted');
  expect(app.tokens()).toBe(0);
});

test('signOut() wins; the next customer that the prop names is signed in', async () => {
  const app = await start({ identity: identityOf('globex') });
  await app.becomes('globex: denied');
  act(() => app.customer().signOut());
  await app.tell({ identity: identityOf('globex') });
  expect(app.entries.at(-1)).toBe('anonymous: denied');

  await app.tell({ identity: identityOf('acme') });
  await app.becomes('acme: granted');
});

test('a provider without an endpoint and an identity throws an error that names both', () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const mount = (props: object) => () =>
    render(<HardenedStiggProvider {...(props as HardenedStiggProviderProps)} apiKey="client-x" />);
  expect(mount({})).toThrow(/identityEndpoint.*identity/);
  expect(mount({ identityEndpoint: undefined })).toThrow(TypeError);
});

test('only the documented combinations of props compile', () => {
  type Props = HardenedStiggProviderProps;
  const identity = identityOf('acme');
  const common = { apiKey: 'client-x' };
  expectTypeOf({ ...common, identityEndpoint: '/x' }).toExtend<Props>();
  expectTypeOf({ ...common, identityEndpoint: '/x', initialIdentity: identity }).toExtend<Props>();
  expectTypeOf({ ...common, identity }).toExtend<Props>();
  expectTypeOf({ ...common, identity: null }).toExtend<Props>();
  expectTypeOf({ ...common, identity: undefined }).toExtend<Props>();
  expectTypeOf({ ...common, identity, identityEndpoint: '/x' }).toExtend<Props>();

  expectTypeOf(common).not.toExtend<Props>();
  expectTypeOf({ ...common, initialIdentity: identity }).not.toExtend<Props>();
  expectTypeOf({ ...common, identity, initialIdentity: identity }).not.toExtend<Props>();
  expectTypeOf({
    ...common,
    identity,
    identityEndpoint: '/x',
    initialIdentity: identity,
  }).not.toExtend<Props>();
});

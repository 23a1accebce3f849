import {
  type StiggContextValue,
  useActiveSubscriptions,
  useBooleanEntitlement,
  useStiggContext,
} from '@stigg/react-sdk';
import { act, render, screen } from '@testing-library/react';
import {
  type Entitlements,
  type HardenedCustomer,
  HardenedStiggProvider,
  type Identity,
  useHardenedCustomer,
} from 'hardened-stigg';
import type { StiggEmulator } from 'hardened-stigg/emulator';
import { createCustomerToken } from 'hardened-stigg/server';
import {
  Activity,
  memo,
  type ReactNode,
  StrictMode,
  Suspense,
  startTransition,
  useEffect,
  useReducer,
  useState,
} from 'react';
import { describe, expect, test, vi } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { startIdentity, startStigg } from './helpers/backend';
import { ACME, DENIED } from './helpers/expected';
import { pass, passUntil, stopTime } from './helpers/fake-time';
import { SIGNING_SECRET } from './helpers/secret';
import { until, untilRendered } from './helpers/until';

/** What the backend says of acme: the same as Stigg. */
const KNOWN: Entitlements = { sso: true, seats: 5, reports: { limit: 10, usage: 3 } };

/** A backend that sends entitlements, and a Stigg that answers when the test tells it to. */
async function start({ entitlements = KNOWN }: { entitlements?: Entitlements } = {}) {
  let latencyMs = Number.POSITIVE_INFINITY;
  const backend = await startStigg({
    latencyMs: ({ customerId }) => (customerId === null ? 0 : latencyMs),
  });
  const says = { entitlements: entitlements as Entitlements | undefined, customerId: 'acme' };
  const identity = await startIdentity(() =>
    Response.json(identityOf(backend.emulator, says.customerId, says.entitlements)),
  );
  const onError = vi.fn();
  return {
    ...backend,
    identity,
    says,
    onError,
    props: { ...backend.stigg, identityEndpoint: identity.url, timeoutMs: 300, onError },
    /** From now on, Stigg answers. */
    wakeStigg: () => {
      latencyMs = 0;
    },
    silenceStigg: () => {
      latencyMs = Number.POSITIVE_INFINITY;
    },
  };
}

const identityOf = (
  emulator: StiggEmulator,
  customerId: string,
  entitlements?: Entitlements,
  expiresIn?: number,
): Identity => ({
  customerId,
  customerToken: emulator.issueToken(customerId, 600_000),
  expiresIn,
  entitlements,
});

type Stigg = StiggContextValue['stigg'];

interface ReadingProps {
  onRead: (customer: HardenedCustomer, sso: boolean, stigg: Stigg) => void;
}

function useReading({ onRead }: ReadingProps) {
  const { hasAccess } = useBooleanEntitlement({ featureId: 'sso' });
  onRead(useHardenedCustomer(), hasAccess, (useStiggContext() as StiggContextValue).stigg);
}

/** Tells what it reads. */
function Reader(props: ReadingProps) {
  useReading(props);
  return null;
}

/** Renders all the time, for another reason than its reads. */
function Ticking(props: ReadingProps) {
  const [tick, next] = useReducer((count: number) => count + 1, 0);
  useReading(props);
  useEffect(() => {
    const timer = setInterval(next, 2);
    return () => clearInterval(timer);
  }, []);
  return <Reader key={tick} {...props} />;
}

/** Renders again only if what it reads tells it to. */
const Memoised = memo(({ featureId }: { featureId: string }) => (
  <p data-testid={`memoised ${featureId}`}>
    {useBooleanEntitlement({ featureId }).hasAccess ? 'granted' : 'denied'}
  </p>
));
Memoised.displayName = 'Memoised';
const memoised = (featureId: string) => screen.getByTestId(`memoised ${featureId}`).textContent;

function Plans() {
  const { activeSubscriptions, isLoading } = useActiveSubscriptions() as unknown as {
    activeSubscriptions: unknown[] | null;
    isLoading: boolean;
  };
  return <p data-testid="plans">{isLoading ? 'waiting' : `${activeSubscriptions?.length}`}</p>;
}

/** Keeps what a reader that renders all the time has read, each only if it differs from the last. */
function createJournal() {
  const entries: string[] = [];
  const onRead: ReadingProps['onRead'] = ({ status, customerId }, sso) => {
    const entry = `${customerId ?? status}: ${sso ? 'granted' : 'denied'}`;
    if (entries.at(-1) !== entry) entries.push(entry);
  };
  return { entries, ticking: <Ticking onRead={onRead} /> };
}

describe.each([false, true])('StrictMode: %s', (strict) => {
  test('a customer is ready and entitled as soon as the identity is known', async () => {
    const { props, customerRequests, wakeStigg } = await start();
    const { entries, ticking } = createJournal();
    renderApp(props, { strict, children: ticking });

    expect(await shows('ready')).toEqual(ACME);
    await until(() => customerRequests().length > 0);
    wakeStigg();
    await act(async () => {});

    expect(entries).toEqual(['loading: denied', 'acme: granted']);
  });

  test('an initialIdentity is ready in the first render, and Stigg gets one verified request', async () => {
    const { emulator, props, identity, customerRequests, wakeStigg } = await start();
    wakeStigg();
    const { entries, ticking } = createJournal();
    const initialIdentity = identityOf(emulator, 'acme', KNOWN);
    const app = renderApp({ ...props, initialIdentity }, { strict, children: ticking });

    expect(app.seen[0]?.status).toBe('ready');
    await until(() => app.context().stigg.isCustomerLoaded);

    expect(entries).toEqual(['acme: granted']);
    expect(identity.requests).toHaveLength(0);
    expect(
      customerRequests().filter(({ operation }) => operation === 'GetEntitlements'),
    ).toHaveLength(1);
  });
});

test('once Stigg has answered, its answers count, for memoised readers too', async () => {
  const { props, wakeStigg } = await start({
    entitlements: { ...KNOWN, backups: true, sso: false },
  });
  renderApp(props, { children: <Memoised featureId="backups" /> });
  expect(await shows('ready')).toEqual({ ...ACME, sso: 'denied' });
  expect(memoised('backups')).toBe('granted');

  wakeStigg();
  await act(async () => screen.getByText('refresh').click());
  await until(() => screen.getByTestId('sso').textContent === 'granted');

  expect(await shows('ready')).toEqual(ACME);
  expect(memoised('backups')).toBe('denied');
});

test('a refusal by Stigg grants nothing, and entitlements from the backend do not count until Stigg accepts', async () => {
  const { emulator, props, onError, wakeStigg, identity } = await start();
  wakeStigg();
  const forged = { ...identityOf(emulator, 'acme', KNOWN), customerToken: 'forged' };
  identity.answer = () => Response.json(forged);
  emulator.enforced = true;
  const { entries, ticking } = createJournal();
  const app = renderApp(props, { children: ticking });

  expect(await shows('error')).toEqual({
    customer: 'nobody',
    error: 'customer_rejected',
    ...DENIED,
  });
  expect(onError).toHaveBeenCalledOnce();
  entries.length = 0;
  await act(() => app.customer().refresh());
  expect(await shows('error')).toMatchObject(DENIED);
  expect(entries).not.toContain('acme: granted');

  identity.answer = () => Response.json(identityOf(emulator, 'acme', KNOWN));
  await act(() => app.customer().refresh());
  expect(await shows('ready')).toEqual(ACME);
});

test('a refusal counts until Stigg takes it back, whatever fails meanwhile', async () => {
  stopTime();
  const { emulator, props, wakeStigg, silenceStigg, identity } = await start();
  wakeStigg();
  const forged = { ...identityOf(emulator, 'acme', KNOWN), customerToken: 'forged' };
  identity.answer = () => Response.json(forged);
  const { seen, customer } = renderApp({ ...props, timeoutMs: 1000, retries: 0 });
  const fails = (code: string) => () => customer().error?.code === code;
  const refresh = async () => {
    act(() => void customer().refresh());
    await act(async () => {});
  };
  await passUntil(fails('customer_rejected'), 1000, 10);
  const { length } = seen;

  silenceStigg();
  await refresh();
  await passUntil(fails('stigg_unreachable'), 3000, 100);
  await pass(10_000); // it is tried again in the background
  identity.answer = () => new Response('', { status: 503 });
  await refresh();
  await passUntil(fails('identity_http_error'), 3000, 100);
  identity.answer = () => Response.json(forged);
  await refresh();
  await passUntil(fails('stigg_unreachable'), 3000, 100);
  expect(seen.slice(length).map(({ status }) => status)).not.toContain('ready');

  wakeStigg();
  identity.answer = () => Response.json(identityOf(emulator, 'acme', KNOWN));
  await passUntil(() => customer().status === 'ready', 60_000, 500);
});

test('a silent Stigg takes nothing away: onError is called, and Stigg is requested again in the background', async () => {
  stopTime();
  const { props, onError, wakeStigg, identity } = await start();
  const { seen, context } = renderApp({ ...props, timeoutMs: 1000 });
  await passUntil(() => seen.at(-1)?.status === 'ready', 1000, 10);
  await passUntil(() => onError.mock.calls.length === 1, 3000, 100);
  expect(onError.mock.calls[0]?.[0]).toMatchObject({ code: 'stigg_unreachable' });
  expect(await shows('ready')).toEqual(ACME);

  await pass(2400); // the first retry comes after 2.5 to 5 s
  expect(identity.requests).toHaveLength(1);
  await passUntil(() => onError.mock.calls.length === 2, 5000, 100);
  expect(await shows('ready')).toEqual(ACME);

  wakeStigg();
  await passUntil(() => context().stigg.isCustomerLoaded, 12_000, 100);
  expect(await shows('ready')).toEqual(ACME);
  expect(onError).toHaveBeenCalledTimes(2);
});

test('tokens are renewed in time while Stigg is silent, and nothing is denied', async () => {
  stopTime();
  const { emulator, props, identity } = await start();
  identity.answer = () => Response.json(identityOf(emulator, 'acme', KNOWN, 20));
  const { entries, ticking } = createJournal();
  const app = renderApp({ ...props, timeoutMs: 1000 }, { children: ticking });
  await passUntil(() => app.customer().status === 'ready', 1000, 10);

  for (let seconds = 0; seconds < 300; seconds++) await pass(1000);

  expect(entries).toEqual(['loading: denied', 'acme: granted']);
  // Tokens of 20 s that are renewed half-way, and a Stigg that is requested less and less often.
  expect(identity.requests.length).toBeLessThan(60);
});

test('while Stigg is silent, a refresh brings newer entitlements to every reader', async () => {
  const { props, says } = await start();
  const app = renderApp(props, { children: <Memoised featureId="sso" /> });
  await shows('ready');
  expect(memoised('sso')).toBe('granted');

  says.entitlements = { ...KNOWN, sso: false };
  await act(() => app.customer().refresh());

  expect(memoised('sso')).toBe('denied');
  expect(await shows('ready')).toEqual({ ...ACME, sso: 'denied' });

  says.entitlements = undefined; // this time the backend sent no entitlements
  await act(() => app.customer().refresh());
  expect(await shows('ready')).toEqual({ ...ACME, sso: 'denied' });
});

const isLazy = process.env.ENTRY === 'lazy';

// The lazy entry has no such reads outside its widgets.
test.skipIf(isLazy)('reads that return a promise wait for Stigg', async () => {
  const { props, wakeStigg } = await start();
  const app = renderApp({ ...props, timeoutMs: 5000 }, { children: <Plans /> });
  await shows('ready');
  let isSettled = false;
  const customer = app.context().stigg.getCustomer();
  void customer.finally(() => {
    isSettled = true;
  });
  await act(async () => {});
  expect(isSettled).toBe(false);

  wakeStigg();
  await act(() => app.customer().refresh());
  expect((await customer)?.id).toBe('acme');
  await until(() => screen.getByTestId('plans').textContent !== 'waiting');
});

test('another customer of the endpoint is shown without a render in between, and never gets the entitlements of the previous one', async () => {
  const { props, says } = await start();
  const { entries, ticking } = createJournal();
  const app = renderApp(props, { children: ticking });
  await shows('ready');
  const stigg = app.context().stigg;

  says.customerId = 'globex';
  says.entitlements = {};
  await act(() => app.customer().refresh());

  expect(await shows('ready')).toEqual({ customer: 'globex', error: 'none', ...DENIED });
  expect(entries).toEqual(['loading: denied', 'acme: granted', 'globex: denied']);
  expect(app.context().stigg).not.toBe(stigg);
  expect(stigg.getBooleanEntitlement({ featureId: 'sso' }).hasAccess).toBe(false);
});

test('a sign-out clears at once, and a late answer of Stigg changes nothing', async () => {
  const { props, wakeStigg, customerRequests } = await start();
  const app = renderApp({ ...props, timeoutMs: 5000 });
  await shows('ready');
  await until(() => customerRequests().length > 0);

  act(() => app.customer().signOut());
  expect(await shows('anonymous')).toMatchObject(DENIED);
  wakeStigg();
  await act(async () => {});

  expect(await shows('anonymous')).toMatchObject(DENIED);
});

test('a token that has ended grants nothing, whatever entitlements the backend sent', async () => {
  stopTime();
  const { emulator, props, identity } = await start();
  identity.answer = () => Response.json(identityOf(emulator, 'acme', KNOWN, 60));
  const app = renderApp({ ...props, timeoutMs: 1000, retries: 0 });
  await passUntil(() => app.customer().status === 'ready', 1000, 10);
  identity.answer = () => new Response(null, { status: 503 });

  await passUntil(() => app.customer().status === 'error', 90_000, 1000);
  expect(await shows('error')).toMatchObject(DENIED);
});

test.each([
  ['expired', { expiresIn: 0 }, 'identity_invalid'],
  [
    'mismatched',
    { customerId: 'globex', customerToken: createCustomerToken('acme', SIGNING_SECRET) },
    'identity_mismatch',
  ],
  ['with entitlements of another shape', { entitlements: { sso: 'yes' } }, 'identity_invalid'],
])('an identity that is %s grants nothing', async (_, wrong, code) => {
  const { emulator, props, identity } = await start();
  identity.answer = () => Response.json({ ...identityOf(emulator, 'acme', KNOWN), ...wrong });
  const { entries, ticking } = createJournal();
  renderApp(props, { children: ticking });

  expect(await shows('error')).toEqual({ customer: 'nobody', error: code, ...DENIED });
  expect(entries).toEqual(['loading: denied', 'error: denied']);
});

test('a resource waits for Stigg, because the backend sent no entitlements for it', async () => {
  const { props, wakeStigg } = await start();
  const app = renderApp({ ...props, resourceId: 'site-1', timeoutMs: 5000 });
  await until(() => app.seen.length > 1);
  expect(await shows('loading')).toMatchObject(DENIED);

  wakeStigg();
  await act(() => app.customer().refresh());
  await shows('ready');
  const backups = { featureId: 'backups', resourceId: 'site-1' };
  expect(app.context().stigg.getBooleanEntitlement(backups).hasAccess).toBe(true);
});

test('a resource that is set later waits for Stigg too', async () => {
  const { props, wakeStigg } = await start();
  const app = renderApp({ ...props, timeoutMs: 5000 });
  await shows('ready');

  act(() => app.rerender({ ...props, timeoutMs: 5000, resourceId: 'site-1' }));
  expect(await shows('loading')).toMatchObject(DENIED);

  wakeStigg();
  await shows('loading');
  await act(() => app.customer().refresh());
  await shows('ready');
});

/** What a test changes from outside. */
let change: (value: string) => void;

function Login({ first, children }: { first: string; children: (value: string) => ReactNode }) {
  const [value, setValue] = useState(first);
  change = setValue;
  return children(value);
}

test.skipIf(!Activity)(
  'a hidden <Activity> forgets the customer, and an initialIdentity is not used again',
  async () => {
    const { emulator, props, identity } = await start();
    identity.answer = () => new Response(null, { status: 401 });
    const initialIdentity = identityOf(emulator, 'acme', KNOWN);
    const statuses: string[] = [];
    const onRead: ReadingProps['onRead'] = ({ status }) => {
      if (statuses.at(-1) !== status) statuses.push(status);
    };
    render(
      <Login first="visible">
        {(mode) => (
          <Activity mode={mode as 'visible' | 'hidden'}>
            <HardenedStiggProvider {...props} initialIdentity={initialIdentity}>
              <Reader onRead={onRead} />
            </HardenedStiggProvider>
          </Activity>
        )}
      </Login>,
    );
    await act(async () => {});
    expect(statuses).toEqual(['ready']);

    act(() => change('hidden'));
    act(() => change('visible'));

    await untilRendered(() => statuses.at(-1) === 'anonymous');
    expect(statuses.filter((status) => status === 'ready')).toHaveLength(1);
  },
);

function Fallback({ onRender }: { onRender: () => void }) {
  onRender();
  return null;
}

const Settled = () => <p data-testid="settled">{useHardenedCustomer({ suspense: true }).status}</p>;

test('an identity with entitlements does not suspend, and a new login in a transition completes', async () => {
  const { emulator, props } = await start();
  const initialIdentity = identityOf(emulator, 'acme', KNOWN);
  const onFallback = vi.fn();
  render(
    <StrictMode>
      <Login first="first">
        {(sessionKey) => (
          <HardenedStiggProvider
            {...props}
            sessionKey={sessionKey}
            initialIdentity={initialIdentity}
          >
            <Suspense fallback={<Fallback onRender={onFallback} />}>
              <Settled />
            </Suspense>
          </HardenedStiggProvider>
        )}
      </Login>
    </StrictMode>,
  );
  await act(async () => {});
  expect(screen.getByTestId('settled').textContent).toBe('ready');
  expect(onFallback).not.toHaveBeenCalled();

  await act(async () => startTransition(() => change('second')));
  await untilRendered(() => {
    const { textContent, style } = screen.getByTestId('settled');
    return textContent === 'ready' && style.display !== 'none';
  });
});

test('a rotation changes nothing visible, before and after Stigg has answered', async () => {
  const { props, wakeStigg } = await start();
  const { entries, ticking } = createJournal();
  const app = renderApp(props, { children: ticking });
  await shows('ready');
  await act(() => app.customer().refresh());
  wakeStigg();
  await act(() => app.customer().refresh());
  await act(() => app.customer().refresh());

  expect(entries).toEqual(['loading: denied', 'acme: granted']);
  expect(app.context().stigg.isCustomerLoaded).toBe(true);
});

test('the client that components get stays the same object when Stigg accepts', async () => {
  const { props, wakeStigg } = await start();
  const seen = new Set<unknown>();
  const app = renderApp(props, {
    children: <Reader onRead={({ status }, _, stigg) => status === 'ready' && seen.add(stigg)} />,
  });
  await shows('ready');
  wakeStigg();
  await act(() => app.customer().refresh());
  await until(() => app.context().stigg.isCustomerLoaded);
  expect(seen.size).toBe(1);
});

import { StiggContext, StiggProvider, useStiggContext } from '@stigg/react-sdk';
import { act, render, screen } from '@testing-library/react';
import { createCustomerToken } from 'hardened-stigg/server';
import { type ReactNode, StrictMode, useMemo } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { expectNoLeak } from './helpers/leaks';
import { SIGNING_SECRET } from './helpers/secret';

const customerToken = createCustomerToken('globex', SIGNING_SECRET);

function spyOnWarn() {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  /** What was warned of, in words. */
  return () =>
    warn.mock.calls.map((args) => args.join(' ')).filter((line) => /Provider/.test(line));
}

let warnings: ReturnType<typeof spyOnWarn>;
/** The package as in a page that has just loaded, so that each test can get the warning again. */
let page: typeof import('hardened-stigg') & typeof import('hardened-stigg/testing');
beforeEach(async () => {
  warnings = spyOnWarn();
  vi.resetModules();
  page = { ...(await import('hardened-stigg')), ...(await import('hardened-stigg/testing')) };
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** A gate: what warns. */
const Reader = ({ id = 'inner' }) => (
  <page.HardenedCustomerGate loading={<p data-testid={id}>loading</p>}>
    <p data-testid={id}>ready</p>
  </page.HardenedCustomerGate>
);

/** An app that renders `inside` below the hardened provider, until it is ready. */
async function show(inside: (stigg: { apiKey: string; baseUri: string }) => ReactNode) {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const tree = () => (
    <page.HardenedStiggProvider {...stigg} identityEndpoint={identity.url}>
      <Reader id="outer" />
      {inside(stigg)}
    </page.HardenedStiggProvider>
  );
  const view = render(tree());
  await vi.waitFor(() => expect(screen.getByTestId('outer')).toHaveTextContent('ready'));
  view.rerender(tree());
  await act(async () => {});
  return view;
}

const nested = (stigg: { apiKey: string; baseUri: string }, children: ReactNode) => (
  <StiggProvider {...stigg} customerId="globex" customerToken={customerToken}>
    {children}
  </StiggProvider>
);

test("Stigg's own provider inside ours causes one warning, which names it", async () => {
  await show((stigg) => nested(stigg, <Reader />));

  expect(warnings()).toEqual([expect.stringContaining('<StiggProvider>')]);
  expect(warnings()[0]).toContain('<HardenedStiggProvider>');
  expectNoLeak('the warning', warnings());
});

test('many gates and many renders cause only one warning', async () => {
  const { rerender, unmount } = await show((stigg) => (
    <StrictMode>
      {nested(
        stigg,
        <>
          <Reader id="a" />
          <Reader id="b" />
          <Reader id="c" />
        </>,
      )}
    </StrictMode>
  ));
  expect(warnings()).toHaveLength(1);
  rerender(<p>gone</p>);
  unmount();
  expect(warnings()).toHaveLength(1);
});

test('a nested provider that mounts later causes a warning too', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const tree = (inside: ReactNode) => (
    <page.HardenedStiggProvider {...stigg} identityEndpoint={identity.url}>
      <Reader id="outer" />
      {inside}
    </page.HardenedStiggProvider>
  );
  const { rerender } = render(tree(null));
  await vi.waitFor(() => expect(screen.getByTestId('outer')).toHaveTextContent('ready'));
  expect(warnings()).toEqual([]);

  rerender(tree(nested(stigg, <Reader />)));
  await act(async () => {});
  expect(warnings()).toHaveLength(1);
});

test('a nested provider that is offline, or has no customer yet, causes a warning too', async () => {
  await show((stigg) => (
    <StiggProvider {...stigg} offline>
      <Reader />
    </StiggProvider>
  ));
  expect(warnings()).toHaveLength(1);
});

test('there is no warning in production', async () => {
  vi.stubEnv('NODE_ENV', 'production');
  await show((stigg) => nested(stigg, <Reader />));
  expect(warnings()).toEqual([]);
});

test('there is no warning without a nested provider', async () => {
  await show(() => <Reader />);
  expect(warnings()).toEqual([]);
});

test('there is no warning for a provider next to the gates, or above the hardened provider', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  render(
    nested(
      stigg,
      <page.HardenedStiggProvider {...stigg} identityEndpoint={identity.url}>
        <Reader />
        {nested(stigg, <p>without a reader</p>)}
      </page.HardenedStiggProvider>,
    ),
  );
  await vi.waitFor(() => expect(screen.getByTestId('inner')).toHaveTextContent('ready'));
  expect(warnings()).toEqual([]);
});

/** An app that adds a theme to Stigg's context. The client stays ours. */
function Themed({ children }: { children: ReactNode }) {
  const context = useStiggContext();
  const value = useMemo(() => ({ ...context, locale: 'de-DE' }), [context]);
  return <StiggContext.Provider value={value}>{children}</StiggContext.Provider>;
}

test('there is no warning for a context of the app that holds our client', async () => {
  await show(() => (
    <Themed>
      <Reader />
    </Themed>
  ));
  expect(warnings()).toEqual([]);
});

test('there is no warning for the StiggProvider inside the mock provider', async () => {
  render(
    <page.MockHardenedStiggProvider>
      <Reader />
    </page.MockHardenedStiggProvider>,
  );
  expect(screen.getByTestId('inner')).toHaveTextContent('ready');
  await act(async () => {});
  expect(warnings()).toEqual([]);
});

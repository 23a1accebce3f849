/* The tests of one pair of React and SDK with the lazy entry, in the order of events in a user's app. */
import type { StiggContextValue } from '@stigg/react-sdk';
import { act, render, screen } from '@testing-library/react';
import {
  BooleanEntitlementGuard,
  HardenedStiggProvider,
  lazyWidget,
  useHardenedCustomer,
  useNumericEntitlement,
} from 'hardened-stigg/lazy';
import { StrictMode, useState } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { CUSTOMERS, startStigg } from '../helpers/backend';
import { untilRendered } from '../helpers/until';

const Widget = lazyWidget((sdk) => {
  // biome-ignore lint/correctness/noComponentHookFactories: lazyWidget() calls this once
  return function OfTheSdk() {
    const { stigg } = sdk.useStiggContext() as StiggContextValue;
    return <p>{stigg.isCustomerLoaded ? 'loaded' : 'nobody'}</p>;
  };
});

const rendered: string[] = [];

function App() {
  const { status } = useHardenedCustomer();
  const { value } = useNumericEntitlement({ featureId: 'seats' });
  const [isShown, setShown] = useState(false);
  rendered.push(`${status} ${value}`);
  return (
    <>
      <BooleanEntitlementGuard featureId="sso" noAccessComponent={<p>Upgrade</p>}>
        <p>Single sign-on</p>
      </BooleanEntitlementGuard>
      <button type="button" onClick={() => setShown(true)}>
        show the widget
      </button>
      {isShown && <Widget fallback={<p>waiting</p>} />}
    </>
  );
}

test('entitled without Stigg, in the HTML too; a widget brings its SDK, one verified request, and denies nothing', async () => {
  const { emulator, stigg, customerRequests } = await startStigg();
  const initialIdentity = {
    customerId: 'acme',
    customerToken: emulator.issueToken('acme', 600_000),
    entitlements: CUSTOMERS.acme.entitlements,
  };
  const app = (
    <StrictMode>
      <HardenedStiggProvider
        {...{ ...stigg, initialIdentity }}
        identityEndpoint={async () => initialIdentity}
      >
        <App />
      </HardenedStiggProvider>
    </StrictMode>
  );
  const html = renderToString(app);
  expect(html).toContain('<p>Single sign-on</p>');

  const container = document.body.appendChild(document.createElement('div'));
  container.innerHTML = html;
  render(app, { container, hydrate: true });
  await act(async () => {});
  expect(emulator.requests).toEqual([]);

  act(() => screen.getByRole('button').click());
  await untilRendered(() => screen.queryByText('loaded') !== null);

  const loads = customerRequests().filter(({ operation }) => operation === 'GetEntitlements');
  expect(loads.map(({ isVerified }) => isVerified)).toEqual([true]);
  expect(new Set(rendered)).toEqual(new Set(['ready 5']));
});

import { Checkout } from '@stigg/react-sdk';
import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import type { EmulatorPlan } from 'hardened-stigg/emulator';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';

const PLANS: EmulatorPlan[] = [
  { id: 'free', name: 'Free', entitlements: { seats: 1 } },
  { id: 'team', name: 'Team', entitlements: { seats: 9 } },
  { id: 'pro', name: 'Pro', monthlyPrice: 49, entitlements: { sso: true, seats: 20 } },
];

/** jsdom has no layout. */
beforeAll(() => {
  Element.prototype.scrollIntoView ??= () => {};
});

async function openCheckout(planId: string, current: string) {
  const backend = await startStigg({
    customers: { acme: { name: 'Acme', planId: current } },
    plans: PLANS,
  });
  const identity = await startIdentity(signedIn('acme'));
  const onCheckoutCompleted = vi.fn(async () => {});
  const app = renderApp(
    { ...backend.stigg, identityEndpoint: identity.url },
    {
      children: (
        <Checkout
          planId={planId}
          onCheckoutCompleted={onCheckoutCompleted}
          disableSuccessAnimation
        />
      ),
    },
  );
  await shows('ready');
  return { ...backend, app, onCheckoutCompleted };
}

/** Presses the only button of the widget, as soon as it has this text. */
async function press(name: string) {
  const label = await screen.findByText(name, undefined, { timeout: 4000 });
  await act(async () => fireEvent.click(label));
}

/** Through the steps of the widget, to the end. */
async function checkOut({ onCheckoutCompleted }: Awaited<ReturnType<typeof openCheckout>>) {
  // The widget starts over when its data arrives.
  await waitFor(
    () => {
      const next = screen.queryByText('Next');
      if (next) fireEvent.click(next);
      screen.getByText('Subscribe');
    },
    { timeout: 4000 },
  );
  await press('Subscribe');
  await waitFor(() => expect(onCheckoutCompleted).toHaveBeenCalled(), { timeout: 4000 });
}

const seats = ({ app }: Awaited<ReturnType<typeof openCheckout>>) =>
  app.context().stigg.getNumericEntitlement({ featureId: 'seats' }).value;

test('<Checkout> renders a plan, and applies one that costs nothing', async () => {
  const checkout = await openCheckout('team', 'free');
  await screen.findByText('Team plan', undefined, { timeout: 4000 });
  await checkOut(checkout);
  expect(checkout.onCheckoutCompleted).toHaveBeenCalledWith({ success: true, error: undefined });

  await act(() => checkout.app.context().stigg.refresh());
  expect(seats(checkout)).toBe(9);
  const applied = checkout.emulator.requests.find((one) => one.operation === 'ApplySubscription');
  expect(applied).toMatchObject({
    customerId: 'acme',
    key: 'client',
    isVerified: true,
    status: 200,
  });
});

test('<Checkout> downgrades to a plan that costs nothing', async () => {
  const checkout = await openCheckout('free', 'pro');
  await press('Cancel subscription');
  await waitFor(() => expect(checkout.onCheckoutCompleted).toHaveBeenCalled(), { timeout: 4000 });
  await act(() => checkout.app.context().stigg.refresh());
  expect(seats(checkout)).toBe(1);
});

describe('<Checkout> without a payment vendor', () => {
  test('a plan with a price is refused by name, and the page goes on working', async () => {
    const checkout = await openCheckout('pro', 'free');
    await checkOut(checkout);
    expect(checkout.onCheckoutCompleted).toHaveBeenCalledWith({
      success: false,
      error: expect.stringContaining('no payment vendor'),
    });
    expect(await shows('ready')).toMatchObject({ seats: '1' });
  });

  test('an operation that the emulator does not have is refused by name, and the page goes on working', async () => {
    const { app, emulator } = await openCheckout('team', 'free');
    const { stigg } = app.context();
    await expect(
      stigg.estimateSubscription({ customerId: 'acme', planId: 'team' }),
    ).rejects.toThrow('The emulator does not emulate "EstimateSubscription"');
    // Not the last request: the <Checkout> goes on with its own.
    expect(emulator.requests).toContainEqual(
      expect.objectContaining({ operation: 'EstimateSubscription', status: 400 }),
    );
    expect(await shows('ready')).toMatchObject({ seats: '1' });
  });
});

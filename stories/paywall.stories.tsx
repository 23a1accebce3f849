import { Paywall } from '@stigg/react-sdk';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { useHardenedCustomer } from 'hardened-stigg';
import { useState } from 'react';
import { expect, waitFor } from 'storybook/test';
import { StatusBadge } from './support/customer-card';
import { customerRequests } from './support/expectations';
import type { StoryArgs } from './support/story-args';
import { withProvider } from './support/with-provider';
import { worldOf } from './support/world';

/**
 * Stigg’s own `<Paywall>`, unchanged, under `HardenedStiggProvider`. It waits for the first answer of the
 * identity endpoint, so that a customer does not see a visitor’s plans first.
 */
const meta: Meta<StoryArgs> = {
  title: 'Paywall',
  decorators: [withProvider],
  render: () => <Pricing />,
};
export default meta;

type Story = StoryObj<StoryArgs>;

function Pricing() {
  const { isLoading, status } = useHardenedCustomer();
  const [picked, setPicked] = useState<string | null>(null);
  return (
    <section className="card wide">
      <h3>
        Pricing <StatusBadge status={status} />
      </h3>
      {isLoading ? (
        <p>Loading …</p>
      ) : (
        <div className="paywall" data-stigg-widget>
          <Paywall onPlanSelected={({ plan }) => setPicked(plan.displayName)} />
        </div>
      )}
      <p className="quiet" role="status">
        {picked && `You picked ${picked}. Your checkout would start here.`}
      </p>
    </section>
  );
}

/** Nobody is signed in: every plan is on offer, and no request is about a customer. */
export const Visitor: Story = {
  args: { customerId: 'nobody' },
  play: async ({ canvas, loaded }) => {
    await expect(await canvas.findByText('Pro')).toBeVisible();
    await expect(canvas.queryByText(/current plan/i)).toBeNull();
    await expect(customerRequests(worldOf({ loaded }))).toEqual([]);
  },
};

/** Acme is signed in, and is on the Pro plan. Stigg knows that from the token. */
export const Customer: Story = {
  play: async ({ canvas, loaded }) => {
    await expect(await canvas.findByText(/current plan/i)).toBeVisible();
    await waitFor(() =>
      expect(customerRequests(worldOf({ loaded }))).toContainEqual(
        expect.objectContaining({ what: 'GetPaywall', signature: 'verified', status: 200 }),
      ),
    );
  },
};

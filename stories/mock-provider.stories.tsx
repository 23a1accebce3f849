import type { Meta, StoryObj } from '@storybook/react-vite';
import { HardenedStiggError } from 'hardened-stigg';
import { MockHardenedStiggProvider } from 'hardened-stigg/testing';
import { expect } from 'storybook/test';
import { code } from './support/code';
import { CustomerCard } from './support/customer-card';
import { ACME, grants, NOTHING, saysStatus } from './support/expectations';
import { worldOf } from './support/world';

/** For your own tests and stories: the state that you choose, without any request. */
const meta = {
  title: 'Mock provider',
  component: MockHardenedStiggProvider,
  args: {
    customer: { status: 'ready', customerId: 'acme' },
    entitlements: {
      'single-sign-on': true,
      seats: 25,
      'monthly-reports': { limit: 500, usage: 137 },
    },
    children: <CustomerCard />,
  },
  parameters: { controls: { include: ['customer', 'entitlements'] } },
} satisfies Meta<typeof MockHardenedStiggProvider>;
export default meta;

type Story = StoryObj<typeof meta>;

/** A customer, with the entitlements that you choose. */
export const Ready: Story = {
  parameters: code(`<MockHardenedStiggProvider
  customer={{ status: 'ready', customerId: 'acme' }}
  entitlements={{ 'single-sign-on': true, seats: 25, 'monthly-reports': { limit: 500, usage: 137 } }}
>
  <CustomerCard />
</MockHardenedStiggProvider>`),
  play: async ({ canvas, loaded }) => {
    await saysStatus(canvas, 'ready');
    await grants(canvas, ACME);
    await expect(worldOf({ loaded }).getSnapshot().log).toEqual([]);
  },
};

/** Any other state grants nothing, as with the real provider. */
export const Failed: Story = {
  name: 'Error',
  args: {
    customer: {
      status: 'error',
      error: new HardenedStiggError('customer_rejected', 'Stigg refused the customer.'),
    },
  },
  play: async ({ canvas }) => {
    await saysStatus(canvas, 'error');
    await grants(canvas, NOTHING);
  },
};

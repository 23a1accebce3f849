import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { CustomerCard } from './support/customer-card';
import { ACME, customerRequests, grants, NOTHING, saysStatus } from './support/expectations';
import type { StoryArgs } from './support/story-args';
import { withProvider } from './support/with-provider';
import { worldOf } from './support/world';

/**
 * The backend signs with another environment’s secret. The SDK alone says so in the console only. With this package it
 * is the error `customer_rejected`, and nothing is granted.
 */
const meta: Meta<StoryArgs> = {
  title: 'Lifecycle/Refused token',
  args: { endpoint: 'wrong-secret' },
  decorators: [withProvider],
  render: () => <CustomerCard />,
};
export default meta;

type Story = StoryObj<StoryArgs>;

/** Stigg enforces hardening and refuses: the status is `error`, and everything is denied. */
export const Enforced: Story = {
  play: async ({ canvas, loaded }) => {
    await saysStatus(canvas, 'error');
    await expect(canvas.getByText('customer_rejected')).toBeVisible();
    await grants(canvas, NOTHING);
    await expect(customerRequests(worldOf({ loaded }))[0]).toMatchObject({
      signature: 'wrong',
      status: 401,
    });
  },
};

/**
 * Without enforcement, Stigg takes any token: the mistake goes unnoticed until somebody switches
 * enforcement on, and until then the signature protects nothing.
 */
export const NotEnforced: Story = {
  args: { enforced: false },
  play: async ({ canvas, loaded }) => {
    await saysStatus(canvas, 'ready');
    await grants(canvas, ACME);
    await expect(customerRequests(worldOf({ loaded }))[0]).toMatchObject({
      signature: 'wrong',
      status: 200,
    });
  },
};

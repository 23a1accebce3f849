import type { Meta, StoryObj } from '@storybook/react-vite';
import type { HardenedStiggErrorCode } from 'hardened-stigg';
import { expect } from 'storybook/test';
import { CustomerCard } from './support/customer-card';
import {
  ACME,
  customerRequests,
  grants,
  identityAnswers,
  NOTHING,
  saysStatus,
} from './support/expectations';
import type { StoryArgs } from './support/story-args';
import { withProvider } from './support/with-provider';
import { worldOf } from './support/world';

/**
 * `useHardenedCustomer()` returns a union: switch on `status`. Each story is one status, or one error
 * code; the list below it is what Stigg’s own hooks and guards grant meanwhile. Change what the endpoint
 * or Stigg does with the controls.
 */
const meta: Meta<StoryArgs> = {
  title: 'Status',
  render: () => <CustomerCard />,
  decorators: [withProvider],
};
export default meta;

type Story = StoryObj<StoryArgs>;

/** Stigg holds the customer and accepted the token. Every request about a customer carries one that verifies. */
export const Ready: Story = {
  play: async ({ canvas, loaded }) => {
    await saysStatus(canvas, 'ready');
    await grants(canvas, ACME);
    const requests = customerRequests(worldOf({ loaded }));
    await expect(requests.length).toBeGreaterThan(0);
    for (const request of requests) {
      await expect(request).toMatchObject({
        customerId: 'acme',
        signature: 'verified',
        status: 200,
      });
    }
  },
};

/** The endpoint has not answered yet. Nothing is granted, and no request is about a customer. */
export const Loading: Story = {
  args: { endpoint: 'silent', timeoutMs: 20_000 },
  play: async ({ canvas, loaded }) => {
    await saysStatus(canvas, 'loading');
    await grants(canvas, NOTHING);
    await expect(customerRequests(worldOf({ loaded }))).toEqual([]);
  },
};

/** The endpoint answered 401: a visitor, which is not an error. */
export const Anonymous: Story = {
  args: { customerId: 'nobody' },
  play: async ({ canvas, loaded }) => {
    await saysStatus(canvas, 'anonymous');
    await grants(canvas, NOTHING);
    const world = worldOf({ loaded });
    await expect(identityAnswers(world)).toEqual([401]);
    await expect(customerRequests(world)).toEqual([]);
  },
};

const shows =
  (code: HardenedStiggErrorCode): NonNullable<Story['play']> =>
  async ({ canvas }) => {
    await saysStatus(canvas, 'error');
    await expect(canvas.getByText(code)).toBeVisible();
    await grants(canvas, NOTHING);
  };

/** A network failure. Usually the provider repeats the request; in this story it does not (`retries`: 0). */
export const Unreachable: Story = {
  name: 'identity_unreachable',
  args: { endpoint: 'unreachable', retries: 0 },
  play: shows('identity_unreachable'),
};

/** No answer within `timeoutMs`. */
export const IdentityTimeout: Story = {
  name: 'identity_timeout',
  args: { endpoint: 'silent', retries: 0, timeoutMs: 600 },
  play: shows('identity_timeout'),
};

/**
 * Another status than 2xx, 401 and 204. A 403 is a mistake that must be visible, and not a visitor. It is not retried.
 */
export const IdentityHttpError: Story = {
  name: 'identity_http_error',
  args: { endpoint: 'http-403' },
  play: async (context) => {
    await shows('identity_http_error')(context);
    await expect(identityAnswers(worldOf(context))).toEqual([403]);
  },
};

/** A login page instead of JSON, as behind a proxy whose session has ended. */
export const IdentityInvalid: Story = {
  name: 'identity_invalid',
  args: { endpoint: 'login-page' },
  play: shows('identity_invalid'),
};

/** The token names another customer. It was not used: Stigg never saw it. */
export const IdentityMismatch: Story = {
  name: 'identity_mismatch',
  args: { endpoint: 'wrong-customer' },
  play: async (context) => {
    await shows('identity_mismatch')(context);
    await expect(customerRequests(worldOf(context))).toEqual([]);
  },
};

/** Stigg refused the token: here it was signed with another environment’s secret. */
export const CustomerRejected: Story = {
  name: 'customer_rejected',
  args: { endpoint: 'wrong-secret' },
  play: async (context) => {
    await shows('customer_rejected')(context);
    await expect(customerRequests(worldOf(context))[0]).toMatchObject({
      signature: 'wrong',
      status: 401,
    });
  },
};

/** The endpoint answered; Stigg gave no answer within `timeoutMs`. */
export const StiggUnreachable: Story = {
  name: 'stigg_unreachable',
  args: { stigg: 'silent', timeoutMs: 800 },
  play: async (context) => {
    await shows('stigg_unreachable')(context);
    await expect(identityAnswers(worldOf(context))).toEqual([200]);
  },
};

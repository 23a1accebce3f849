import type { Meta, StoryObj } from '@storybook/react-vite';
import { HardenedCustomerGate, type HardenedCustomerGateProps } from 'hardened-stigg';
import { expect } from 'storybook/test';
import { code } from './support/code';
import { Features } from './support/customer-card';
import { ACME, grants, identityAnswers } from './support/expectations';
import type { StoryArgs } from './support/story-args';
import { withProvider } from './support/with-provider';
import { worldOf } from './support/world';

type GateArgs = StoryArgs & HardenedCustomerGateProps;

const meta: Meta<GateArgs> = {
  title: 'Gate',
  component: HardenedCustomerGate,
  decorators: [withProvider],
  render: ({ children, loading, anonymous, error }) => (
    <section className="card">
      <h3>Behind the gate</h3>
      <HardenedCustomerGate loading={loading} anonymous={anonymous} error={error}>
        {children}
      </HardenedCustomerGate>
    </section>
  ),
  args: {
    loading: <p>One moment …</p>,
    anonymous: <p>Sign in to see your plan.</p>,
    error: ({ code }, retry) => (
      <div className="problem" role="alert">
        <p>Your plan cannot be shown ({code}).</p>
        <button type="button" onClick={retry}>
          Try again
        </button>
      </div>
    ),
    children: <Features />,
  },
};
export default meta;

type Story = StoryObj<GateArgs>;

/** `children`, once the customer is `ready`. */
export const Ready: Story = {
  parameters: code(`<HardenedCustomerGate
  loading={<p>One moment …</p>}
  anonymous={<p>Sign in to see your plan.</p>}
  error={(error, retry) => <Problem code={error.code} onRetry={retry} />}
>
  <Features />
</HardenedCustomerGate>`),
  play: async ({ canvas }) => {
    await canvas.findByRole('list', { name: 'Features' });
    await grants(canvas, ACME);
    await expect(canvas.queryByText('One moment …')).toBeNull();
  },
};

/** `loading`, until the endpoint has answered; here it never does. */
export const Loading: Story = {
  args: { endpoint: 'silent', timeoutMs: 20_000 },
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('One moment …')).toBeVisible();
    await expect(canvas.queryByRole('list', { name: 'Features' })).toBeNull();
  },
};

/** A visitor is shown `anonymous`. */
export const Anonymous: Story = {
  args: { customerId: 'nobody' },
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Sign in to see your plan.')).toBeVisible();
    await expect(canvas.queryByRole('list', { name: 'Features' })).toBeNull();
  },
};

/** `error`, as a function of the error and of `retry`, which requests the endpoint again. */
export const ErrorSlot: Story = {
  name: 'Error',
  args: { endpoint: 'http-500', retries: 0 },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('alert')).toHaveTextContent('identity_http_error');
    await expect(canvas.queryByRole('list', { name: 'Features' })).toBeNull();
  },
};

export const ErrorSlotRetried: Story = {
  ...ErrorSlot,
  name: 'Error, then retry',
  tags: ['!dev', '!autodocs'], // what follows: for the tests
  play: async (context) => {
    const { canvas, loaded, userEvent } = context;
    await ErrorSlot.play?.(context);
    const world = worldOf({ loaded });
    world.endpoint = 'answers';
    await userEvent.click(canvas.getByRole('button', { name: 'Try again' }));
    await canvas.findByRole('list', { name: 'Features' });
    await grants(canvas, ACME);
    await expect(identityAnswers(world)).toEqual([500, 200]);
  },
};

/** A slot that is left out shows nothing. */
export const EmptySlots: Story = {
  args: { customerId: 'nobody', loading: undefined, anonymous: undefined, error: undefined },
  play: async ({ canvas, loaded }) => {
    await canvas.findByText('401');
    await expect(identityAnswers(worldOf({ loaded }))).toEqual([401]);
    await expect(canvas.getByText('Behind the gate').nextElementSibling).toBeNull();
  },
};

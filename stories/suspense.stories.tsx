import type { Meta, StoryObj } from '@storybook/react-vite';
import { useHardenedCustomer } from 'hardened-stigg';
import { Component, type PropsWithChildren, Suspense } from 'react';
import { expect } from 'storybook/test';
import { code } from './support/code';
import { Features } from './support/customer-card';
import { ACME, grants } from './support/expectations';
import type { StoryArgs } from './support/story-args';
import { withProvider } from './support/with-provider';
import { worldOf } from './support/world';

/**
 * `useHardenedCustomer({ suspense: true })` suspends while `loading`, throws the error to the nearest error
 * boundary, and so returns `ready` or `anonymous` only. The `<Suspense>` is inside the provider.
 */
const meta: Meta<StoryArgs> = {
  title: 'Lifecycle/Suspense',
  decorators: [withProvider],
  render: () => (
    <section className="card">
      <h3>Your plan</h3>
      <ErrorBoundary>
        <Suspense fallback={<p>One moment …</p>}>
          <Plan />
        </Suspense>
      </ErrorBoundary>
    </section>
  ),
};
export default meta;

type Story = StoryObj<StoryArgs>;

function Plan() {
  const customer = useHardenedCustomer({ suspense: true });
  if (customer.status === 'anonymous') return <p>Sign in to see your plan.</p>;
  return (
    <>
      <p>Signed in as {customer.customerId}</p>
      <Features />
    </>
  );
}

/** A usual error boundary. It is reset after `refresh()`. */
class ErrorBoundary extends Component<PropsWithChildren, { error: Error | null }> {
  override state = { error: null as Error | null };
  static getDerivedStateFromError = (error: Error) => ({ error });
  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return <Problem error={error} onReset={() => this.setState({ error: null })} />;
  }
}

function Problem({ error, onReset }: { error: Error; onReset: () => void }) {
  const { refresh } = useHardenedCustomer();
  return (
    <div className="problem" role="alert">
      <p>{error.message}</p>
      <button type="button" onClick={() => void refresh().then(onReset)}>
        Try again
      </button>
    </div>
  );
}

/** The fallback, then the customer. No code of the app looks at `loading`. */
export const Fallback: Story = {
  name: 'Fallback, then customer',
  parameters: code(`<HardenedStiggProvider apiKey="client-…" identityEndpoint="/api/identity">
  <ErrorBoundary>
    <Suspense fallback={<p>One moment …</p>}>
      <Plan /> {/* const customer = useHardenedCustomer({ suspense: true }) */}
    </Suspense>
  </ErrorBoundary>
</HardenedStiggProvider>`),
  args: { latencyMs: 1000 },
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('One moment …')).toBeVisible();
    await expect(await canvas.findByText('Signed in as acme')).toBeVisible();
    await grants(canvas, ACME);
  },
};

/** The error boundary shows the error. “Try again” calls `refresh()` first, and then resets the boundary. */
export const ToTheBoundary: Story = {
  name: 'Error boundary',
  // React would print the error, which is what the story is about.
  parameters: { react: { rootOptions: { onCaughtError: () => {} } } },
  args: { endpoint: 'http-500', retries: 0 },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('alert')).toHaveTextContent('answered 500');
  },
};

export const ToTheBoundaryAndBack: Story = {
  ...ToTheBoundary,
  name: 'Error boundary, then retry',
  tags: ['!dev', '!autodocs'], // what follows: for the tests
  play: async (context) => {
    const { canvas, loaded, userEvent } = context;
    await ToTheBoundary.play?.(context);
    worldOf({ loaded }).endpoint = 'answers';
    await userEvent.click(canvas.getByRole('button', { name: 'Try again' }));
    await expect(await canvas.findByText('Signed in as acme')).toBeVisible();
    await grants(canvas, ACME);
  },
};

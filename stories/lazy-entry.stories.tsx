import { createLazyEntry } from 'virtual:fresh-lazy-entry';
import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite';
import { Component, type PropsWithChildren, useState } from 'react';
import { expect, waitFor } from 'storybook/test';
import { code } from './support/code';
import { CustomerCard } from './support/customer-card';
import { ACME, customerRequests, grants, NOTHING, saysStatus } from './support/expectations';
import { NetworkLog } from './support/network-log';
import type { StoryArgs } from './support/story-args';
import { providerProps } from './support/with-provider';
import { type World, worldOf } from './support/world';

/**
 * `hardened-stigg/lazy`: the same provider, hook and gate, and the entitlement hooks and guards of Stigg’s SDK, without
 * the SDK. It answers from what the backend said with the identity, and loads the SDK when a widget needs it.
 */
const meta: Meta<StoryArgs> = {
  title: 'Lazy entry',
  args: { vouches: true, sdkFile: 'arrives' },
  parameters: { ownLog: true },
  render: (_, context) => <Page context={context} />,
};
export default meta;

type Story = StoryObj<StoryArgs>;
type Lazy = ReturnType<typeof createLazyEntry>;

/** A page on which the SDK has not loaded. */
const useLazyEntry = (world: World) => useState(() => createLazyEntry(world.loadSdkFile))[0];

/** The customer, and a pricing page below: it is closed, or the story opens on it. */
function Page({ context, opensPricing = false }: PageProps) {
  const lazy = useLazyEntry(worldOf(context));
  const [isOpen, setIsOpen] = useState(opensPricing);
  return (
    <lazy.HardenedStiggProvider {...providerProps(context)}>
      <div className="stack">
        <div className="beside">
          <CustomerCard readers={lazy}>
            {!isOpen && (
              <button
                type="button"
                onPointerEnter={lazy.preloadStigg}
                onFocus={lazy.preloadStigg}
                onClick={() => setIsOpen(true)}
              >
                Open the pricing page
              </button>
            )}
          </CustomerCard>
          <NetworkLog world={worldOf(context)} />
        </div>
        {isOpen && <Pricing Paywall={lazy.Paywall} world={worldOf(context)} />}
      </div>
    </lazy.HardenedStiggProvider>
  );
}

interface PageProps {
  context: StoryContext<StoryArgs>;
  opensPricing?: boolean;
}

function Pricing({ Paywall, world }: Pick<Lazy, 'Paywall'> & { world: World }) {
  const [picked, setPicked] = useState<string | null>(null);
  return (
    <section className="card">
      <h3>Pricing</h3>
      <Retry world={world}>
        <div className="paywall" data-stigg-widget>
          <Paywall
            fallback={<p className="placeholder">Loading the plans …</p>}
            onPlanSelected={({ plan }) => setPicked(plan.displayName)}
          />
        </div>
      </Retry>
      {picked && <p className="quiet">You picked {picked}. Your checkout would start here.</p>}
    </section>
  );
}

/** An error boundary that mounts the widget anew, which tries again. */
class Retry extends Component<PropsWithChildren<{ world: World }>, { error: Error | null }> {
  override state = { error: null as Error | null };
  static getDerivedStateFromError = (error: Error) => ({ error });
  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <div className="problem" role="alert">
        <p>This part of the page did not load. {error.message}</p>
        <button type="button" onClick={() => this.setState({ error: null })}>
          Try again
        </button>{' '}
        <button
          type="button"
          onClick={() => {
            this.props.world.sdkFile = 'arrives';
          }}
        >
          Repair the network
        </button>
      </div>
    );
  }
}

const requestsTo = (world: World, host: 'Stigg' | 'file') =>
  world.getSnapshot().log.filter(({ to }) => to === host);

/** `ready`, and everything is granted. The SDK has not been loaded, and nothing was requested from Stigg. */
export const WithoutTheSdk: Story = {
  name: 'Entitled without the SDK',
  parameters: code(`import {
  BooleanEntitlementGuard,
  HardenedStiggProvider,
  useMeteredEntitlement,
  useNumericEntitlement,
} from 'hardened-stigg/lazy';`),
  play: async ({ canvas, loaded }) => {
    const world = worldOf({ loaded });
    await saysStatus(canvas, 'ready');
    await grants(canvas, ACME);
    await expect(world.getSnapshot().log).toMatchObject([{ to: 'identity', status: 200 }]);
  },
};

export const HandedOver: Story = {
  ...WithoutTheSdk,
  name: 'Entitled without the SDK, and then a widget opens',
  tags: ['!dev', '!autodocs'], // what follows: for the tests
  play: async (context) => {
    const { canvas, loaded, userEvent } = context;
    await WithoutTheSdk.play?.(context);
    await userEvent.click(canvas.getByRole('button', { name: 'Open the pricing page' }));
    await expect(await canvas.findByText(/current plan/i)).toBeVisible();
    await saysStatus(canvas, 'ready');
    await grants(canvas, ACME);
    const world = worldOf({ loaded });
    await expect(requestsTo(world, 'file')).toMatchObject([{ status: 200 }]);
    await expect(customerRequests(world)).toContainEqual(
      expect.objectContaining({ what: 'GetPaywall', signature: 'verified', status: 200 }),
    );
  },
};

/** A `<Paywall>` is on the page: its `fallback` is on the screen while the SDK loads, and the customer is entitled. */
export const Fallback: Story = {
  name: 'A widget while the SDK loads',
  args: { latencyMs: 600 },
  render: (_, context) => <Page context={context} opensPricing />,
  parameters: code(`import { Paywall } from 'hardened-stigg/lazy';

<Paywall
  fallback={<p>Loading the plans …</p>}
  onPlanSelected={({ plan }) => startCheckout(plan.id)}
/>`),
  play: async ({ canvas, loaded }) => {
    await expect(canvas.getByText('Loading the plans …')).toBeVisible();
    await saysStatus(canvas, 'ready');
    await grants(canvas, ACME);
    await expect(canvas.getByText('Loading the plans …')).toBeVisible();
    await expect(requestsTo(worldOf({ loaded }), 'file')).toHaveLength(1);
  },
};

export const Loaded: Story = {
  ...Fallback,
  name: 'A widget once the SDK has loaded',
  tags: ['!dev', '!autodocs'], // what follows: for the tests
  play: async (context) => {
    const { canvas, loaded } = context;
    await Fallback.play?.(context);
    await expect(await canvas.findByText(/current plan/i)).toBeVisible();
    await expect(canvas.queryByText('Loading the plans …')).toBeNull();
    await grants(canvas, ACME);
    const loads = customerRequests(worldOf({ loaded })).filter(
      ({ what }) => what === 'GetEntitlements',
    );
    await expect(loads).toMatchObject([{ customerId: 'acme', signature: 'verified' }]);
  },
};

/**
 * A deployment has removed the file, or the network fails. The error boundary around the widget shows it, and the
 * customer stays entitled. Repair the network and try again.
 */
export const NotLoaded: Story = {
  name: 'The SDK does not load',
  args: { sdkFile: 'missing' },
  // React would print the error, which is what the story is about.
  parameters: { react: { rootOptions: { onCaughtError: () => {} } } },
  render: Fallback.render,
  play: async ({ canvas, loaded }) => {
    await expect(await canvas.findByRole('alert')).toHaveTextContent('cannot be loaded');
    await saysStatus(canvas, 'ready');
    await grants(canvas, ACME);
    await expect(requestsTo(worldOf({ loaded }), 'Stigg')).toEqual([]);
  },
};

export const TriedAgain: Story = {
  ...NotLoaded,
  name: 'The SDK does not load, and the user has tried again',
  tags: ['!dev', '!autodocs'], // what follows: for the tests
  play: async (context) => {
    const { canvas, loaded, userEvent } = context;
    await NotLoaded.play?.(context);
    await userEvent.click(canvas.getByRole('button', { name: 'Repair the network' }));
    await userEvent.click(canvas.getByRole('button', { name: 'Try again' }));
    await expect(canvas.getByText('Loading the plans …')).toBeVisible();
    await expect(await canvas.findByText(/current plan/i)).toBeVisible();
    await grants(canvas, ACME);
    await expect(requestsTo(worldOf({ loaded }), 'file').map(({ status }) => status)).toEqual([
      404, 200,
    ]);
  },
};

/**
 * The backend signs with the wrong secret. Only Stigg can tell, so it shows once the SDK has loaded: the status is
 * `error`, and nothing is granted, whatever the backend said.
 */
export const Refused: Story = {
  name: 'Stigg refuses the customer',
  args: { endpoint: 'wrong-secret' },
  render: Fallback.render,
  play: async ({ canvas, loaded }) => {
    await saysStatus(canvas, 'error');
    await expect(canvas.getByText('customer_rejected')).toBeVisible();
    await grants(canvas, NOTHING);
    await waitFor(() =>
      expect(customerRequests(worldOf({ loaded }))[0]).toMatchObject({
        signature: 'wrong',
        status: 401,
      }),
    );
  },
};

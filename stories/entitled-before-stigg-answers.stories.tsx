import { useStiggContext } from '@stigg/react-sdk';
import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite';
import { HardenedStiggProvider, useHardenedCustomer } from 'hardened-stigg';
import { useState } from 'react';
import { expect, waitFor } from 'storybook/test';
import { RotationLane } from '../examples/demo/src/rotation-lane';
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
import { providerProps } from './support/with-provider';
import { type World, worldOf } from './support/world';

/**
 * The backend can send with the identity what the customer may use (`entitlements`). Then the customer does not have to
 * wait for Stigg. Stigg takes a second and a half to answer here.
 */
const meta: Meta<StoryArgs> = {
  title: 'Lifecycle/Entitled before Stigg answers',
  args: { latencyMs: 1500, vouches: true },
  render: (_, context) => <Vouched context={context} />,
};
export default meta;

type Story = StoryObj<StoryArgs>;

/** Says who answers the hooks now, and reads a feature with every frame. */
function WhoAnswers({ world, reported }: { world: World; reported: readonly string[] }) {
  const { status } = useHardenedCustomer();
  const { stigg } = useStiggContext();
  const answering = stigg.isCustomerLoaded ? 'Stigg' : 'the backend';
  return (
    <section className="card">
      <h3>Who answers</h3>
      <dl className="facts">
        <div>
          <dt>Entitlements come from</dt>
          <dd data-testid="answering">{status === 'ready' ? answering : 'nobody yet'}</dd>
        </div>
        <div>
          <dt>onError was told</dt>
          <dd>
            <code data-testid="reported">{reported.join(', ') || 'nothing'}</code>
          </dd>
        </div>
      </dl>
      <RotationLane readToken={() => world.getSnapshot().token} />
    </section>
  );
}

function Vouched({ context }: { context: StoryContext<StoryArgs> }) {
  const [reported, setReported] = useState<readonly string[]>([]);
  return (
    <HardenedStiggProvider
      {...providerProps(context)}
      onError={({ code }) => setReported((before) => [...before, code])}
    >
      <div className="stack">
        <CustomerCard />
        <WhoAnswers world={worldOf(context)} reported={reported} />
      </div>
    </HardenedStiggProvider>
  );
}

/** The identity is known, and the customer waits for Stigg: `loading`, and nothing is granted. */
export const Without: Story = {
  name: 'Without entitlements',
  args: { vouches: false },
  play: async ({ canvas, loaded }) => {
    const world = worldOf({ loaded });
    await waitFor(() => expect(customerRequests(world)).not.toEqual([]));
    await expect(canvas.getByRole('status')).toHaveTextContent('loading');
    await grants(canvas, NOTHING);
    await expect(canvas.getByTestId('answering')).toHaveTextContent('nobody yet');
  },
};

/**
 * The same moment: `ready`, and everything is granted, because the backend sent the entitlements. Then Stigg answers.
 */
export const With: Story = {
  name: 'With entitlements',
  play: async ({ canvas, loaded }) => {
    await saysStatus(canvas, 'ready');
    await expect(canvas.getByTestId('answering')).toHaveTextContent('the backend');
    await grants(canvas, ACME);
    await expect(identityAnswers(worldOf({ loaded }))).toEqual([200]);
  },
};

export const HandedOver: Story = {
  ...With,
  name: 'With entitlements, and Stigg has answered',
  tags: ['!dev', '!autodocs'], // what follows: for the tests
  play: async (context) => {
    const { canvas, loaded } = context;
    await With.play?.(context);
    await waitFor(() => expect(canvas.getByTestId('answering')).toHaveTextContent('Stigg'));
    await grants(canvas, ACME);
    await expect(await canvas.findByText('never', { selector: '.badge' })).toBeVisible();
    await expect(canvas.getByTestId('reported')).toHaveTextContent('nothing');
    await expect(customerRequests(worldOf({ loaded }))).toMatchObject([
      { customerId: 'acme', signature: 'verified' },
    ]);
  },
};

/**
 * Stigg never answers: the status stays `ready`, `onError` is called, and the provider tries again in the background.
 */
export const StiggIsSilent: Story = {
  name: 'Stigg is silent',
  args: { stigg: 'silent', latencyMs: 300, timeoutMs: 800 },
  play: async ({ canvas }) => {
    await saysStatus(canvas, 'ready');
    await waitFor(() =>
      expect(canvas.getByTestId('reported')).toHaveTextContent('stigg_unreachable'),
    );
    await expect(canvas.getByRole('status')).toHaveTextContent('ready');
    await expect(canvas.getByTestId('answering')).toHaveTextContent('the backend');
    await expect(await canvas.findByText('never', { selector: '.badge' })).toBeVisible();
    await grants(canvas, ACME);
  },
};

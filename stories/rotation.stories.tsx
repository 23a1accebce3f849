import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite';
import { useReducer } from 'react';
import { expect, waitFor, within } from 'storybook/test';
import { NetworkLog } from './support/network-log';
import { ByHandPane, HardenedPane } from './support/rotation-panes';
import type { StoryArgs } from './support/story-args';
import { createWorld, type World, worldOf } from './support/world';

/**
 * A token that expires is replaced before it ends. Most teams do that by hand: request the identity, call
 * `stigg.setCustomerId()`. The SDK clears the customer before it loads the next one. A component that renders in
 * between reads a paid feature as denied. Both sides have the same latency and lifetime.
 */
const meta: Meta<StoryArgs> = {
  title: 'Lifecycle/Rotation',
  loaders: [({ args }) => ({ byHandWorld: createWorld(args) })],
  parameters: { ownLog: true },
  args: { lifetimeS: 20 },
};
export default meta;

type Story = StoryObj<StoryArgs>;

function SideBySide({ context }: { context: StoryContext<StoryArgs> }) {
  const [rotations, rotate] = useReducer((count: number) => count + 1, 0);
  const world = worldOf(context);
  const byHandWorld: World = context.loaded.byHandWorld;
  return (
    <>
      <div className="buttons">
        <button type="button" onClick={rotate}>
          Rotate both now
        </button>
      </div>
      <div className="panes">
        <div className="stack" data-testid="hardened-stigg">
          <HardenedPane context={context} rotations={rotations} />
          <NetworkLog world={world} title="Its requests" />
        </div>
        <div className="stack" data-testid="by-hand">
          <ByHandPane world={byHandWorld} rotations={rotations} />
          <NetworkLog world={byHandWorld} title="Requests by hand" />
        </div>
      </div>
    </>
  );
}

/** `Denied` shows how long a paid feature was denied. `hardened-stigg` never denies it. */
export const NextToByHand: Story = {
  name: 'Next to an integration by hand',
  render: (_, context) => <SideBySide context={context} />,
  play: async ({ canvas, userEvent }) => {
    const ours = within(canvas.getByTestId('hardened-stigg'));
    const byHand = within(canvas.getByTestId('by-hand'));
    for (const pane of [ours, byHand]) {
      await expect(await pane.findByText('no. 1')).toBeVisible();
      await expect(pane.getByText('never', { selector: '.badge' })).toBeVisible();
    }

    await userEvent.click(canvas.getByRole('button', { name: 'Rotate both now' }));

    for (const pane of [ours, byHand]) await pane.findByText('no. 2');
    await byHand.findByText('Upgrade to get them');
    await byHand.findByText(/^\d+ ms$/); // it grants again
    // Both have the new customer by then.
    await waitFor(() => expect(verified(ours)).toBe(2));
    await expect(ours.getByText('never', { selector: '.badge' })).toBeVisible();
  },
};

/** How often Stigg answered a request for entitlements with a token that verifies. */
const verified = (pane: ReturnType<typeof within>) =>
  pane
    .getAllByRole('row')
    .filter((row: HTMLElement) => /GetEntitlements.*verified/.test(row.textContent ?? '')).length;

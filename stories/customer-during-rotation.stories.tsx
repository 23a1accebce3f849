import type { Meta, StoryObj } from '@storybook/react-vite';
import { type ReactNode, useReducer } from 'react';
import { expect } from 'storybook/test';
import { ByHandPane, HardenedPane } from './support/rotation-panes';
import type { StoryArgs } from './support/story-args';
import { worldOf } from './support/world';

/** A token is replaced while a customer works. Stigg takes a second to answer here, as on a slow network. */
const meta: Meta<StoryArgs> = {
  title: 'Compare/What a customer sees',
  args: { latencyMs: 1000 },
};
export default meta;

type Story = StoryObj<StoryArgs>;

function RotateNow({ children }: { children: (rotations: number) => ReactNode }) {
  const [rotations, rotate] = useReducer((count: number) => count + 1, 0);
  return (
    <div className="stack">
      <div className="buttons">
        <button type="button" onClick={rotate}>
          Rotate now
        </button>
      </div>
      {children(rotations)}
    </div>
  );
}

/** The feature that the customer pays for is gone for a second, and the page offers it for sale again. */
export const ByHand: Story = {
  name: 'By hand',
  render: (_, context) => (
    <RotateNow>
      {(rotations) => <ByHandPane world={worldOf(context)} rotations={rotations} />}
    </RotateNow>
  ),
  play: async ({ canvas, userEvent }) => {
    await canvas.findByText('no. 1');
    await userEvent.click(canvas.getByRole('button', { name: 'Rotate now' }));
    await expect(await canvas.findByText('Upgrade to get them')).toBeVisible();
  },
};

/** Nothing changes: the old answers count until Stigg has accepted the new token. */
export const Hardened: Story = {
  name: 'With hardened-stigg',
  render: (_, context) => (
    <RotateNow>{(rotations) => <HardenedPane context={context} rotations={rotations} />}</RotateNow>
  ),
  play: async ({ canvas, userEvent }) => {
    await canvas.findByText('no. 1');
    await userEvent.click(canvas.getByRole('button', { name: 'Rotate now' }));
    await expect(await canvas.findByText('no. 2')).toBeVisible();
    await expect(canvas.getByText('never', { selector: '.badge' })).toBeVisible();
  },
};

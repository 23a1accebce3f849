import type { Meta, StoryObj } from '@storybook/react-vite';
import { HardenedStiggProvider, useHardenedCustomer } from 'hardened-stigg';
import { expect, waitFor, within } from 'storybook/test';
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
import { providerProps, withProvider } from './support/with-provider';
import { type World, worldOf } from './support/world';

/** `signOut()` clears the customer at once. Your own session is yours to end first. */
const meta: Meta<StoryArgs> = { title: 'Lifecycle/Sign-out' };
export default meta;

type Story = StoryObj<StoryArgs>;

function Account({ world, title }: { world: World; title?: string }) {
  const { signOut, refresh } = useHardenedCustomer();
  return (
    <CustomerCard title={title}>
      <button
        type="button"
        onClick={() => {
          world.customerId = 'nobody'; // your own sign-out, and first: other tabs ask at that moment
          signOut();
        }}
      >
        Sign out
      </button>
      <button type="button" onClick={() => void refresh()}>
        refresh()
      </button>
    </CustomerCard>
  );
}

/** Anonymous in the same moment, with nothing granted and without a request. */
export const AtOnce: Story = {
  name: 'At once',
  decorators: [withProvider],
  render: (_, context) => <Account world={worldOf(context)} />,
  play: async ({ canvas, loaded, userEvent }) => {
    await saysStatus(canvas, 'ready');
    await grants(canvas, ACME);
    await userEvent.click(canvas.getByRole('button', { name: 'Sign out' }));
    await expect(canvas.getByRole('status')).toHaveTextContent('anonymous');
    await grants(canvas, NOTHING);
    await expect(identityAnswers(worldOf({ loaded }))).toEqual([200]);
  },
};

/** A request is in flight as the user signs out. Its answer still comes, and is dropped. */
export const WinsOverRefresh: Story = {
  name: 'Wins over what is in flight',
  args: { latencyMs: 600 },
  decorators: [withProvider],
  render: (_, context) => <Account world={worldOf(context)} />,
  play: async ({ canvas, loaded, userEvent }) => {
    const world = worldOf({ loaded });
    await grants(canvas, ACME);
    await userEvent.click(canvas.getByRole('button', { name: 'refresh()' }));
    await userEvent.click(canvas.getByRole('button', { name: 'Sign out' }));
    await expect(canvas.getByRole('status')).toHaveTextContent('anonymous');
    await waitFor(() => expect(identityAnswers(world)).toEqual([200, 200]));
    await grants(canvas, NOTHING);
    // One more round trip, in which the dropped answer would have reached Stigg.
    await userEvent.click(canvas.getByRole('button', { name: 'refresh()' }));
    await waitFor(() => expect(identityAnswers(world)).toEqual([200, 200, 401]));
    await saysStatus(canvas, 'anonymous');
    await expect(customerRequests(world)).toHaveLength(1);
  },
};

/** Two tabs of one browser, here side by side: the other one asks for itself, and is signed out too. */
export const TwoTabs: Story = {
  name: 'In another tab',
  render: (_, context) => {
    const world = worldOf(context);
    return (
      <div className="panes wide">
        {['One tab', 'Another tab'].map((title) => (
          <div key={title} data-testid={title}>
            <HardenedStiggProvider {...providerProps(context)}>
              <Account world={world} title={title} />
            </HardenedStiggProvider>
          </div>
        ))}
      </div>
    );
  },
  play: async ({ canvas, loaded, userEvent }) => {
    const [one, other] = ['One tab', 'Another tab'].map((id) => within(canvas.getByTestId(id)));
    if (!one || !other) throw new Error('two tabs');
    await grants(one, ACME);
    await grants(other, ACME);
    await userEvent.click(one.getByRole('button', { name: 'Sign out' }));
    await saysStatus(other, 'anonymous');
    await grants(other, NOTHING);
    await expect(identityAnswers(worldOf({ loaded }))).toEqual([200, 200, 401]);
  },
};

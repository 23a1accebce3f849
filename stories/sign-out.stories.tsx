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

/** `signOut()` clears the customer at once. End your own session first. */
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
          world.customerId = 'nobody'; // your own sign-out first: signOut() makes other tabs request the identity
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

/** Press “Sign out”: the customer is anonymous in the same moment. Nothing is granted, and nothing is requested. */
export const AtOnce: Story = {
  name: 'At once',
  decorators: [withProvider],
  render: (_, context) => <Account world={worldOf(context)} />,
  play: async ({ canvas }) => {
    await saysStatus(canvas, 'ready');
    await grants(canvas, ACME);
  },
};

export const SignedOutAtOnce: Story = {
  ...AtOnce,
  name: 'At once, signed out',
  tags: ['!dev', '!autodocs'], // what follows: for the tests
  play: async (context) => {
    const { canvas, loaded, userEvent } = context;
    await AtOnce.play?.(context);
    await userEvent.click(canvas.getByRole('button', { name: 'Sign out' }));
    await expect(canvas.getByRole('status')).toHaveTextContent('anonymous');
    await grants(canvas, NOTHING);
    await expect(identityAnswers(worldOf({ loaded }))).toEqual([200]);
  },
};

/**
 * Press `refresh()`, then “Sign out” within two seconds: a request is under way as the user signs out. Its answer still
 * comes, and is dropped.
 */
export const WinsOverRefresh: Story = {
  name: 'Wins over a running request',
  args: { latencyMs: 2000 },
  decorators: [withProvider],
  render: (_, context) => <Account world={worldOf(context)} />,
  play: ({ canvas }) => grants(canvas, ACME),
};

export const WonOverRefresh: Story = {
  ...WinsOverRefresh,
  name: 'Wins over a running request, signed out',
  tags: ['!dev', '!autodocs'], // what follows: for the tests
  args: { latencyMs: 600 },
  play: async (context) => {
    const { canvas, loaded, userEvent } = context;
    const world = worldOf({ loaded });
    await WinsOverRefresh.play?.(context);
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

/**
 * Two tabs of one browser, here side by side. Sign out in one of them: the other one requests the identity for itself,
 * and is signed out too.
 */
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
  play: async ({ canvas }) => {
    for (const tab of tabs(canvas)) await grants(tab, ACME);
  },
};

const tabs = (canvas: ReturnType<typeof within>) =>
  [within(canvas.getByTestId('One tab')), within(canvas.getByTestId('Another tab'))] as const;

export const SignedOutInTwoTabs: Story = {
  ...TwoTabs,
  name: 'In another tab, signed out',
  tags: ['!dev', '!autodocs'], // what follows: for the tests
  play: async (context) => {
    const { canvas, loaded, userEvent } = context;
    await TwoTabs.play?.(context);
    const [one, other] = tabs(canvas);
    await userEvent.click(one.getByRole('button', { name: 'Sign out' }));
    await saysStatus(other, 'anonymous');
    await grants(other, NOTHING);
    await expect(identityAnswers(worldOf({ loaded }))).toEqual([200, 200, 401]);
  },
};

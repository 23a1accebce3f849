import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite';
import { HardenedStiggProvider, useHardenedCustomer } from 'hardened-stigg';
import { useState } from 'react';
import { expect } from 'storybook/test';
import { CustomerCard } from './support/customer-card';
import {
  ACME,
  customerRequests,
  GLOBEX,
  grants,
  NOTHING,
  saysStatus,
} from './support/expectations';
import type { StoryArgs } from './support/story-args';
import { providerProps, withProvider } from './support/with-provider';
import { type World, worldOf } from './support/world';

/** Another user signs in without a reload. The second user never sees what the first one was granted. */
const meta: Meta<StoryArgs> = { title: 'Lifecycle/Account switch' };
export default meta;

type Story = StoryObj<StoryArgs>;

const ACCOUNTS = [
  ['acme', 'Acme'],
  ['globex', 'Globex'],
] as const;

type Account = World['customerId'];

function AccountButtons({
  current,
  onPick,
}: {
  current: Account;
  onPick: (account: Account) => void;
}) {
  return ACCOUNTS.map(([id, name]) => (
    <button key={id} type="button" aria-pressed={current === id} onClick={() => onPick(id)}>
      Sign in as {name}
    </button>
  ));
}

function SwitchByRefresh({ world }: { world: World }) {
  const { refresh } = useHardenedCustomer();
  const [account, setAccount] = useState(world.customerId);
  return (
    <CustomerCard>
      <AccountButtons
        current={account}
        onPick={(next) => {
          world.customerId = next; // your own sign-in: from now on the cookie says so
          setAccount(next);
          void refresh();
        }}
      />
    </CustomerCard>
  );
}

/**
 * Sign in as Globex: the app changes its own session, and calls `refresh()`. As soon as the endpoint names
 * another customer, nothing of the previous customer is granted.
 */
export const ByRefresh: Story = {
  name: 'By refresh()',
  decorators: [withProvider],
  render: (_, context) => <SwitchByRefresh world={worldOf(context)} />,
  play: ({ canvas }) => grants(canvas, ACME),
};

export const SwitchedByRefresh: Story = {
  ...ByRefresh,
  name: 'By refresh(), switched',
  tags: ['!dev', '!autodocs'], // what follows: for the tests
  play: async (context) => {
    const { canvas, loaded, userEvent } = context;
    await ByRefresh.play?.(context);
    await userEvent.click(canvas.getByRole('button', { name: 'Sign in as Globex' }));
    await grants(canvas, NOTHING);
    await expect(canvas.getByRole('status')).toHaveTextContent('loading');
    await grants(canvas, GLOBEX);
    await saysStatus(canvas, 'ready');
    await expect(customerRequests(worldOf({ loaded })).at(-1)).toMatchObject({
      customerId: 'globex',
      signature: 'verified',
    });
  },
};

function SwitchBySessionKey({ context }: { context: StoryContext<StoryArgs> }) {
  const world = worldOf(context);
  const [account, setAccount] = useState(world.customerId);
  return (
    <HardenedStiggProvider {...providerProps(context)} sessionKey={account}>
      <CustomerCard>
        <AccountButtons
          current={account}
          onPick={(next) => {
            world.customerId = next;
            setAccount(next);
          }}
        />
      </CustomerCard>
    </HardenedStiggProvider>
  );
}

/**
 * Sign in as Globex: `sessionKey` changes with the login. The render that brings another key starts over, and grants
 * nothing from then on. No code calls `refresh()`.
 */
export const BySessionKey: Story = {
  name: 'By sessionKey',
  render: (_, context) => <SwitchBySessionKey context={context} />,
  play: ({ canvas }) => grants(canvas, ACME),
};

export const SwitchedBySessionKey: Story = {
  ...BySessionKey,
  name: 'By sessionKey, switched',
  tags: ['!dev', '!autodocs'], // what follows: for the tests
  play: async (context) => {
    const { canvas, userEvent } = context;
    await BySessionKey.play?.(context);
    await userEvent.click(canvas.getByRole('button', { name: 'Sign in as Globex' }));
    // There is no waiting here: the same render shows nothing of Acme.
    await expect(canvas.getByRole('status')).toHaveTextContent('loading');
    await expect(canvas.getByText('Seats')).toHaveTextContent('not included');
    await grants(canvas, GLOBEX);
  },
};

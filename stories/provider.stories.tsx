import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite';
import {
  fetchIdentity,
  HardenedStiggProvider,
  type HardenedStiggProviderProps,
} from 'hardened-stigg';
import { expect } from 'storybook/test';
import { CustomerCard } from './support/customer-card';
import { providerProps, worldOf } from './support/decorators';
import {
  ACME,
  customerRequests,
  grants,
  identityAnswers,
  NOTHING,
  saysStatus,
} from './support/expectations';
import { STORY_ARG_TYPES, type StoryArgs } from './support/story-args';

type ProviderArgs = StoryArgs & HardenedStiggProviderProps;

const meta: Meta<ProviderArgs> = {
  title: 'Provider',
  component: HardenedStiggProvider,
  // The props are for reading: a story sets those that it is about.
  parameters: { controls: { include: Object.keys(STORY_ARG_TYPES) } },
};
export default meta;

type Story = StoryObj<ProviderArgs>;

/** `identityEndpoint` is a URL, fetched with the cookies that say who is signed in. */
export const EndpointUrl: Story = {
  name: 'Endpoint: a URL',
  render: (_, context) => (
    <HardenedStiggProvider {...providerProps(context)}>
      <CustomerCard />
    </HardenedStiggProvider>
  ),
  play: async ({ canvas, loaded }) => {
    await saysStatus(canvas, 'ready');
    await grants(canvas, ACME);
    await expect(identityAnswers(worldOf({ loaded }))).toEqual([200]);
  },
};

function WithBearer({ context }: { context: StoryContext<StoryArgs> }) {
  const { profileEndpoint } = worldOf(context);
  return (
    <HardenedStiggProvider
      {...providerProps(context)}
      identityEndpoint={({ signal }) =>
        fetchIdentity(profileEndpoint, {
          signal,
          headers: { Authorization: 'Bearer your-own' },
          select: (profile) => profile.stigg,
        })
      }
    >
      <CustomerCard />
    </HardenedStiggProvider>
  );
}

/**
 * `identityEndpoint` is a function: it calls `fetchIdentity` with a bearer header, and picks the identity
 * out of a profile that holds more (`select`).
 */
export const EndpointFunction: Story = {
  name: 'Endpoint: a function',
  render: (_, context) => <WithBearer context={context} />,
  play: async ({ canvas, loaded }) => {
    await saysStatus(canvas, 'ready');
    await grants(canvas, ACME);
    await expect(worldOf({ loaded }).getSnapshot().log).toContainEqual(
      expect.objectContaining({ what: 'GET /api/profile', status: 200 }),
    );
  },
};

/** With `offline`, nobody is asked, and `entitlementsFallback` is all that is granted. */
export const Offline: Story = {
  render: (_, context) => (
    <HardenedStiggProvider
      {...providerProps(context)}
      offline
      entitlementsFallback={{ 'single-sign-on': { hasAccess: true } }}
    >
      <CustomerCard />
    </HardenedStiggProvider>
  ),
  play: async ({ canvas, loaded }) => {
    await saysStatus(canvas, 'anonymous');
    await grants(canvas, ['Single sign-on: included', ...NOTHING.slice(1)]);
    const world = worldOf({ loaded });
    await expect(identityAnswers(world)).toEqual([]);
    await expect(customerRequests(world)).toEqual([]);
  },
};

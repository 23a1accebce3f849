import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite';
import {
  fetchIdentity,
  HardenedStiggProvider,
  type HardenedStiggProviderProps,
  type IdentityEndpoint,
} from 'hardened-stigg';
import { expect } from 'storybook/test';
import { code } from './support/code';
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
import { worldOf } from './support/world';

type ProviderArgs = StoryArgs &
  Extract<HardenedStiggProviderProps, { identityEndpoint: IdentityEndpoint }>;

const meta: Meta<ProviderArgs> = {
  title: 'Provider',
  component: HardenedStiggProvider,
};
export default meta;

type Story = StoryObj<ProviderArgs>;

/** `identityEndpoint` is a URL, fetched with the cookies that say who is signed in. */
export const EndpointUrl: Story = {
  name: 'Endpoint: a URL',
  parameters: code(`<HardenedStiggProvider apiKey="client-…" identityEndpoint="/api/identity">
  <App />
</HardenedStiggProvider>`),
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
  parameters: code(`<HardenedStiggProvider
  apiKey="client-…"
  identityEndpoint={({ signal }) =>
    fetchIdentity('/api/profile', {
      signal,
      headers: { Authorization: \`Bearer \${jwt}\` },
      select: (profile) => profile.stigg, // null: nobody is signed in
    })
  }
>
  <App />
</HardenedStiggProvider>`),
  render: (_, context) => <WithBearer context={context} />,
  play: async ({ canvas, loaded }) => {
    await saysStatus(canvas, 'ready');
    await grants(canvas, ACME);
    await expect(worldOf({ loaded }).getSnapshot().log).toContainEqual(
      expect.objectContaining({ what: 'GET /api/profile', status: 200 }),
    );
  },
};

/** With `offline`, nothing is requested, and only `entitlementsFallback` is granted. */
export const Offline: Story = {
  parameters: code(`<HardenedStiggProvider
  apiKey="client-…"
  identityEndpoint="/api/identity"
  offline
  entitlementsFallback={{ 'single-sign-on': { hasAccess: true } }}
>
  <App />
</HardenedStiggProvider>`),
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
    await grants(canvas, ['Single sign-on included', ...NOTHING.slice(1)]);
    const world = worldOf({ loaded });
    await expect(identityAnswers(world)).toEqual([]);
    await expect(customerRequests(world)).toEqual([]);
  },
};

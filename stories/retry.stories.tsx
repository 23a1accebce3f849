import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite';
import { HardenedStiggProvider, useHardenedCustomer } from 'hardened-stigg';
import { useId, useState } from 'react';
import { expect, waitFor, within } from 'storybook/test';
import { CustomerCard } from './support/customer-card';
import { ACME, grants, identityAnswers, NOTHING, saysStatus } from './support/expectations';
import type { StoryArgs } from './support/story-args';
import { useWorld } from './support/use-world';
import { providerProps, withProvider } from './support/with-provider';
import { type World, worldOf } from './support/world';

/** The identity endpoint fails. A temporary failure is retried, with growing pauses. */
const meta: Meta<StoryArgs> = { title: 'Lifecycle/Retry and recovery' };
export default meta;

type Story = StoryObj<StoryArgs>;

/** Each answer of the identity endpoint, as it comes. */
function Attempts({ world }: { world: World }) {
  const id = useId();
  const attempts = useWorld(world).log.filter(({ to }) => to === 'identity');
  return (
    <section className="card">
      <h3 id={id}>Attempts</h3>
      <ol className="attempts" aria-labelledby={id}>
        {attempts.map(({ status }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: attempts are only ever added
          <li key={index}>
            <span
              className={`badge ${status === null ? 'loading' : status === 200 ? 'good' : 'bad'}`}
            >
              {status ?? 'requested …'}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Recovering({ world }: { world: World }) {
  const { refresh } = useHardenedCustomer();
  return (
    <div className="stack">
      <CustomerCard>
        <button type="button" onClick={() => void refresh()}>
          Try again
        </button>
        <button
          type="button"
          onClick={() => {
            world.endpoint = 'answers';
          }}
        >
          Repair the endpoint
        </button>
      </CustomerCard>
      <Attempts world={world} />
    </div>
  );
}

const attempts = (canvas: ReturnType<typeof within>) =>
  within(canvas.getByRole('list', { name: 'Attempts' }))
    .queryAllByRole('listitem')
    .map((item) => item.textContent);

/** Two answers are 500, the third is good: the status is `loading` for longer, and never `error`. */
export const FailsTwice: Story = {
  name: 'Fails twice, then answers',
  args: { endpoint: 'fails-twice' },
  decorators: [withProvider],
  render: (_, context) => <Recovering world={worldOf(context)} />,
  play: async ({ canvas }) => {
    const seen = new Set<string | null>();
    await waitFor(() => {
      seen.add(canvas.getByRole('status').textContent);
      return expect(attempts(canvas)).toEqual(['500', '500', '200']);
    });
    await saysStatus(canvas, 'ready');
    await expect(seen).not.toContain('error');
    await grants(canvas, ACME);
  },
};

/** Every retry fails (here there is one), and the status is `error`. Repair the endpoint and try again. */
export const TryAgain: Story = {
  name: 'Fails for good, then the user tries again',
  args: { endpoint: 'http-500', retries: 1 },
  decorators: [withProvider],
  render: (_, context) => <Recovering world={worldOf(context)} />,
  play: async ({ canvas }) => {
    await saysStatus(canvas, 'error');
    await grants(canvas, NOTHING);
    await expect(attempts(canvas)).toEqual(['500', '500']);
  },
};

export const TriedAgain: Story = {
  ...TryAgain,
  name: 'Fails for good, and the user has tried again',
  tags: ['!dev', '!autodocs'], // what follows: for the tests
  play: async (context) => {
    const { canvas, userEvent } = context;
    await TryAgain.play?.(context);
    await userEvent.click(canvas.getByRole('button', { name: 'Repair the endpoint' }));
    await userEvent.click(canvas.getByRole('button', { name: 'Try again' }));
    await saysStatus(canvas, 'ready');
    await grants(canvas, ACME);
    // No exact number, because a click that brings the focus back causes a retry too.
    await expect(attempts(canvas).at(-1)).toBe('200');
  },
};

function Outage({ context }: { context: StoryContext<StoryArgs> }) {
  const world = worldOf(context);
  const [reported, setReported] = useState<string[]>([]);
  return (
    <HardenedStiggProvider
      {...providerProps(context)}
      onError={(error) => setReported((before) => [...before, error.code])}
    >
      <div className="stack">
        <OutageCard world={world} />
        <section className="card">
          <h3>onError was called with</h3>
          <p>
            <code>{reported.join(', ') || 'nothing'}</code>
          </p>
        </section>
        <Attempts world={world} />
      </div>
    </HardenedStiggProvider>
  );
}

function OutageCard({ world }: { world: World }) {
  const { refresh } = useHardenedCustomer();
  return (
    <CustomerCard>
      <button
        type="button"
        onClick={() => {
          world.endpoint = 'http-500';
          void refresh();
        }}
      >
        Break the endpoint and refresh
      </button>
    </CustomerCard>
  );
}

/**
 * The endpoint breaks while somebody is signed in and the token is valid: they notice nothing, and `onError` is called.
 */
export const WhileSignedIn: Story = {
  name: 'An outage while signed in',
  args: { retries: 0 },
  render: (_, context) => <Outage context={context} />,
  play: async ({ canvas, loaded, userEvent }) => {
    await grants(canvas, ACME);
    await userEvent.click(canvas.getByRole('button', { name: /Break/ }));
    await canvas.findByText('identity_http_error');
    await expect(identityAnswers(worldOf({ loaded })).slice(0, 2)).toEqual([200, 500]);
    await expect(canvas.getByRole('status')).toHaveTextContent('ready');
    await grants(canvas, ACME);
  },
};

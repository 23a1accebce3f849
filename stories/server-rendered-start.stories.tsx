import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite';
import { HardenedStiggProvider, type Identity } from 'hardened-stigg';
import { useEffect, useMemo, useRef, useState } from 'react';
import { hydrateRoot, type Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { expect, spyOn } from 'storybook/test';
import { CustomerCard } from './support/customer-card';
import { ACME, grants, identityAnswers, NOTHING, saysStatus } from './support/expectations';
import type { StoryArgs } from './support/story-args';
import { providerProps } from './support/with-provider';
import { worldOf } from './support/world';

/**
 * Server and first client render are `loading`, so that they never differ. With `initialIdentity`, which
 * the server puts into the page, the browser does not request the endpoint. `renderToString` and
 * `hydrateRoot` run here in one page.
 */
const meta: Meta<StoryArgs> = { title: 'Lifecycle/Server-rendered start' };
export default meta;

type Story = StoryObj<StoryArgs>;

function ServerRendered({
  context,
  initialIdentity,
}: {
  context: StoryContext<StoryArgs>;
  initialIdentity?: Identity | undefined;
}) {
  const container = useRef<HTMLDivElement>(null);
  const root = useRef<Root | null>(null);
  const [mismatches, setMismatches] = useState<number | null>(null);
  const app = (
    <HardenedStiggProvider {...providerProps(context)} initialIdentity={initialIdentity}>
      <CustomerCard />
    </HardenedStiggProvider>
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: a server renders once
  const html = useMemo(() => renderToString(app), []);
  useEffect(() => () => root.current?.unmount(), []);

  function hydrate() {
    let errors = 0;
    setMismatches(errors);
    root.current ??= hydrateRoot(container.current as HTMLElement, app, {
      onRecoverableError: () => setMismatches(++errors),
    });
  }
  return (
    <div className="stack">
      <div className="buttons">
        <button type="button" aria-disabled={mismatches !== null} onClick={hydrate}>
          Hydrate in the browser
        </button>
      </div>
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: what a server would send */}
      <div ref={container} data-testid="app" dangerouslySetInnerHTML={{ __html: html }} />
      <section className="card">
        <h3>{mismatches === null ? 'Not hydrated yet' : 'Hydrated'}</h3>
        <p>
          Mismatches: <span data-testid="mismatches">{mismatches ?? '–'}</span>
        </p>
        <details>
          <summary>The server’s HTML</summary>
          <pre>{html}</pre>
        </details>
      </section>
    </div>
  );
}

/** Hydrate: the identity came with the page, so the status is `ready` without a request to the endpoint. */
export const WithInitialIdentity: Story = {
  name: 'With initialIdentity',
  render: (_, context) => (
    <ServerRendered context={context} initialIdentity={worldOf(context).issueIdentity('acme')} />
  ),
  play: async ({ canvas }) => {
    await expect(canvas.getByRole('status')).toHaveTextContent('loading');
    await grants(canvas, NOTHING);
  },
};

export const HydratedWithInitialIdentity: Story = {
  ...WithInitialIdentity,
  name: 'With initialIdentity, hydrated',
  tags: ['!dev', '!autodocs'], // what follows: for the tests
  play: async (context) => {
    const { canvas, loaded, userEvent } = context;
    const consoleError = spyOn(console, 'error');
    await WithInitialIdentity.play?.(context);
    await userEvent.click(canvas.getByRole('button', { name: /Hydrate/ }));
    await saysStatus(canvas, 'ready');
    await grants(canvas, ACME);
    await expect(identityAnswers(worldOf({ loaded }))).toEqual([]);
    await expect(canvas.getByTestId('mismatches')).toHaveTextContent('0');
    await expect(consoleError).not.toHaveBeenCalled();
  },
};

/** Hydrate: without `initialIdentity`, the browser requests the endpoint. */
export const Without: Story = {
  name: 'Without initialIdentity',
  render: (_, context) => <ServerRendered context={context} />,
  play: async ({ loaded }) => {
    await expect(identityAnswers(worldOf({ loaded }))).toEqual([]);
  },
};

export const HydratedWithout: Story = {
  ...Without,
  name: 'Without initialIdentity, hydrated',
  tags: ['!dev', '!autodocs'], // what follows: for the tests
  play: async (context) => {
    const { canvas, loaded, userEvent } = context;
    await Without.play?.(context);
    await userEvent.click(canvas.getByRole('button', { name: /Hydrate/ }));
    await saysStatus(canvas, 'ready');
    await grants(canvas, ACME);
    await expect(identityAnswers(worldOf({ loaded }))).toEqual([200]);
    await expect(canvas.getByTestId('mismatches')).toHaveTextContent('0');
  },
};

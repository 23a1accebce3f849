import { StiggProvider, useBooleanEntitlement, useStiggContext } from '@stigg/react-sdk';
import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite';
import { HardenedStiggProvider, useHardenedCustomer } from 'hardened-stigg';
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from 'react';
import { expect, waitFor, within } from 'storybook/test';
import { NetworkLog } from './support/network-log';
import { stiggTheme } from './support/stigg-theme';
import type { StoryArgs } from './support/story-args';
import { useWorld } from './support/use-world';
import { providerProps } from './support/with-provider';
import { createWorld, type World, worldOf } from './support/world';

/**
 * A token that expires is replaced before it does. Beside this package is what people write by hand:
 * ask the endpoint, call `stigg.setCustomerId()`. The SDK clears the customer before it loads the next, so
 * whatever renders in between reads a feature that was paid for as denied. Both have a world of their own,
 * with the same latency and lifetime.
 */
const meta: Meta<StoryArgs> = {
  title: 'Lifecycle/Rotation',
  loaders: [({ args }) => ({ recipeWorld: createWorld(args) })],
  parameters: { ownLog: true },
  args: { lifetimeS: 20 },
};
export default meta;

type Story = StoryObj<StoryArgs>;

/** How often the app renders, for reasons of its own. */
const RENDER_EVERY_MS = 50;

/** A component that renders all the time, and counts the renders that read a granted feature as denied. */
function RenderCounter({ world }: { world: World }) {
  const { hasAccess } = useBooleanEntitlement({ featureId: 'single-sign-on' });
  const [, render] = useReducer((count: number) => count + 1, 0);
  const counts = useRef({ renders: 0, denied: 0 });
  const { token } = useWorld(world);

  useLayoutEffect(() => {
    counts.current.renders++;
    if (!hasAccess) counts.current.denied++;
  });
  useEffect(() => {
    const timer = setInterval(render, RENDER_EVERY_MS);
    return () => clearInterval(timer);
  }, []);

  const nextInS = world.lifetimeS && (token.endsAt - Date.now()) / 1000 - world.lifetimeS / 2;
  return (
    <dl className="facts counts">
      <div>
        <dt>Feature</dt>
        <dd>
          <span className={`pill ${hasAccess ? 'good' : 'bad'}`}>
            {hasAccess ? 'granted' : 'denied'}
          </span>
        </dd>
      </div>
      <div>
        <dt>Token</dt>
        <dd data-testid="token">no. {token.number}</dd>
      </div>
      <div>
        <dt>Next in</dt>
        <dd>{nextInS ? `${Math.max(0, Math.ceil(nextInS))} s` : 'never'}</dd>
      </div>
      <div>
        <dt>Renders</dt>
        <dd>{counts.current.renders.toLocaleString('en')}</dd>
      </div>
      <div>
        <dt>Denied</dt>
        <dd data-testid="denied" className={counts.current.denied ? 'flickered' : undefined}>
          {counts.current.denied.toLocaleString('en')}
        </dd>
      </div>
    </dl>
  );
}

function Hardened({ world, rotations }: { world: World; rotations: number }) {
  const { status, refresh } = useHardenedCustomer();
  useEffect(() => {
    if (rotations) void refresh();
  }, [rotations, refresh]);
  return status === 'ready' ? <RenderCounter world={world} /> : <p className="quiet">{status} …</p>;
}

/** The recipe, as people write it; each rotation and each expiry runs it again. */
function ByHand({ world, rotations }: { world: World; rotations: number }) {
  const { stigg } = useStiggContext();
  const [isLoaded, setIsLoaded] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a rotation by hand runs it again
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    async function load() {
      const response = await fetch(world.identityEndpoint);
      const { customerId, customerToken, expiresIn } = await response.json();
      await stigg.setCustomerId(customerId, customerToken);
      setIsLoaded(true);
      if (expiresIn) timer = setTimeout(load, (expiresIn / 2) * 1000);
    }
    void load();
    return () => clearTimeout(timer);
  }, [stigg, world, rotations]);
  return isLoaded ? <RenderCounter world={world} /> : <p className="quiet">loading …</p>;
}

function SideBySide({ context }: { context: StoryContext<StoryArgs> }) {
  const [rotations, rotate] = useReducer((count: number) => count + 1, 0);
  const world = worldOf(context);
  const recipeWorld: World = context.loaded.recipeWorld;
  return (
    <>
      <div className="buttons">
        <button type="button" onClick={rotate}>
          Rotate both now
        </button>
      </div>
      <div className="panes">
        <div className="stack" data-testid="hardened-stigg">
          <section className="card">
            <h3>hardened-stigg</h3>
            <HardenedStiggProvider {...providerProps(context)}>
              <Hardened world={world} rotations={rotations} />
            </HardenedStiggProvider>
          </section>
          <NetworkLog world={world} title="Its requests" />
        </div>
        <div className="stack" data-testid="by-hand">
          <section className="card">
            <h3>By hand</h3>
            <StiggProvider {...recipeWorld.stigg} theme={stiggTheme(context.globals.theme)}>
              <ByHand world={recipeWorld} rotations={rotations} />
            </StiggProvider>
          </section>
          <NetworkLog world={recipeWorld} title="The recipe’s requests" />
        </div>
      </div>
    </>
  );
}

/** `Denied` counts the renders that read single sign-on, which is paid for, as denied. `hardened-stigg` has none. */
export const BesideTheRecipe: Story = {
  name: 'Beside the hand-written recipe',
  render: (_, context) => <SideBySide context={context} />,
  play: async ({ canvas, userEvent }) => {
    const ours = within(canvas.getByTestId('hardened-stigg'));
    const recipe = within(canvas.getByTestId('by-hand'));
    await expect(await ours.findByText('granted')).toBeVisible();
    await expect(await recipe.findByText('granted')).toBeVisible();
    await expect(recipe.getByTestId('denied')).toHaveTextContent('0');

    await userEvent.click(canvas.getByRole('button', { name: 'Rotate both now' }));

    for (const pane of [ours, recipe]) {
      await waitFor(() => expect(pane.getByTestId('token')).toHaveTextContent('2'));
    }
    await waitFor(() => expect(recipe.getByTestId('denied')).not.toHaveTextContent(/^0$/));
    // Both have the new customer by then: the recipe grants again.
    await recipe.findByText('granted');
    await waitFor(() => expect(verified(ours)).toBe(2));
    await expect(ours.getByTestId('denied')).toHaveTextContent(/^0$/);
    await expect(ours.getByText('granted')).toBeVisible();
  },
};

/** How often Stigg was asked for entitlements with a token that verifies. */
const verified = (pane: ReturnType<typeof within>) =>
  pane
    .getAllByRole('row')
    .filter((row: HTMLElement) => /GetEntitlements.*verified/.test(row.textContent ?? '')).length;

import { StiggProvider, useStiggContext } from '@stigg/react-sdk';
import type { StoryContext } from '@storybook/react-vite';
import { HardenedStiggProvider, useHardenedCustomer } from 'hardened-stigg';
import { useEffect, useState } from 'react';
import { RotationLane } from '../../examples/demo/src/rotation-lane';
import type { StoryArgs } from './story-args';
import { providerProps } from './with-provider';
import { type World, worldOf } from './world';

function Hardened({ world, rotations }: { world: World; rotations: number }) {
  const { status, refresh } = useHardenedCustomer();
  useEffect(() => {
    if (rotations) void refresh();
  }, [rotations, refresh]);
  if (status !== 'ready') return <p className="quiet">{status} …</p>;
  return <RotationLane readToken={() => world.getSnapshot().token} />;
}

/** A reader under this package's provider. Another `rotations` replaces the token. */
export const HardenedPane = ({
  context,
  rotations,
}: {
  context: StoryContext<StoryArgs>;
  rotations: number;
}) => (
  <section className="card">
    <h3>With hardened-stigg</h3>
    <HardenedStiggProvider {...providerProps(context)}>
      <Hardened world={worldOf(context)} rotations={rotations} />
    </HardenedStiggProvider>
  </section>
);

/** The integration as teams write it; each rotation and each expiry runs it again. */
function ByHand({ world, rotations }: { world: World; rotations: number }) {
  const { stigg } = useStiggContext();
  const [isLoaded, setIsLoaded] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a rotation runs it again
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
  if (!isLoaded) return <p className="quiet">loading …</p>;
  return <RotationLane readToken={() => world.getSnapshot().token} />;
}

/** The same reader under Stigg's own provider. */
export const ByHandPane = ({ world, rotations }: { world: World; rotations: number }) => (
  <section className="card">
    <h3>By hand</h3>
    <StiggProvider {...world.stigg}>
      <ByHand world={world} rotations={rotations} />
    </StiggProvider>
  </section>
);

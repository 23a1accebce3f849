import type { Decorator, StoryContext } from '@storybook/react-vite';
import { HardenedStiggProvider } from 'hardened-stigg';
import { useLayoutEffect } from 'react';
import { NetworkLog } from './network-log';
import { stiggTheme } from './stigg-theme';
import type { StoryArgs } from './story-args';
import type { World } from './world';

/** The world that the preview's loader made for this story and these args. */
export const worldOf = ({ loaded }: { loaded: Record<string, unknown> }) => loaded.world as World;

/** Light, dark, or as the system prefers: `story.css` does the rest. */
export function useTheme(theme: string) {
  useLayoutEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
}

export const withTheme: Decorator = function WithTheme(Story, { globals }) {
  useTheme(globals.theme);
  return <Story />;
};

/** The story, what it shows in a sentence, and what the network saw. New args start it over. */
export const withWorld: Decorator = (Story, context) => {
  const world = worldOf(context);
  const { docs, ownLog } = context.parameters;
  return (
    <div className="story" key={world.id}>
      {context.viewMode === 'story' && docs?.description?.story && (
        <p className="claim">{docs.description.story}</p>
      )}
      <div className={ownLog ? undefined : 'beside'}>
        <Story />
        {!ownLog && <NetworkLog world={world} />}
      </div>
    </div>
  );
};

/** What the provider of a story is given: its world, and its patience. */
export function providerProps(context: StoryContext<StoryArgs>) {
  const { stigg, identityEndpoint } = worldOf(context);
  const { retries, timeoutMs } = context.args;
  return {
    ...stigg,
    identityEndpoint,
    retries,
    timeoutMs,
    theme: stiggTheme(context.globals.theme),
  };
}

/** The provider of a story that is about something below it. */
export const withProvider: Decorator<StoryArgs> = (Story, context) => (
  <HardenedStiggProvider {...providerProps(context)}>
    <Story />
  </HardenedStiggProvider>
);

import type { Decorator } from '@storybook/react-vite';
import { useLayoutEffect } from 'react';
import { FORCE_REMOUNT } from 'storybook/internal/core-events';
import { addons } from 'storybook/preview-api';
import { NetworkLog } from './network-log';
import { worldOf } from './world';

/** Light, dark, or as the system prefers: `story.css` does the rest. */
export function useTheme(theme: string) {
  useLayoutEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
}

export const isDark = (theme: string) =>
  theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);

export const withTheme: Decorator = function WithTheme(Story, { globals }) {
  useTheme(globals.theme);
  return <Story />;
};

/** A sentence of TSDoc: what is in backticks is code. */
const inline = (text: string) =>
  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text
  text.split('`').map((part, index) => (index % 2 ? <code key={index}>{part}</code> : part));

/** Starts the story over, its play function included: Storybook does what its own "Reload story" does. */
const Replay = ({ storyId }: { storyId: string }) => (
  <button
    type="button"
    className="replay"
    onClick={() => addons.getChannel().emit(FORCE_REMOUNT, { storyId })}
  >
    Replay
  </button>
);

/**
 * The story, what it shows in a sentence, and what the network saw. New args start it over, and so does a
 * button.
 */
export const withWorld: Decorator = (Story, context) => {
  const world = worldOf(context);
  const { docs, ownLog } = context.parameters;
  return (
    <div className="story" key={world.id}>
      {context.viewMode === 'story' && (
        <header>
          {docs?.description?.story && <p className="claim">{inline(docs.description.story)}</p>}
          <Replay storyId={context.id} />
        </header>
      )}
      <div className={ownLog ? undefined : 'beside'}>
        <Story />
        {!ownLog && <NetworkLog world={world} />}
      </div>
    </div>
  );
};

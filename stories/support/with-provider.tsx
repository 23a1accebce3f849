import type { Decorator, StoryContext } from '@storybook/react-vite';
import { HardenedStiggProvider } from 'hardened-stigg';
import { stiggTheme } from '../../examples/demo/src/stigg-theme';
import { isDark } from './decorators';
import type { StoryArgs } from './story-args';
import { worldOf } from './world';

/** The props of a story's provider: its world, its timeouts and its retries. */
export function providerProps(context: StoryContext<StoryArgs>) {
  const { stigg, identityEndpoint } = worldOf(context);
  const { retries, timeoutMs } = context.args;
  return {
    ...stigg,
    identityEndpoint,
    retries,
    timeoutMs,
    theme: stiggTheme(isDark(context.globals.theme)),
  };
}

/** The provider of a story that is about something below it. */
export const withProvider: Decorator<StoryArgs> = (Story, context) => (
  <HardenedStiggProvider {...providerProps(context)}>
    <Story />
  </HardenedStiggProvider>
);

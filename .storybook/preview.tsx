// First of all: the Stigg SDK takes hold of `fetch` as it is imported.
import '../stories/support/network';
import '../stories/support/story.css';
import type { Preview } from '@storybook/react-vite';
import { configure } from 'storybook/test';
import { withTheme, withWorld } from '../stories/support/decorators';
import { ThemedDocs } from '../stories/support/docs-container';
import { STORY_ARG_TYPES, STORY_ARGS, type StoryArgs } from '../stories/support/story-args';
import { createWorld } from '../stories/support/world';

// What a busy machine may take; a play function that succeeds does not wait for it.
configure({ asyncUtilTimeout: 8000 });

const preview: Preview = {
  tags: ['autodocs'],
  args: STORY_ARGS,
  argTypes: STORY_ARG_TYPES,
  loaders: [({ args }) => ({ world: createWorld(args as StoryArgs) })],
  decorators: [withWorld, withTheme],
  initialGlobals: { theme: 'system' },
  globalTypes: {
    theme: {
      description: 'Light or dark',
      toolbar: {
        icon: 'contrast',
        dynamicTitle: true,
        items: [
          { value: 'system', title: 'As the system' },
          { value: 'light', title: 'Light', icon: 'sun' },
          { value: 'dark', title: 'Dark', icon: 'moon' },
        ],
      },
    },
  },
  parameters: {
    layout: 'fullscreen',
    controls: { expanded: true, sort: 'none' },
    a11y: { test: 'error', context: { exclude: ['[data-stigg-widget]'] } },
    docs: { container: ThemedDocs, toc: true, canvas: { sourceState: 'none' } },
    options: {
      storySort: {
        order: ['Introduction', 'Provider', 'Status', 'Gate', 'Paywall', 'Lifecycle'],
      },
    },
  },
};

export default preview;

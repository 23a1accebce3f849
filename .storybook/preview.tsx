// This takes over `fetch` before the SDK is imported, as long as nothing here imports the SDK.
import '../stories/support/network';
import '../stories/support/story.css';
import type { Preview } from '@storybook/react-vite';
import { configure } from 'storybook/test';
import { withTheme, withWorld } from '../stories/support/decorators';
import { ThemedDocs } from '../stories/support/docs-container';
import { STORY_ARG_TYPES, STORY_ARGS, type StoryArgs } from '../stories/support/story-args';
import { createWorld } from '../stories/support/world';

// The time that a busy machine may need. A play function that succeeds does not wait for it.
configure({ asyncUtilTimeout: 8000 });

const preview: Preview = {
  tags: ['autodocs'],
  args: STORY_ARGS,
  argTypes: STORY_ARG_TYPES,
  loaders: [({ args }) => ({ world: createWorld(args as StoryArgs) })],
  argTypesEnhancers: [
    // The props of a component are there to read. The controls change our own args.
    ({ argTypes }) =>
      Object.fromEntries(
        Object.entries(argTypes).map(([name, type]) => [
          name,
          name in STORY_ARG_TYPES ? type : { ...type, control: false },
        ]),
      ),
  ],
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
    docs: {
      container: ThemedDocs,
      toc: true,
      canvas: { sourceState: 'none' }, // a story's code is mostly its play function
      source: { type: 'code' }, // and what it renders is nothing that could be printed as JSX
    },
    options: {
      storySort: {
        order: [
          'Why',
          'Introduction',
          'Provider',
          'Status',
          'Gate',
          'Paywall',
          'Lazy entry',
          'Compare',
          'Lifecycle',
          'Mock provider',
        ],
      },
    },
  },
};

export default preview;

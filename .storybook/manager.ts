import { addons } from 'storybook/manager-api';
import { themes } from 'storybook/theming';

addons.setConfig({
  // `normal` is light or dark, as the system prefers.
  theme: { ...themes.normal, brandTitle: 'hardened-stigg', brandTarget: '_self' },
});

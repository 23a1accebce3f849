import { DocsContainer, type DocsContainerProps } from '@storybook/addon-docs/blocks';
import { type PropsWithChildren, useEffect, useState } from 'react';
import { GLOBALS_UPDATED, SET_GLOBALS } from 'storybook/internal/core-events';
import { addons } from 'storybook/preview-api';
import { themes } from 'storybook/theming';
import { useTheme } from './decorators';

/** A docs page in the theme that the toolbar says; Storybook itself themes only what surrounds it. */
export function ThemedDocs(props: PropsWithChildren<DocsContainerProps>) {
  const channel = addons.getChannel();
  const [theme, setTheme] = useState<string>(() => {
    const [{ globals }] = channel.last(GLOBALS_UPDATED) ?? channel.last(SET_GLOBALS) ?? [{}];
    return globals?.theme ?? 'system';
  });
  useEffect(() => {
    const update = ({ globals }: { globals: { theme: string } }) => setTheme(globals.theme);
    channel.on(GLOBALS_UPDATED, update);
    return () => channel.off(GLOBALS_UPDATED, update);
  }, [channel]);
  useTheme(theme);
  return (
    <DocsContainer
      {...props}
      theme={theme === 'light' || theme === 'dark' ? themes[theme] : themes.normal}
    />
  );
}

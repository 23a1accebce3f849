import type { Theme } from '@stigg/react-sdk';

// Stigg's own font would come from fonts.gstatic.com, and is asked for where it is used.
const typography = { fontFamily: 'system-ui, sans-serif' };

const DARK: Theme['palette'] = {
  primary: '#6ea8fe',
  backgroundPaper: '#1a232c',
  backgroundHighlight: '#22303d',
  backgroundSection: '#22303d',
  outlinedBorder: '#3b4a58',
  text: { primary: '#e6edf3', secondary: '#b4c0cb', tertiary: '#93a2b0', disabled: '#6b7a88' },
};

/** What Stigg's widgets wear in light and in dark. */
export function stiggTheme(theme: string): Theme {
  const isDark =
    theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  return isDark ? { typography, palette: DARK } : { typography };
}

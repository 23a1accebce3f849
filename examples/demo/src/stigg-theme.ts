import type { Theme } from '@stigg/react-sdk';

const BOTH: Theme = {
  // The widgets load their own font, DM Sans, from fonts.gstatic.com if a text uses it.
  typography: { fontFamily: 'system-ui, sans-serif' },
  layout: { planMinWidth: '280px', descriptionMinHeight: '48px' },
};

const DARK: Theme['palette'] = {
  primary: '#6ea8fe',
  backgroundPaper: '#1a232c',
  backgroundHighlight: '#22303d',
  backgroundSection: '#22303d',
  outlinedBorder: '#3b4a58',
  text: { primary: '#e6edf3', secondary: '#b4c0cb', tertiary: '#93a2b0', disabled: '#6b7a88' },
};

/** How Stigg's widgets look in light and in dark. */
export const stiggTheme = (isDark: boolean): Theme => (isDark ? { ...BOTH, palette: DARK } : BOTH);

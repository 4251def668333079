/** The pages of the settings. */
export type SettingsTab =
  | 'accounts'
  | 'appearance'
  | 'language'
  | 'desktop'
  | 'instructions'
  | 'usage'
  | 'organization'
  | 'privacy'
  | 'data'
  | 'shortcuts'
  | 'about';

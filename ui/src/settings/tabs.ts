/** The pages of the settings. */
export type SettingsTab =
  | 'accounts'
  | 'appearance'
  | 'language'
  | 'desktop'
  | 'instructions'
  | 'usage'
  | 'organization'
  | 'data'
  | 'shortcuts'
  | 'about';

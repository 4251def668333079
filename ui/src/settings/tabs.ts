/** The pages of the settings. */
export type SettingsTab = 'accounts' | 'appearance' | 'language' | 'instructions' | 'usage' | 'organization' | 'shortcuts' | 'about';

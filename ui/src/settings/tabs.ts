/** The pages of the settings. */
export type SettingsTab = 'accounts' | 'appearance' | 'language' | 'desktop' | 'organization' | 'shortcuts' | 'about';

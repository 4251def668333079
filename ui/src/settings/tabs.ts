/** The pages of the settings. */
export type SettingsTab = 'accounts' | 'appearance' | 'language' | 'organization' | 'shortcuts' | 'about';

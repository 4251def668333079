/** What lies over the chat: which page of the settings is open, and whether the palette or the chat's instructions are. */
import type { SettingsTab } from '../settings/tabs';

class Panels {
  settings = $state.raw<SettingsTab | null>(null);
  palette = $state.raw(false);
  instructions = $state.raw(false);
  /** Goes up when the zoom was changed by a key or the wheel, which shows it for a moment. */
  zoomed = $state.raw(0);
}

export const panels = new Panels();

/**
 * What other parts of the window can do, once they are there. A command whose hook is empty is neither offered nor
 * listed among the keys.
 */
export const hooks: {
  /** Opens the bar that finds words in the open chat. */
  find?: () => void;
  /** Opens another window. */
  newWindow?: () => void;
  /** Goes to where one looks for words in all chats. */
  search?: () => void;
  /** Prints the open chat. */
  print?: () => void;
  /** Exports the open chat. */
  exportChat?: () => void;
} = $state({});

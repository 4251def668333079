/** Undo and redo in every text box, by all the keys that people know: WebKitGTK binds none to them. */
import { inputMethod } from '../chat/input-method';
import { pressed } from './keys';

/** Undoes or redoes when the key means that. Answers whether it did. */
export function undoing(event: KeyboardEvent): boolean {
  const command = pressed('mod+z', event) ? 'undo' : pressed('mod+shift+z', event) || pressed('mod+y', event) ? 'redo' : null;
  if (command === null || event.defaultPrevented || inputMethod.owns(event)) return false;
  if (!(event.target instanceof HTMLElement) || !event.target.matches('input, textarea')) return false;
  event.preventDefault();
  // Old, and told to be avoided; but nothing else reaches the engine's own history, which knows words and selections.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  document.execCommand(command);
  return true;
}

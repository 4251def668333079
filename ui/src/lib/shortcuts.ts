/** Carries out the commands that keys mean. */
import { inputMethod } from '../chat/input-method';
import { commandOf } from './commands';

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]');

/** Runs what a key means; `anywhere` takes only what works over a dialog too. Answers whether it meant something. */
export function obey(event: KeyboardEvent, anywhere = false): boolean {
  // The Escape that drops a candidate comes here as well, and stops no answer.
  if (event.defaultPrevented || inputMethod.owns(event)) return false;
  // A sign alone is a letter for whoever types.
  if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && typing(event.target)) return false;
  const command = commandOf(event, anywhere);
  if (!command) return false;
  event.preventDefault();
  command.run();
  return true;
}

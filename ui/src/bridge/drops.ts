/** Files that are dropped on the window, as the shell tells of them (`src-tauri/src/desktop/drops.rs`). */

/** They are over the window, they left it, or they were dropped: then their number, by which the core takes them. */
export type DropEvent = { kind: 'over' } | { kind: 'left' } | { kind: 'dropped'; drop: number };

/** Hears of them until what is answered is called. */
export function onDrop(receive: (event: DropEvent) => void): () => void {
  const heard = (event: Event): void => {
    if (event instanceof CustomEvent) receive(event.detail as DropEvent);
  };
  addEventListener('wingman-drop', heard);
  return () => removeEventListener('wingman-drop', heard);
}

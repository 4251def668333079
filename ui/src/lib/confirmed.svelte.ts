/** A confirmation that is shown for a moment, such as *Copied*. */
const SHOWN = 2000;

/** `now` is true for two seconds after `show()`. */
export function confirmed(): { readonly now: boolean; show: () => void } {
  let now = $state(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    get now() {
      return now;
    },
    show() {
      now = true;
      clearTimeout(timer);
      timer = setTimeout(() => (now = false), SHOWN);
    },
  };
}

/** Runs something at the next frame, or soon when the window shows none (hidden, minimised, just being covered). */
export function nextFrame(run: () => void): void {
  let done = false;
  const once = (): void => {
    if (done) return;
    done = true;
    clearTimeout(timer);
    run();
  };
  const timer = setTimeout(once, document.hidden ? 16 : 250);
  if (!document.hidden) requestAnimationFrame(once);
}

// Runs before the first paint, so that the window never flashes in the wrong theme: the settings come later, from
// Rust, and are remembered here under one word. Only `light`, `dark` or nothing is ever stored.
(() => {
  const kept = localStorage.getItem('theme');
  const dark = kept ? kept === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  const root = document.documentElement;
  root.dataset.theme = dark ? 'dark' : 'light';
  root.dataset.colorMode = root.dataset.theme;
})();

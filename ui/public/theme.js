// Runs before the first paint, so that the window never flashes in the wrong theme or size: the settings come later,
// from Rust, and what the first paint needs of them is remembered here. Nothing else is ever stored.
(() => {
  const kept = localStorage.getItem('theme');
  const dark = kept ? kept === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  const root = document.documentElement;
  root.dataset.theme = dark ? 'dark' : 'light';
  root.dataset.colorMode = root.dataset.theme;
  try {
    const { data, zoom } = JSON.parse(localStorage.getItem('look') ?? '{}');
    Object.assign(root.dataset, data);
    if (zoom >= 80 && zoom <= 200) root.style.fontSize = `${zoom}%`;
  } catch {
    // What cannot be read is as if it were not there: the settings are on their way.
  }
})();

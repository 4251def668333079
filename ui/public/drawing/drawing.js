// Draws one diagram, in a frame that can do nothing else (`src-tauri/src/desktop/drawing.rs`). What is drawn comes in
// by messages of the page around it, and the picture and its size go back; nothing else is heard.
(() => {
  // Alone this page is empty.
  if (window.parent === window) return;
  const tell = (message) => window.parent.postMessage(message, '*');
  let latest = 0;

  async function draw({ code, dark }) {
    const mine = ++latest;
    // The scheme of the page around it: with another one the frame would not be seen through, but white.
    document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
    window.mermaid.initialize({
      startOnLoad: false,
      securityLevel: 'strict',
      suppressErrorRendering: true,
      theme: dark ? 'dark' : 'default',
      fontFamily: 'system-ui, sans-serif',
      // Words as SVG text, so that the picture is whole in every program that opens it.
      htmlLabels: false,
      flowchart: { htmlLabels: false },
    });
    try {
      const { svg } = await window.mermaid.render('drawing', code);
      if (mine !== latest) return;
      document.body.innerHTML = svg;
      const picture = document.querySelector('svg');
      const { width, height } = picture.viewBox.baseVal;
      picture.removeAttribute('width');
      picture.removeAttribute('height');
      picture.style.cssText = 'position: fixed; inset: 0; width: 100%; height: 100%;';
      tell({ kind: 'drawn', width, height, svg });
    } catch (error) {
      document.body.replaceChildren();
      if (mine === latest) tell({ kind: 'failed', reason: String(error?.message ?? error) });
    }
  }

  window.addEventListener('message', (event) => {
    if (event.source === window.parent && typeof event.data?.code === 'string') void draw(event.data);
  });
  tell({ kind: 'ready' });
})();

/**
 * Diagrams, drawn when a person asks for it. What draws them runs in a frame of its own that can reach neither the
 * window nor the network (`src-tauri/src/desktop/drawing.rs`); from it come a size, a picture to save and, where it
 * cannot be drawn, a reason: all of them only data here.
 */
import { drawingPage } from '../bridge';
import { figure as number, say } from '../messages/say.svelte';
import { button } from './decorate';
import { save } from './files';

/** What takes longer is given up, and the frame with it. */
const PATIENCE = 20_000;
/** No picture is shown larger, whatever its frame says of it, in pixels. */
const LARGEST = 8_000;

/**
 * What is longer is not drawn. A short text can still ask for too much, which patience ends; a long one would hold up
 * the whole window before that, whose thread the frame may share.
 */
const LONGEST = { characters: 50_000, lines: 1_000 };

/** What a frame says: nothing of it is certain. */
type Told = { kind?: unknown; width?: unknown; height?: unknown; svg?: unknown; reason?: unknown };

/** Draws the code of a block in its place, or shows the code again. */
export function draw(figure: HTMLElement, tell: (words: string) => void): void {
  if (figure.querySelector('.drawing')) {
    close(figure);
    return;
  }
  const code = figure.querySelector('pre')?.textContent ?? '';
  if (code.length > LONGEST.characters || code.trimEnd().split('\n').length > LONGEST.lines) {
    refuse(figure, say.prose.tooLong(number(LONGEST.lines), number(LONGEST.characters)));
    return;
  }
  const place = document.createElement('div');
  place.className = 'drawing';
  const status = document.createElement('p');
  status.className = 'drawing-status';
  status.textContent = say.prose.drawing;
  const frame = document.createElement('iframe');
  frame.title = say.prose.diagram;
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.src = drawingPage();
  place.append(status, frame);
  figure.append(place);
  toggle(figure, true);

  const root = document.documentElement;
  const ask = (): void => frame.contentWindow?.postMessage({ code, dark: root.dataset.theme === 'dark' }, '*');
  const given = setTimeout(() => fail(say.prose.tooSlow), PATIENCE);
  const theme = new MutationObserver(() => (place.isConnected ? ask() : end()));
  const listen = (event: MessageEvent): void => {
    if (!place.isConnected) end();
    else if (event.source === frame.contentWindow && event.source !== null) hear((event.data ?? {}) as Told);
  };
  window.addEventListener('message', listen);

  function end(): void {
    clearTimeout(given);
    theme.disconnect();
    window.removeEventListener('message', listen);
  }

  function hear(told: Told): void {
    if (told.kind === 'ready') {
      ask();
      theme.observe(root, { attributeFilter: ['data-theme'] });
    } else if (told.kind === 'drawn') {
      clearTimeout(given);
      fit(frame, told.width, told.height);
      status.remove();
      if (!place.dataset.drawn) offer(figure, tell);
      place.dataset.drawn = 'yes';
      pictures.set(figure, String(told.svg));
      tell(say.prose.drawn);
    } else if (told.kind === 'failed') {
      fail(String(told.reason));
    }
  }

  function fail(reason: string): void {
    end();
    // It was closed meanwhile.
    if (!place.isConnected) return;
    frame.remove();
    refuse(figure, reason);
  }
}

/** Says why it is not drawn. The code is what there is to read then. */
function refuse(figure: HTMLElement, reason: string): void {
  close(figure);
  const notice = document.createElement('p');
  notice.className = 'drawing-failed';
  notice.setAttribute('role', 'alert');
  const words = document.createElement('strong');
  words.textContent = say.prose.notDrawn;
  const why = document.createElement('code');
  why.textContent = reason.slice(0, 400);
  notice.append(words, why);
  figure.append(notice);
}

/** The picture of each block that is drawn now. */
const pictures = new WeakMap<HTMLElement, string>();

function close(figure: HTMLElement): void {
  figure.querySelector('.drawing')?.remove();
  figure.querySelectorAll('.drawing-tool').forEach((tool) => tool.remove());
  figure.classList.remove('drawing-large');
  pictures.delete(figure);
  toggle(figure, false);
}

/** The code makes room for its picture, and the button says how to come back. */
function toggle(figure: HTMLElement, drawn: boolean): void {
  figure.querySelector('.drawing-failed')?.remove();
  figure.classList.toggle('code-drawn', drawn);
  const pressed = figure.querySelector('.code-draw');
  const words = pressed?.lastChild;
  if (!pressed || !words) return;
  words.textContent = drawn ? say.prose.showCode : say.prose.draw;
  pressed.setAttribute('aria-label', drawn ? say.prose.showCode : say.prose.drawDiagram);
}

/** What can be done with a picture. */
function offer(figure: HTMLElement, tell: (words: string) => void): void {
  const enlarge = button('drawing-tool', 'zoom-in', say.prose.enlarge);
  enlarge.setAttribute('aria-pressed', 'false');
  enlarge.addEventListener('click', () => {
    enlarge.setAttribute('aria-pressed', String(figure.classList.toggle('drawing-large')));
  });
  const keep = button('drawing-tool', 'download', say.prose.saveDrawing);
  keep.addEventListener('click', () => save(pictures.get(figure) ?? '', 'diagram.svg', tell));
  figure.querySelector('.code-draw')?.after(enlarge, keep);
}

function fit(frame: HTMLIFrameElement, width: unknown, height: unknown): void {
  const sane = (pixels: unknown): number => Math.min(Math.max(Number(pixels) || 0, 48), LARGEST);
  frame.style.setProperty('--drawing-width', `${sane(width)}px`);
  frame.style.aspectRatio = `${sane(width)} / ${sane(height)}`;
}

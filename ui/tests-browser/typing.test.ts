/**
 * Typing, as only an engine can show it: undo and redo, what a paste brings, input methods, and letters while an answer
 * streams. Told in Chromium, and in WebKitGTK where this machine has it: there the app's users had no undo elsewhere.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser, By, Key } from './browser.js';

const BOX = 'main textarea';
const value = (browser: Browser): Promise<string> => browser.run<string>(`return document.querySelector('${BOX}').value`);

async function begin(browser: Browser, scene = 'chat'): Promise<void> {
  await browser.open(scene, { theme: 'light' });
  await browser.until(`document.activeElement === document.querySelector('${BOX}')`, 'the composer to have the focus');
}

/** Types into the box as a person does, one key after the other. */
const type = (browser: Browser, text: string): Promise<void> => browser.press(...text.split(/(?:)/u));

/** Something with markup to be copied by keys, as from a page in a browser. */
const COPIED = `
  const from = document.body.appendChild(document.createElement('div'));
  from.contentEditable = 'true';
  from.innerHTML = arguments[0];
  from.focus();
  getSelection().selectAllChildren(from);`;

const ENGINES = [
  { name: 'Chromium', start: () => Browser.chromium() },
  { name: 'WebKitGTK', start: () => Browser.webKit() },
];

describe.each(ENGINES)('typing, in $name', ({ name, start }) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await start();
  });
  afterAll(() => browser.end());

  test('Ctrl+Z, Ctrl+Shift+Z and Ctrl+Y undo and redo', async () => {
    await begin(browser);
    await type(browser, 'one two');
    await browser.chord([Key.CONTROL], 'z');
    const undone = await value(browser);
    expect(undone.length, 'a slip must be taken back').toBeLessThan('one two'.length);
    for (let i = 0; i < 8; i++) await browser.chord([Key.CONTROL, Key.SHIFT], 'z');
    expect(await value(browser), 'and what was taken back comes again').toBe('one two');
    await browser.chord([Key.CONTROL], 'z');
    for (let i = 0; i < 8; i++) await browser.chord([Key.CONTROL], 'y');
    expect(await value(browser), 'by the other key too').toBe('one two');
  });

  test('undo works in every text box, in the palette too', async () => {
    await begin(browser);
    await browser.chord([Key.CONTROL], 'k');
    await browser.until(`document.activeElement?.matches('.palette-input')`, 'the palette');
    await type(browser, 'zoom');
    for (let i = 0; i < 5; i++) await browser.chord([Key.CONTROL], 'z');
    expect(await browser.run<string>(`return document.querySelector('.palette-input').value`), 'the same keys everywhere').toBe('');
  });

  test('a starter that was put in can be taken back, and what was typed after it', async () => {
    await begin(browser);
    await browser.driver.findElement(By.css('.starter')).click();
    await browser.until(`document.querySelector('${BOX}').value.startsWith('Explain')`, 'the starter');
    await type(browser, 'x');
    for (let i = 0; i < 6; i++) await browser.chord([Key.CONTROL], 'z');
    expect(await value(browser), 'text from the program must not end the history').toBe('');
  });

  test('undo never brings one chat’s words into another', async () => {
    await begin(browser);
    await type(browser, 'for the first chat');
    await browser.run(`document.querySelectorAll('.chat-link')[1].click()`);
    await browser.until(`document.querySelector('${BOX}').value.startsWith('EXPLAIN')`, 'the draft of the other chat');
    await browser.until(`document.activeElement === document.querySelector('${BOX}')`, 'the focus');
    for (let i = 0; i < 4; i++) await browser.chord([Key.CONTROL], 'z');
    expect(await value(browser), 'the other chat keeps its own').not.toContain('first');
  });

  test('a paste is text: backslashes, indentation and blank lines stay, markup goes', async () => {
    await begin(browser);
    await browser.run(COPIED, '<b>bold</b> &lt;script&gt;x&lt;/script&gt;<pre>    if (a) {\n\n\n        "C:\\new\\d+"\n    }</pre>');
    await browser.chord([Key.CONTROL], 'c');
    await browser.run(`document.body.lastElementChild.remove(); document.querySelector('${BOX}').focus()`);
    await browser.chord([Key.CONTROL], 'v');
    await browser.until(`document.querySelector('${BOX}').value !== ''`, 'the paste');
    const pasted = await value(browser);
    expect(pasted, 'words of a page without its markup').toContain('bold <script>x</script>');
    expect(pasted, 'code as it was').toContain('    if (a) {\n\n\n        "C:\\new\\d+"\n    }');
    await browser.press(Key.ENTER);
    await browser.until(`document.querySelector('.said-text') !== null`, 'the question');
    expect(await browser.run<string>(`return document.querySelector('.said-text').textContent`), 'and as it was it is sent').toBe(pasted.trimEnd());
  });

  test('keys and focus hold while an answer streams, and no letter is lost', async () => {
    await begin(browser);
    await type(browser, 'go');
    await browser.press(Key.ENTER);
    await browser.until(`document.querySelector('.answer') !== null`, 'the answer');
    const text = 'typed while it answers, letter by letter';
    await type(browser, text);
    expect(await value(browser), 'every letter, in its order').toBe(text);
    expect(await browser.run<boolean>(`return document.activeElement === document.querySelector('${BOX}')`), 'the focus stays').toBe(true);
  });

  test('a wheel that is turned with Ctrl held down zooms, and nothing scrolls', async () => {
    await begin(browser);
    const kept = await browser.run<boolean>(`
      const turned = new WheelEvent('wheel', { ctrlKey: true, deltaY: 10, bubbles: true, cancelable: true });
      document.querySelector('main').dispatchEvent(turned);
      return turned.defaultPrevented;`);
    expect(kept, 'an engine believes that a document’s listener never minds').toBe(true);
    const plain = await browser.run<boolean>(`
      const turned = new WheelEvent('wheel', { deltaY: 10, bubbles: true, cancelable: true });
      document.querySelector('main').dispatchEvent(turned);
      return turned.defaultPrevented;`);
    expect(plain, 'without it the page scrolls as ever').toBe(false);
  });

  test('the focus goes on when what had it goes away', async () => {
    await begin(browser);
    const focused = (): Promise<string> => browser.run<string>(`return document.activeElement.closest('.chat-row')?.querySelector('.chat-title').textContent ?? document.activeElement.tagName`);
    const titles = await browser.run<string[]>(`return [...document.querySelectorAll('.chat-title')].map((one) => one.textContent)`);
    await browser.run(`document.querySelectorAll('.chat-link')[1].focus()`);
    await browser.press(Key.TAB);
    await browser.until(`document.activeElement.matches('.chat-more')`, 'the button of its menu');
    await browser.press(Key.ENTER);
    await browser.until(`document.querySelector('[role=menu]')?.contains(document.activeElement)`, 'the menu');
    await browser.press(Key.ARROW_UP, Key.ENTER);
    await browser.until(`document.querySelector('.toast-undo') !== null`, 'the chat to be deleted');
    expect(await focused(), 'the row that follows').toBe(titles[2]);
    await browser.run(`document.querySelector('.toast-undo').focus()`);
    await browser.press(Key.ENTER);
    await browser.until(`document.querySelector('.toast-undo') === null`, 'the chat to be back');
    expect(await focused(), 'without a row near it, where one writes').toBe('TEXTAREA');
  });

  test('Tab goes on from the way to the end, which goes away when it is left', async () => {
    await begin(browser, 'queue');
    await browser.run(`document.querySelector('.chat-link').click()`);
    await browser.until(`document.querySelector('.waiting') !== null && document.querySelector('.log')?.scrollTop > 0`, 'the chat');
    await browser.run(`
      const log = document.querySelector('.log');
      log.dispatchEvent(new WheelEvent('wheel', { deltaY: -400, bubbles: true }));
      log.scrollTop = 0;`);
    await browser.until(`document.querySelector('.jump') !== null`, 'the way to the end');
    await browser.run(`
      const log = document.querySelector('.log');
      document.querySelector('.jump').focus();
      log.scrollTop = log.scrollHeight;`);
    await browser.driver.sleep(200);
    expect(await browser.run(`return document.activeElement.className`), 'nothing goes away from under the focus').toContain('jump');
    await browser.press(Key.TAB);
    expect(await browser.run(`return document.activeElement.ariaLabel ?? document.activeElement.tagName`), 'the first of what waits').toBe('Send now');
    expect(await browser.run(`return document.querySelector('.jump')`), 'nobody is away from the end').toBeNull();
  });

  test('the caret’s box is where the text is, so that an input method’s candidates are beside it', async () => {
    await begin(browser);
    const moved = await browser.run<string[]>(`
      const moved = [];
      for (let one = document.querySelector('${BOX}'); one; one = one.parentElement) {
        const { transform, zoom, filter, perspective, willChange } = getComputedStyle(one);
        if (transform !== 'none' || (zoom && zoom !== '1' && zoom !== 'normal') || filter !== 'none' || perspective !== 'none' || willChange !== 'auto') moved.push(one.className || one.tagName);
      }
      return moved;`);
    expect(moved, `a transformed box puts ${name}’s candidate window elsewhere`).toEqual([]);
  });
});

/** Words as an input method composes them: what is typed, then what is taken. */
const METHODS = [
  { language: 'Chinese', composed: ['n', 'ni', 'ni h', 'ni hao'], taken: '你好' },
  { language: 'Japanese', composed: ['k', 'か', 'かn', 'かんじ'], taken: '漢字' },
  { language: 'Korean', composed: ['ㅎ', '하', '한'], taken: '한' },
];

describe('input methods, in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await Browser.chromium();
  });
  afterAll(() => browser.end());

  test.each(METHODS)('$language: the first character is not lost, and the Enter that takes a word does not send', async ({ composed, taken }) => {
    await begin(browser);
    for (const text of composed) {
      await browser.devTools('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Process', windowsVirtualKeyCode: 229 });
      await browser.devTools('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
      expect(await value(browser), 'what is being composed is in sight').toBe(text);
    }
    // The Enter that takes the candidate: code 229 while the composition runs.
    await browser.devTools('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 });
    await browser.devTools('Input.insertText', { text: taken });
    expect(await value(browser), 'the word is in the box').toBe(taken);
    expect(await browser.run<number>(`return document.querySelectorAll('.said').length`), 'and was not sent').toBe(0);
    await browser.driver.sleep(80);
    await browser.press(Key.ENTER);
    await browser.until(`document.querySelector('.said-text')?.textContent === '${taken}'`, 'the question that was sent');
    expect(await value(browser), 'sent once, whole').toBe('');
  });
});

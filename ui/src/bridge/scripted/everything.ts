/** One answer with all that Markdown can become, as `render` writes it. */
import type { Block } from '../generated';

const text = (html: string): Block => ({ kind: { kind: 'text' }, html });
const code = (language: string, source: string): Block => ({
  kind: { kind: 'code', language },
  html: `<figure class="code" data-language="${language}"><figcaption class="code-head"><span>${language}</span></figcaption><pre dir="ltr" role="group" tabindex="0"><code>${source}</code></pre></figure>`,
});
const formula = (latex: string, inner: string): string =>
  `<span class="math" dir="ltr"><math><semantics><mrow>${inner}</mrow><annotation encoding="application/x-tex">${latex}</annotation></semantics></math></span>`;
const shown = (latex: string, inner: string): string =>
  `<span class="math math-display" dir="ltr" role="group" tabindex="0"><math display="block"><semantics><mrow>${inner}</mrow><annotation encoding="application/x-tex">${latex}</annotation></semantics></math></span>`;
const mark = (label: string): string =>
  `<sup class="footnote-mark" data-anchor="ref-${label}"><a href="#fn-${label}" rel="noreferrer noopener">${label}</a></sup>`;

const tokens = formula('b(t)', '<mi>b</mi><mo>(</mo><mi>t</mi><mo>)</mo>');
const level = shown(
  'b(t) = \\min\\left(c, b_0 + \\int_0^t r\\,ds\\right)',
  '<mi>b</mi><mo>(</mo><mi>t</mi><mo>)</mo><mo>=</mo><mi>min</mi><mo>(</mo><mi>c</mi><mo>,</mo><msub><mi>b</mi><mn>0</mn></msub><mo>+</mo><msubsup><mo>∫</mo><mn>0</mn><mi>t</mi></msubsup><mi>r</mi><mi>d</mi><mi>s</mi><mo>)</mo>',
);
/** Wider than any column, so that it must scroll in itself. */
const long = shown(
  's = a_0 + \\dots + a_{29}',
  `<mi>s</mi><mo>=</mo>${Array.from({ length: 30 }, (_, i) => `<msub><mi>a</mi><mn>${i}</mn></msub>`).join('<mo>+</mo>')}`,
);

/** A diagram that can be drawn, and one that cannot. */
const diagram = code('mermaid', 'graph LR\n  Client --&gt;|upload| Bucket{Token left?}\n  Bucket --&gt;|yes| API\n  Bucket --&gt;|no| Wait\n  Wait --&gt; Bucket');
export const brokenDiagram = code('mermaid', 'graph LR\n  Client --&gt;|upload Bucket');

export const everything: Block[] = [
  text(`<h2 dir="auto" data-anchor="the-level">The level of the bucket</h2>`),
  text(`<p dir="auto">At any time the bucket holds ${tokens} tokens${mark('1')}, and a burst may cost $5 or $10 more. <em>Both</em> are <strong>bounds</strong>, and <del>estimates</del> nothing else:</p>`),
  text(`<p dir="auto">${level}</p>`),
  text(`<p dir="auto">${long}</p>`),
  text(`<p dir="auto">What cannot be read stays as it was written: <code class="math-source" dir="ltr">$\\frac{1}{$</code>.</p>`),
  text(
    `<ul dir="auto"><li>Clients<ul><li>on phones<ul><li>that lose their network</li><li>and come back all at once</li></ul></li><li>in browsers</li></ul></li><li class="task"><label><input type="checkbox" disabled checked> Measure the bursts</label></li><li class="task"><label><input type="checkbox" disabled> Choose the capacity</label></li></ul>`,
  ),
  text(`<blockquote dir="auto" data-alert="warning"><p dir="auto">A clock that is set back must not refill the bucket.</p></blockquote>`),
  text(`<blockquote dir="auto"><p dir="auto">Be liberal in what you accept.</p><blockquote><p dir="auto">And strict in what you send.</p></blockquote></blockquote>`),
  text(
    `<div class="table" role="group" tabindex="0"><table><thead><tr><th scope="col" dir="auto">Endpoint</th>${['Capacity', 'Rate', 'Refused', 'Longest wait', 'Median wait', 'Owner', 'Since'].map((name) => `<th scope="col" dir="auto" class="align-end">${name}</th>`).join('')}</tr></thead><tbody>${['/uploads', '/uploads/parts', '/thumbnails'].map((path, i) => `<tr><td dir="auto"><code>${path}</code></td>${[20, 5, 112, '4.2 s', '310 ms', 'platform', 'March 2026'].map((cell) => `<td dir="auto" class="align-end">${typeof cell === 'number' ? cell * (i + 1) : cell}</td>`).join('')}</tr>`).join('')}</tbody></table></div>`,
  ),
  diagram,
  code('sql', '<span class="t-keyword">select</span> client, <span class="t-entity">count</span>(*) <span class="t-keyword">from</span> uploads <span class="t-keyword">where</span> answered = <span class="t-constant">429</span> <span class="t-keyword">and</span> at &gt; now() - interval <span class="t-string">\'1 day\'</span> <span class="t-keyword">group by</span> client <span class="t-keyword">order by</span> <span class="t-constant">2</span> <span class="t-keyword">desc</span>;'),
  text(`<p dir="rtl">النص العربي يُقرأ من اليمين إلى اليسار، مع <code>Retry-After</code> في وسطه.</p>`),
  text(`<p dir="auto">A-word-that-is-longer-than-any-line-${'of-the-column-'.repeat(8)}ends here. See <a href="#the-level" rel="noreferrer noopener">the level</a> and <a href="https://www.rfc-editor.org/rfc/rfc6585" rel="noreferrer noopener">RFC 6585</a>.</p>`),
  text(`<hr>`),
  text(
    `<div class="footnote" dir="auto" data-anchor="fn-1"><sup class="footnote-mark"><a href="#ref-1" rel="noreferrer noopener">1</a></sup><p dir="auto">Counted in whole tokens, as the server does.</p></div>`,
  ),
];

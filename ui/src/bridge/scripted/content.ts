/** What the scenes talk about, as `render` writes it: clean blocks with classes and without words of the interface. */
import type { Block } from '../generated';

/** A long answer with everything in it. */
export const limiter: Block[] = [
  { kind: { kind: 'text' }, html: `<h2 dir="auto">Use a token bucket</h2>` },
  { kind: { kind: 'text' }, html: `<p dir="auto">A client saves up permission while it is quiet and spends it in a burst. Two numbers describe the whole thing: <code>capacity</code>, the largest burst, and <code>rate</code>, the tokens added each second.</p>` },
  { kind: { kind: 'text' }, html: `<ol dir="auto"><li>Start with a <strong>full bucket</strong>, so the first burst goes through.</li><li>Before each upload, add what has built up since the last one.</li><li>Take one token. If none is left, wait: never drop the file.</li></ol>` },
  { kind: { kind: 'text' }, html: `<h3 dir="auto">How it compares</h3>` },
  { kind: { kind: 'text' }, html: `<div class="table" role="group" tabindex="0"><table><thead><tr><th scope="col" dir="auto">Method</th><th scope="col" dir="auto">Bursts</th><th scope="col" dir="auto">State</th><th scope="col" dir="auto">Good for</th></tr></thead><tbody><tr><td dir="auto">Token bucket</td><td dir="auto">Up to the capacity</td><td dir="auto">2 numbers</td><td dir="auto">Uploads, public APIs</td></tr><tr><td dir="auto">Leaky bucket</td><td dir="auto">None, it smooths them out</td><td dir="auto">1 queue</td><td dir="auto">Steady streams</td></tr><tr><td dir="auto">Fixed window</td><td dir="auto">Twice the limit, at the edge</td><td dir="auto">1 counter</td><td dir="auto">Coarse quotas</td></tr></tbody></table></div>` },
  { kind: { kind: 'text' }, html: `<h3 dir="auto">In Rust</h3>` },
  { kind: { kind: 'code', language: 'rust' }, html: `<figure class="code" data-language="rust"><figcaption class="code-head"><span>rust</span></figcaption><pre dir="ltr" role="group" tabindex="0"><code><span class="t-keyword">pub</span> <span class="t-keyword">struct</span> <span class="t-entity">Bucket</span> {
    capacity: f64,
    rate: f64,
    tokens: f64,
    last: <span class="t-entity">Instant</span>,
}

<span class="t-keyword">impl</span> <span class="t-entity">Bucket</span> {
    <span class="t-comment">/// Takes one token, or says how long to wait for it.</span>
    <span class="t-keyword">pub</span> <span class="t-keyword">fn</span> <span class="t-entity">take</span>(<span class="t-keyword">&amp;</span><span class="t-keyword">mut</span> <span class="t-keyword">self</span>, now: <span class="t-entity">Instant</span>) -&gt; <span class="t-entity">Result</span>&lt;(), <span class="t-entity">Duration</span>&gt; {
        <span class="t-keyword">let</span> gained = (now - <span class="t-keyword">self</span>.last).<span class="t-entity">as_secs_f64</span>() * <span class="t-keyword">self</span>.rate;
        <span class="t-keyword">self</span>.tokens = (<span class="t-keyword">self</span>.tokens + gained).<span class="t-entity">min</span>(<span class="t-keyword">self</span>.capacity);
        <span class="t-keyword">self</span>.last = now;

        <span class="t-keyword">if</span> <span class="t-keyword">self</span>.tokens &gt;= <span class="t-constant">1.0</span> {
            <span class="t-keyword">self</span>.tokens -= <span class="t-constant">1.0</span>;
            <span class="t-keyword">return</span> <span class="t-entity">Ok</span>(());
        }
        <span class="t-entity">Err</span>(<span class="t-entity">Duration</span>::<span class="t-entity">from_secs_f64</span>((<span class="t-constant">1.0</span> - <span class="t-keyword">self</span>.tokens) / <span class="t-keyword">self</span>.rate))
    }
}</code></pre></figure>` },
  { kind: { kind: 'text' }, html: `<p dir="auto">One exception. When the server itself says how long to wait, believe it over your own sums:</p>` },
  { kind: { kind: 'text' }, html: `<blockquote dir="auto"><p>The response representations SHOULD include details explaining the condition, and MAY include a Retry-After header indicating how long to wait before making a new request.</p></blockquote>` },
  { kind: { kind: 'text' }, html: `<p dir="auto">That is from <a rel="noreferrer noopener" href="https://www.rfc-editor.org/rfc/rfc6585#section-4">RFC 6585, section 4</a>.</p>` },
];

/** An answer that is still being written: its last block is the tail. */
export const limiterTest: Block[] = [
  { kind: { kind: 'text' }, html: `<p dir="auto">Time comes in as an argument, so the test moves the clock itself and nothing has to sleep:</p>` },
  { kind: { kind: 'code', language: 'rust' }, html: `<figure class="code" data-language="rust"><figcaption class="code-head"><span>rust</span></figcaption><pre dir="ltr" role="group" tabindex="0"><code>#[test]
fn a_full_bucket_lets_a_burst_through() {
    let start = Instant::now();
    let mut bucket = Bucket::new(5.0, 1.0, start);

    for upload in 1..=5 {
        assert!(bucket.take(start).is_ok(), "upload {upload} fits the burst");
    }
    assert_eq!(bucket.take(start), Err(</code></pre></figure>` },
];

/** A short answer. */
export const sharing: Block[] = [
  { kind: { kind: 'text' }, html: `<p dir="auto">Yes. Keep the bucket behind one <code>Mutex</code> and hand every worker an <code>Arc</code> of it. The lock is held for a few additions, so it costs nothing next to an upload.</p>` },
  { kind: { kind: 'text' }, html: `<ul dir="auto"><li>Compute the wait <strong>inside</strong> the lock, sleep <strong>outside</strong> it.</li><li>After waking, ask again: another worker may have taken the token.</li></ul>` },
];

/** The long answer in Chinese. */
export const limiterChinese: Block[] = [
  { kind: { kind: 'text' }, html: `<h2 dir="auto">用令牌桶</h2>` },
  { kind: { kind: 'text' }, html: `<p dir="auto">客户端空闲时攒下许可，突发时一次用掉。整件事只需要两个数：<code>capacity</code> 是一次突发的上限，<code>rate</code> 是每秒补充的令牌数。</p>` },
  { kind: { kind: 'text' }, html: `<ol dir="auto"><li>一开始让<strong>桶装满</strong>，第一批上传就能直接通过。</li><li>每次上传前，先补上自上次以来攒下的令牌。</li><li>取走一枚。取不到就等，不要丢弃文件。</li></ol>` },
  { kind: { kind: 'text' }, html: `<h3 dir="auto">与其他方案比较</h3>` },
  { kind: { kind: 'text' }, html: `<div class="table" role="group" tabindex="0"><table><thead><tr><th scope="col" dir="auto">方案</th><th scope="col" dir="auto">突发</th><th scope="col" dir="auto">状态</th><th scope="col" dir="auto">适合</th></tr></thead><tbody><tr><td dir="auto">令牌桶</td><td dir="auto">不超过桶容量</td><td dir="auto">2 个数</td><td dir="auto">上传、公开接口</td></tr><tr><td dir="auto">漏桶</td><td dir="auto">不允许，会被抹平</td><td dir="auto">1 个队列</td><td dir="auto">平稳的数据流</td></tr><tr><td dir="auto">固定窗口</td><td dir="auto">窗口交界处可达两倍</td><td dir="auto">1 个计数器</td><td dir="auto">粗略的配额</td></tr></tbody></table></div>` },
  { kind: { kind: 'text' }, html: `<h3 dir="auto">Rust 实现</h3>` },
  { kind: { kind: 'code', language: 'rust' }, html: `<figure class="code" data-language="rust"><figcaption class="code-head"><span>rust</span></figcaption><pre dir="ltr" role="group" tabindex="0"><code><span class="t-keyword">pub</span> <span class="t-keyword">struct</span> <span class="t-entity">Bucket</span> {
    capacity: f64,
    rate: f64,
    tokens: f64,
    last: <span class="t-entity">Instant</span>,
}

<span class="t-keyword">impl</span> <span class="t-entity">Bucket</span> {
    <span class="t-comment">/// 取一枚令牌；没有时返回需要等待的时间。</span>
    <span class="t-keyword">pub</span> <span class="t-keyword">fn</span> <span class="t-entity">take</span>(<span class="t-keyword">&amp;</span><span class="t-keyword">mut</span> <span class="t-keyword">self</span>, now: <span class="t-entity">Instant</span>) -&gt; <span class="t-entity">Result</span>&lt;(), <span class="t-entity">Duration</span>&gt; {
        <span class="t-keyword">let</span> gained = (now - <span class="t-keyword">self</span>.last).<span class="t-entity">as_secs_f64</span>() * <span class="t-keyword">self</span>.rate;
        <span class="t-keyword">self</span>.tokens = (<span class="t-keyword">self</span>.tokens + gained).<span class="t-entity">min</span>(<span class="t-keyword">self</span>.capacity);
        <span class="t-keyword">self</span>.last = now;

        <span class="t-keyword">if</span> <span class="t-keyword">self</span>.tokens &gt;= <span class="t-constant">1.0</span> {
            <span class="t-keyword">self</span>.tokens -= <span class="t-constant">1.0</span>;
            <span class="t-keyword">return</span> <span class="t-entity">Ok</span>(());
        }
        <span class="t-entity">Err</span>(<span class="t-entity">Duration</span>::<span class="t-entity">from_secs_f64</span>((<span class="t-constant">1.0</span> - <span class="t-keyword">self</span>.tokens) / <span class="t-keyword">self</span>.rate))
    }
}</code></pre></figure>` },
  { kind: { kind: 'text' }, html: `<p dir="auto">只有一个例外：服务器给出 <code>Retry-After</code> 时，以它为准。详见 <a rel="noreferrer noopener" href="https://www.rfc-editor.org/rfc/rfc6585#section-4">RFC 6585 第 4 节</a>。</p>` },
];

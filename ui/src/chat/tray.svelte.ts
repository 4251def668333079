/**
 * What lies beside the words that are being typed. It is kept by the core from the moment that it is read, in the draft
 * that it was attached to: this is what the window knows of the draft that is open.
 */
import { call, failureOf, stream, type Attachment, type Error as Failure, type Picked } from '../bridge';
import { app } from '../lib/app.svelte';
import { say } from '../messages/say.svelte';
import type { Place as Draft } from './drafts';
import { LARGEST, base64 } from './pasted';

/** Something in the tray; without its attachment while it is being read. */
export type Item = { key: string; name: string; attachment: Attachment | null };

/** So many failures are shown; of more the newest. */
const SHOWN = 3;

class Tray {
  items = $state.raw<readonly Item[]>([]);
  /** Why something could not be attached. */
  failures = $state.raw<readonly Failure[]>([]);
  /** What a screen reader is told. */
  status = $state.raw('');
  #draft: Draft | null = null;
  /** The new chat that the open conversation was: what was attached to it meanwhile lies there, and is shown here. */
  #before: Draft | null = null;
  /** The draft that is being opened: what comes meanwhile waits for it. */
  #coming: Promise<Draft | null> | null = null;
  /** How many wait for it. */
  #held = $state.raw(0);
  #count = 0;
  /** Removed while they were being read. */
  readonly #dropped = new Set<string>();

  /** Whether something is still being read. */
  get busy(): boolean {
    return this.#held > 0 || this.items.some((item) => item.attachment === null);
  }

  /** What goes with the question if it is sent now. */
  get attachments(): Attachment[] {
    return this.items.flatMap((item) => item.attachment ?? []);
  }

  /** Shows what lies in a draft. */
  async show(account: string, conversation: string | null): Promise<void> {
    const draft = { account, conversation };
    this.#empty();
    this.#draft = draft;
    try {
      const kept = await call('attachments', draft);
      if (this.#draft !== draft) return;
      const known = new Set(this.attachments.map(({ id }) => id));
      this.items = [...kept.filter(({ id }) => !known.has(id)).map(held), ...this.items];
    } catch (thrown) {
      if (this.#draft === draft) this.fail(failureOf(thrown));
    }
  }

  /** A draft is being opened: what comes from now on waits for it. Answers with what tells which one it is. */
  opening(): (draft: Draft | null) => void {
    let told: (draft: Draft | null) => void = () => undefined;
    this.#coming = new Promise((resolve) => (told = resolve));
    return told;
  }

  /** The new chat has become a conversation. What was attached since its question was sent stays for the next one. */
  follow(draft: Draft): void {
    this.#before = this.#draft;
    this.#draft = draft;
  }

  /** Another window changed the draft: what does not lie in it any more is not shown. */
  async recheck(): Promise<void> {
    const draft = this.#draft;
    if (!draft) return;
    // What is attached from now on is no part of the answer.
    const before = new Set(this.attachments.map(({ id }) => id));
    const drafts = [draft, ...(this.#before ? [this.#before] : [])];
    const kept = await Promise.all(drafts.map((one) => call('attachments', one))).catch(() => null);
    if (!kept || this.#draft !== draft) return;
    const known = new Set(kept.flat().map(({ id }) => id));
    this.items = this.items.filter(({ attachment }) => attachment === null || known.has(attachment.id) || !before.has(attachment.id));
  }

  /** No draft is open. What is being read goes on to where it belongs. */
  leave(): void {
    this.#coming = null;
    this.#empty();
  }

  #empty(): void {
    this.#draft = null;
    this.#before = null;
    this.items = [];
    this.failures = [];
    this.status = '';
  }

  /** Attaches what was pasted. */
  add(files: readonly File[]): void {
    if (this.#draft) this.#addTo(this.#draft, files);
    else void this.#open().then((draft) => draft && this.#addTo(draft, files));
  }

  #addTo(draft: Draft, files: readonly File[]): void {
    if (this.#isOpen(draft)) this.failures = [];
    for (const file of files) void this.#read(draft, file, nameOf(file));
  }

  /** The draft that is open, or will be in a moment. */
  async #open(): Promise<Draft | null> {
    if (this.#draft || !this.#coming) return this.#draft;
    this.#held++;
    try {
      return await this.#coming;
    } finally {
      this.#held--;
    }
  }

  /** Attaches the picture on the clipboard, if there is one, where the page is not shown it. */
  async pastePicture(): Promise<void> {
    const draft = this.#draft ?? (await this.#open());
    if (!draft) return;
    if (this.#isOpen(draft)) this.failures = [];
    const name = `${say.attach.pasted}.png`;
    const key = this.#begin(draft, name);
    try {
      const attachment = await call('paste_picture', { ...draft, name });
      if (attachment) this.#done(draft, key, attachment);
      else this.#forget(draft, key);
    } catch (thrown) {
      this.#failed(draft, key, failureOf(thrown));
    }
  }

  /** Has the person choose files. */
  async pick(): Promise<void> {
    await this.#take((draft, receive) => stream('pick_attachments', { ...draft, title: say.attach.choose }, receive));
  }

  /** Attaches what was dropped. */
  async takeDropped(drop: number): Promise<void> {
    await this.#take((draft, receive) => stream('take_dropped', { ...draft, drop }, receive));
  }

  async #take(from: (draft: Draft, receive: (event: Picked) => void) => Promise<null>): Promise<void> {
    const draft = this.#draft ?? (await this.#open());
    if (!draft) return;
    if (this.#isOpen(draft)) this.failures = [];
    const keys: string[] = [];
    try {
      await from(draft, (event) => {
        if (event.kind === 'reading') keys[event.place] = this.#begin(draft, event.name);
        else if (event.kind === 'read') this.#done(draft, keys[event.place] ?? '', event.attachment);
        else this.#failed(draft, keys[event.place] ?? '', event.error);
      });
    } catch (thrown) {
      if (this.#isOpen(draft)) this.fail(failureOf(thrown));
    }
  }

  /** Takes something out again. */
  remove(item: Item): void {
    this.items = this.items.filter(({ key }) => key !== item.key);
    this.status = say.attach.removed(item.name);
    if (item.attachment) void app.attempt(call('detach', { attachment: item.attachment.id }));
    else this.#dropped.add(item.key);
  }

  /** Empties the tray into a question. */
  take(): readonly Item[] {
    const taken = this.items;
    this.items = [];
    this.failures = [];
    this.status = '';
    return taken;
  }

  /** The question was not taken: what went with it lies in the draft still. */
  putBack(items: readonly Item[]): void {
    this.items = [...items, ...this.items];
  }

  /** Says why something was not attached. */
  fail(failure: Failure): void {
    this.failures = [...this.failures, failure].slice(-SHOWN);
  }

  async #read(draft: Draft, file: File, name: string): Promise<void> {
    const key = this.#begin(draft, name);
    try {
      if (file.size > LARGEST) {
        const params = { name, size: String(file.size), limit: String(LARGEST) };
        this.#failed(draft, key, { code: 'attachment-too-large', params, retryable: false });
        return;
      }
      const data = await base64(file).catch(() => null);
      // Removed before it was read: the core never hears of it.
      if (this.#dropped.delete(key)) return;
      if (data === null) this.#failed(draft, key, { code: 'attachment-unread', params: { name }, retryable: false });
      else this.#done(draft, key, await call('attach', { ...draft, name, data }));
    } catch (thrown) {
      this.#failed(draft, key, failureOf(thrown));
    }
  }

  #begin(draft: Draft, name: string): string {
    const key = `reading-${++this.#count}`;
    if (this.#isOpen(draft)) {
      this.items = [...this.items, { key, name, attachment: null }];
      this.status = say.attach.reading(name);
    }
    return key;
  }

  #done(draft: Draft, key: string, attachment: Attachment): void {
    if (this.#dropped.delete(key)) {
      void app.attempt(call('detach', { attachment: attachment.id }));
      return;
    }
    // Another draft is open: it lies where it was attached.
    if (!this.#isOpen(draft) || this.attachments.some(({ id }) => id === attachment.id)) return;
    const item = { key, name: attachment.name, attachment };
    const waits = this.items.some((one) => one.key === key);
    this.items = waits ? this.items.map((one) => (one.key === key ? item : one)) : [...this.items, item];
    this.status = say.attach.added(attachment.name);
  }

  #failed(draft: Draft, key: string, failure: Failure): void {
    const removed = this.#dropped.has(key);
    // Where nothing is open, its chat could not be opened: that is told as well.
    if (this.#forget(draft, key) || (!removed && !this.#draft)) this.fail(failure);
  }

  /** Takes back what was begun; answers whether somebody still looks for it. */
  #forget(draft: Draft, key: string): boolean {
    if (this.#dropped.delete(key) || !this.#isOpen(draft)) return false;
    this.items = this.items.filter((one) => one.key !== key);
    this.status = '';
    return true;
  }

  #isOpen({ account, conversation }: Draft): boolean {
    return [this.#draft, this.#before].some((open) => open?.account === account && open.conversation === conversation);
  }
}

function held(attachment: Attachment): Item {
  return { key: attachment.id, name: attachment.name, attachment };
}

/** A picture out of the clipboard has no name of its own: every one of them is `image.png`. */
function nameOf(file: File): string {
  const kind = /^image\.(\w+)$/.exec(file.name)?.[1];
  return kind === undefined && file.name !== '' ? file.name : `${say.attach.pasted}.${kind ?? 'png'}`;
}

export const tray = new Tray();

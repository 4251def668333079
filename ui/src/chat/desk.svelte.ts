/** What lies on the desk: the open conversation or a new one, and what is being typed into it. */
import { call, failureOf, type Account, type Chosen, type Error as Failure } from '../bridge';
import { app } from '../lib/app.svelte';
import { mayAsk } from '../lib/standing';
import { list } from '../sidebar/list.svelte';
import { Conversation, NOTHING } from './conversation.svelte';
import { changeDraft, goesInto, inFront, joined, settled, takeUnstored, type Place } from './drafts';
import { tray } from './tray.svelte';
import { asSent } from './typing';

/** How long after the last key a draft is stored, in milliseconds. */
const DRAFT_DELAY = 300;

class Desk {
  /** None is a new chat. */
  conversation = $state.raw<Conversation | null>(null);
  /** What is typed and not sent. */
  text = $state('');
  /** Why the last question was not taken; shown at the composer. */
  failure = $state.raw<Failure | null>(null);
  /** The model chosen for a new chat; none means the account's default. */
  #newModel = $state.raw<string | null>(null);
  /** What else is chosen for a new chat. */
  #newChosen = $state.raw<Chosen>(NOTHING);
  /** The question that is being changed. */
  editing = $state.raw<string | null>(null);
  /** What was typed into questions that are being changed, by turn. */
  readonly edits = new Map<string, string>();
  /** The version that was walked to and in which direction, until it is on the page. */
  walkedTo = $state.raw<{ turn: string; by: number } | null>(null);
  /** Goes up when the composer should have the focus. */
  focusCalls = $state.raw(0);
  /** The answer that was copied by its key just now; another object each time. */
  copied = $state.raw<{ turn: string } | null>(null);

  #timer: ReturnType<typeof setTimeout> | undefined;
  #unsaved = false;
  /** The last draft's way into the database, while it is under way. */
  #saving: Promise<void> | null = null;
  /** The text was typed here, not only brought from the database. */
  #typed = false;
  /** Whether the stored draft of what lies here is known. Until then nothing is stored in its place. */
  #known = true;
  /** The draft's way here, while it is under way. */
  #coming: Promise<void> | null = null;
  /** What an account is to begin with when it comes into use; for whichever comes first, where none is named. */
  #arrival: { account: string | null; conversation: string } | null = null;
  /**
   * The first question of a new chat, while it is on its way: the next one belongs to the same chat, which it answers
   * with; or with nothing, where the question was refused.
   */
  #beginning: Promise<string | null> | null = null;
  /** The account in use when this was laid here: what was typed is its own, though another may be in use by now. */
  #account: string | undefined;
  /** Counts changes of what lies here: a late answer for something else is ignored. */
  #change = 0;

  /** The model chosen by the person, if any. */
  get model(): string | null {
    return this.conversation ? this.conversation.model : this.#newModel;
  }

  /** What else is chosen here: how hard the model thinks, and what it is told beforehand. */
  get chosen(): Chosen {
    return this.conversation ? this.conversation.chosen : this.#newChosen;
  }

  /** The account that pays for what is sent here. */
  get payer(): Account | null {
    return app.state?.accounts.find((account) => account.id === this.conversation?.summary?.account) ?? app.account;
  }

  /** Whether the text was put here by the person just now: it can be taken back, unlike a draft that was opened. */
  get unsaved(): boolean {
    return this.#unsaved;
  }

  /** Whether an answer is being written here. */
  get answering(): boolean {
    return this.conversation?.answering != null;
  }

  /** Opens a conversation. */
  async open(id: string): Promise<void> {
    if (this.conversation?.id === id) {
      this.focus();
      return;
    }
    this.#clear();
    this.#account = app.account?.id;
    this.conversation = new Conversation(id, (summary) => list.put(summary));
    this.#known = false;
    this.focus();
    await this.reopen();
  }

  /** Opens what is open once more, because it could not be read. */
  async reopen(): Promise<void> {
    const conversation = this.conversation;
    if (!conversation) return;
    // Nearly always the account in use; the snapshot knows.
    const account = this.#account;
    const attach = tray.opening();
    await this.#fetch({ account: account ?? '', conversation: conversation.id }, async () => {
      const draft = await conversation.open();
      const payer = conversation.summary?.account ?? account;
      attach(payer === undefined ? null : { account: payer, conversation: conversation.id });
      if (draft !== null && payer !== undefined && this.conversation === conversation && !this.#known) void tray.show(payer, conversation.id);
      return draft;
    });
  }

  /** Where a search has led: a turn, and the words to be marked in it. Whoever shows the conversation takes it. */
  sought = $state.raw<{ turn: string; words: readonly string[] } | null>(null);

  /** Opens a conversation at a turn, in whatever version that is. */
  async openAt(id: string, turn: string | null, words: readonly string[]): Promise<void> {
    if (turn === null) return this.open(id);
    try {
      const other = await call('show_turn', { conversation: id, turn });
      // What is open shows another version now.
      if (other && this.conversation?.id === id) this.leave();
    } catch (thrown) {
      app.problem = failureOf(thrown);
      return;
    }
    await this.open(id);
    if (this.conversation?.id === id) this.sought = { turn, words };
  }

  /** Begins a new chat. */
  async begin(): Promise<void> {
    this.#clear();
    this.#newModel = null;
    this.#newChosen = NOTHING;
    this.focus();
    const account = app.account?.id;
    this.#account = account;
    if (account === undefined) return;
    // A page that is loaded anew begins with a new chat as well.
    void call('show_conversation', { conversation: null }).catch(() => undefined);
    void tray.show(account, null);
    this.#known = false;
    // An empty composer is what a new chat has anyway.
    await this.#fetch({ account, conversation: null }, () => call('draft', { account }).catch(() => ''));
  }

  /** Begins with an account that has come into use: where a conversation was handed over to it, there. */
  async arrive(account: string): Promise<void> {
    const arrival = this.#arrival;
    this.#arrival = null;
    if (arrival && (arrival.account ?? account) === account) await this.open(arrival.conversation);
    else await this.begin();
  }

  /** Has the window begin with this conversation, once there is an account. */
  expect(conversation: string): void {
    this.#arrival = { account: null, conversation };
  }

  /** Opens a conversation of this account, which comes into use for it. */
  async go(conversation: string, account: string): Promise<void> {
    if (app.account?.id === account) {
      await this.open(conversation);
      return;
    }
    this.#arrival = { account, conversation };
    if (!(await app.attempt(call('use_account', { account })))) this.#arrival = null;
  }

  /** Another window sent what was written in this conversation, and the stored draft went with it. */
  sentElsewhere(conversation: string): void {
    if (this.conversation?.id === conversation) this.#wasSent();
  }

  #wasSent(): void {
    // What lay beside the words went with them.
    void tray.recheck();
    if (this.text === '') return;
    // What a person typed here is still theirs; what only came from the database has been sent.
    if (this.#typed) this.#store(this.text);
    else this.text = '';
  }

  /** Copies a conversation into a new one of another account, and goes on there. */
  async handOver(conversation: string, to: string): Promise<void> {
    // What is typed and not sent goes over as well.
    this.saveDraft();
    await this.#saving;
    const going = async (): Promise<void> => {
      const copy = await call('hand_over', { conversation, to });
      this.#arrival = { account: to, conversation: copy };
      await call('use_account', { account: to });
    };
    if (!(await app.attempt(going()))) this.#arrival = null;
  }

  /** Leaves whatever is open, for instance because the account changed. */
  leave(): void {
    this.#clear();
  }

  /** Asks for the focus to go to the composer. */
  focus(): void {
    this.focusCalls++;
  }

  /** The person typed. */
  type(text: string): void {
    this.text = text;
    this.#typed = true;
    this.#unsaved = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.saveDraft(), DRAFT_DELAY);
  }

  /** Stores the draft now, when there is something new in it. */
  saveDraft(): void {
    clearTimeout(this.#timer);
    if (!this.#unsaved || !this.#known || this.#sending) return;
    this.#unsaved = false;
    this.#store(this.text);
  }

  /** Sends the question. */
  async send(): Promise<void> {
    const account = app.account;
    const text = asSent(this.text);
    if (!account || !mayAsk(account) || tray.busy) return;
    if (text === '' && tray.attachments.length === 0) return;
    const change = this.#change;
    const typed = this.text;
    if (this.#coming) {
      await this.#coming;
      // Where a draft has come before the words, the person has not seen yet what would be sent.
      return change === this.#change && this.text === typed ? this.send() : undefined;
    }
    if (this.#sending) {
      const begun = await this.#beginning;
      // Another chat's words may be in the box by now; and after a refusal the person decides.
      return begun !== null && change === this.#change ? this.send() : undefined;
    }
    const conversation = this.conversation;
    const question = {
      conversation: conversation?.id ?? null,
      account: conversation?.summary?.account ?? account.id,
      text,
      model: this.model,
      attachments: tray.attachments.map(({ id }) => id),
      chosen: this.chosen,
    };
    // On its way before the window changes, which takes longer. The question takes its draft with it: one that is
    // still being stored must not come after it.
    const sending = this.#saving ? this.#saving.then(() => call('send', { question })) : call('send', { question });
    const attached = tray.take();
    this.text = '';
    this.#typed = false;
    this.#unsaved = false;
    clearTimeout(this.#timer);
    this.failure = null;
    this.focus();
    const following = sending.then(async (sent) => {
      if (change !== this.#change) await this.#sentFrom(question);
      else if (!conversation) await this.#follow(question.account, sent.conversation);
      return sent.conversation;
    });
    if (!conversation) {
      const beginning = following.catch(() => null);
      this.#beginning = beginning;
      void beginning.then(() => {
        if (this.#beginning === beginning) this.#beginning = null;
      });
    }
    try {
      await following;
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (change !== this.#change) {
        await this.#giveBack(question, (there) => inFront(typed, there));
        if (this.#isHere(question)) this.failure = failure;
        else app.problem = failure;
        return;
      }
      this.failure = failure;
      const words = joined(typed, this.text);
      if (words !== '') this.type(words);
      tray.putBack(attached);
    }
  }

  /** Stops the answer. */
  stop(): void {
    const conversation = this.conversation;
    if (conversation?.answering) void app.attempt(call('stop', { conversation: conversation.id }));
  }

  /** Asks the last question again. */
  retry(): void {
    const conversation = this.conversation;
    if (!conversation) return;
    // The button goes away with the failure.
    this.focusCalls++;
    void app.attempt(call('retry', { conversation: conversation.id }));
  }

  /** Has an answer given once more, by another model where one is named. */
  regenerate(turn: string, model: string | null = null): void {
    const conversation = this.conversation;
    if (!conversation || this.answering) return;
    this.focus(); // the answer's buttons go away with it
    void app.attempt(call('regenerate', { conversation: conversation.id, answer: turn, model }));
  }

  /** Begins to change a question. */
  edit(turn: string): void {
    if (!this.answering && mayAsk(app.account)) this.editing = turn;
  }

  /** The same with the last one; answers whether there is one. */
  editLast(): boolean {
    const last = this.conversation?.turns.findLast((turn) => turn.role === 'you');
    if (last) this.edit(last.id);
    return this.editing !== null;
  }

  /** Sends a changed question. */
  async sendEdit(turn: string, text: string): Promise<void> {
    const conversation = this.conversation;
    if (!conversation) return;
    const done = await app.attempt(call('edit_question', { conversation: conversation.id, question: turn, text }));
    if (!done) return;
    this.edits.delete(turn);
    this.editing = null;
    this.focus();
  }

  /** Shows another version of the conversation. */
  async showVersion(turn: string, by: number): Promise<void> {
    const conversation = this.conversation;
    if (!conversation) return;
    this.walkedTo = { turn, by };
    if (!(await app.attempt(call('show_version', { conversation: conversation.id, turn })))) this.walkedTo = null;
  }

  /** Goes on in a new chat from this turn. */
  branch(turn: string): void {
    const conversation = this.conversation;
    if (!conversation) return;
    void app.attempt(call('branch', { conversation: conversation.id, turn }).then((branch) => this.open(branch)));
  }

  /** Sends one that waits before the others, and before the rest of the answer. */
  sendWaiting(waiting: string): void {
    const conversation = this.conversation;
    if (!conversation || !mayAsk(app.account)) return;
    this.focus();
    void app.attempt(call('send_waiting', { conversation: conversation.id, waiting }));
  }

  /** Moves one that waits. */
  async moveWaiting(waiting: string, place: number): Promise<void> {
    const conversation = this.conversation;
    if (conversation) await app.attempt(call('move_waiting', { conversation: conversation.id, waiting, place }));
  }

  /** Takes out one that waits: back to where it was written, before what stands there, or for good. */
  async takeWaiting(waiting: string, back: boolean): Promise<void> {
    const conversation = this.conversation;
    if (!conversation) return;
    const change = this.#change;
    const attached = conversation.waiting.find(({ id }) => id === waiting)?.attachments ?? [];
    this.focus();
    if (!back) {
      await app.attempt(call('drop_waiting', { conversation: conversation.id, waiting }));
      return;
    }
    const place = { account: this.#owner ?? '', conversation: conversation.id };
    await app.attempt(
      goesInto(place, call('take_waiting', { conversation: conversation.id, waiting })).then((text) => {
        // It stands in the kept draft already, for whoever is elsewhere by now.
        if (change !== this.#change) return;
        tray.putBack(attached.map((attachment) => ({ key: attachment.id, name: attachment.name, attachment })));
        if (text !== '') this.type(this.text === '' ? text : `${text}\n\n${this.text}`);
      }),
    );
  }

  /** Chooses the model for what is sent next here. */
  async choose(model: string | null): Promise<void> {
    const conversation = this.conversation;
    if (!conversation) {
      this.#newModel = model;
      return;
    }
    const before = conversation.model;
    conversation.model = model;
    const done = await app.attempt(call('choose_model', { conversation: conversation.id, model }));
    if (!done) conversation.model = before;
  }

  /** Chooses what else holds for what is sent next here. Answers whether it is kept. */
  async chooseBeside(change: Partial<Chosen>): Promise<boolean> {
    const conversation = this.conversation;
    const chosen = { ...this.chosen, ...change };
    if (!conversation) {
      this.#newChosen = chosen;
      return true;
    }
    const before = conversation.chosen;
    conversation.chosen = chosen;
    const done = await app.attempt(call('choose_for_conversation', { conversation: conversation.id, chosen }));
    if (!done) conversation.chosen = before;
    return done;
  }

  /** Copies the last whole answer. Answers whether there was one. */
  async copyLast(): Promise<boolean> {
    const answer = this.conversation?.turns.findLast((turn) => turn.role === 'copilot' && turn.blocks.length > 0);
    if (!answer || !(await app.attempt(call('copy_answer', { turn: answer.id })))) return false;
    this.copied = { turn: answer.id };
    return true;
  }

  /** Watches the conversation that a new chat became; what is being typed stays. */
  async #follow(account: string, id: string): Promise<void> {
    const conversation = new Conversation(id, (summary) => list.put(summary));
    this.conversation = conversation;
    tray.follow({ account, conversation: id });
    if (this.#unsaved) this.#timer = setTimeout(() => this.saveDraft(), DRAFT_DELAY);
    await conversation.open();
  }

  /** Whose draft lies here. */
  get #owner(): string | undefined {
    return this.conversation?.summary?.account ?? this.#account ?? app.account?.id;
  }

  /** Whether what lies here is a new chat whose first question is on its way. */
  get #sending(): boolean {
    return this.#beginning !== null && !this.conversation;
  }

  /** Has the stored draft come, and puts it before what was typed meanwhile. */
  async #fetch(place: Place, draft: () => Promise<string | null>): Promise<void> {
    const change = this.#change;
    // What was put away a moment ago is in the draft before it is read.
    const read = settled(place).then(() => (change === this.#change ? draft() : null));
    const coming = read.then((stored) => {
      if (change !== this.#change) return;
      this.#coming = null;
      if (stored === null || this.#known) return;
      this.#known = true;
      const kept = takeUnstored(place);
      const found = inFront(stored, kept);
      if (this.#typed && this.text !== '') this.type(inFront(found, this.text));
      else if (kept !== '') this.type(found);
      else {
        clearTimeout(this.#timer);
        this.#typed = false;
        this.#unsaved = false;
        this.text = found;
      }
    });
    this.#coming = coming;
    await coming;
  }

  /** What was sent from here has arrived after something else was opened; by now it may be open again, with its draft. */
  async #sentFrom(place: Place): Promise<void> {
    if (this.#isHere(place)) await this.#coming;
    if (this.#isHere(place)) this.#wasSent();
  }

  #isHere({ account, conversation }: Place): boolean {
    return (this.conversation?.id ?? null) === conversation && (conversation !== null || app.account?.id === account);
  }

  /** Changes the words of a chat, by what is there: on the desk, where it lies here, else in its stored draft. */
  async #giveBack(place: Place, changed: (there: string) => string): Promise<void> {
    if (this.#isHere(place)) await this.#coming;
    else await this.#saving;
    if (this.#isHere(place)) this.type(changed(this.text));
    else await app.attempt(changeDraft({ account: place.account, conversation: place.conversation }, changed));
  }

  /** Stores what is typed before something else is opened: where it belongs, though that may not be known yet. */
  #putAway(): void {
    const account = this.#owner;
    const words = this.text;
    const conversation = this.conversation?.id ?? null;
    const below = (there: string): string => joined(there, words);
    if (!this.#unsaved || words === '' || account === undefined || (this.#known && !this.#sending)) this.saveDraft();
    else if (!this.#known) void app.attempt(changeDraft({ account, conversation }, (there) => inFront(there, words)));
    else void this.#beginning?.then((begun) => this.#giveBack({ account, conversation: begun }, below));
  }

  #clear(): void {
    this.#putAway();
    clearTimeout(this.#timer);
    this.conversation?.close();
    this.conversation = null;
    this.text = '';
    this.#typed = false;
    this.#unsaved = false;
    this.#known = true;
    this.#coming = null;
    this.failure = null;
    this.copied = null;
    this.sought = null;
    tray.leave();
    this.editing = null;
    this.#beginning = null;
    this.#account = undefined;
    this.#change++;
  }

  #store(text: string): void {
    const account = this.#owner;
    if (account === undefined) return;
    const place = { account, conversation: this.conversation?.id ?? null };
    const stored = goesInto(place, call('save_draft', { ...place, text }));
    const saving = stored.then(
      () => undefined,
      (thrown: unknown) => {
        const failure = failureOf(thrown);
        // What was deleted meanwhile needs no draft.
        if (failure.code !== 'not-found') app.problem = failure;
      },
    );
    this.#saving = saving;
    void saving.then(() => {
      if (this.#saving === saving) this.#saving = null;
    });
  }
}

export const desk = new Desk();

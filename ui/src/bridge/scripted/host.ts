/**
 * A host that is nothing but the bridge: it keeps a small world in memory, remembers what was asked of it, and lets
 * a test or a scene say what happens next. No part of it is in a production build.
 */
import { libraryOf } from './library';
import type { Answer, Arguments, Bridge, CallName, Event, StreamName } from '../bridge';
import { monthOf } from './catalogue';
import { choiceHandlers, type Choices } from './choices';
import type {
  AppEvent,
  AppState,
  Appearance,
  Attachment,
  Chosen,
  Commands,
  ConversationPatch,
  ConversationSummary,
  Error as Failure,
  Models,
  PatchStep,
  Picked,
  Shown,
  Settings,
  Turn,
  Waiting,
  Way,
} from '../generated';
import { DESKTOP_SETTINGS, ScriptedDesktop } from './desktop';
import { THIRD_PARTIES } from './parts';

type Name = keyof Commands;
type Handler<N extends Name> = (args: Arguments<N>) => Answer<N> | Promise<Answer<N>>;
type Handlers = { [N in CallName]: Handler<N> };

/** A conversation of the scripted world. */
export type Kept = { summary: ConversationSummary; turns: Turn[]; draft: string; model: string | null; chosen: Chosen; earlier: Turn[]; waiting: Waiting[] };

/** Nothing chosen beside the model. */
const NOTHING: Chosen = { effort: null, instructions: '' };

type Watch = { id: number; conversation: string; sequence: number; receive: (patch: ConversationPatch) => void };

/** How many rows a page of the list has. */
const PAGE = 30;

export class ScriptedHost implements Bridge {
  drawing = 'about:blank';
  state: AppState;
  models: Models;
  /** The desktop around the window. */
  readonly desktop = new ScriptedDesktop();
  readonly kept = new Map<string, Kept>();
  newDraft = '';
  /** What opens the history beside the keychain, or in its place. */
  passphrase = 'correct horse';
  /** What lies in drafts, by conversation; the new chat's under the empty name. */
  readonly attached = new Map<string, Attachment[]>();
  /** What attachments show, by id. */
  readonly contents = new Map<string, Shown>();
  /** What the person chooses in the dialog, or drops. */
  picks: Picked[] = [];
  /** Whether a picture is on the clipboard. */
  copiedPicture = false;
  /** Instructions for all chats, saved prompts, and what a month cost. */
  readonly choices: Choices = { instructions: '', prompts: [], usage: (month) => monthOf(month, this.state.accounts) };
  /** Everything asked so far, oldest first. */
  readonly asked: { name: Name; args: unknown }[] = [];
  /** What is called after a question was sent or asked again. */
  onSent: (conversation: string) => void = () => undefined;

  #app: (event: AppEvent) => void = () => undefined;
  #watches: Watch[] = [];
  #count = 0;
  readonly #instead: Partial<Record<CallName, unknown>> = {};

  constructor(state: AppState, models: Models) {
    this.state = state;
    this.models = models;
  }

  /** Puts another answer in the place of a command's own. */
  instead<N extends CallName>(name: N, handler: Handler<N>): void {
    this.#instead[name] = handler;
  }

  /** A command's own answer, for what stands in its place to give in the end. */
  own<N extends CallName>(name: N, args: Arguments<N>): Answer<N> | Promise<Answer<N>> {
    return (this.#handlers[name] as Handler<N>)(args);
  }

  /** The arguments of every call of a command so far. */
  calls<N extends Name>(name: N): Arguments<N>[] {
    return this.asked.filter((entry) => entry.name === name).map((entry) => entry.args as Arguments<N>);
  }

  async call<N extends CallName>(name: N, args: Arguments<N>): Promise<Answer<N>> {
    this.asked.push({ name, args });
    const handler = (this.#instead[name] ?? this.#handlers[name]) as Handler<N>;
    return handler(args);
  }

  async stream<N extends StreamName>(name: N, args: Arguments<N>, receive: (event: Event<N>) => void): Promise<Answer<N>> {
    this.asked.push({ name, args });
    await Promise.resolve();
    if (name === 'watch_app') {
      this.#app = receive;
      return this.state;
    }
    if (name === 'watch_window') return this.desktop.watch(receive);
    if (name === 'pick_attachments' || name === 'take_dropped') {
      const { conversation } = args as Arguments<'pick_attachments'>;
      for (const pick of this.picks) {
        if (pick.kind === 'read') this.draft(conversation).push(pick.attachment);
        receive(pick);
      }
      return null;
    }
    const { conversation } = args as Arguments<'watch_conversation'>;
    return this.#watch(conversation, receive);
  }

  /** Changes the application's state and tells the window. */
  change(change: Partial<AppState>): void {
    this.state = { ...this.state, ...change };
    this.#app({ kind: 'state', state: this.state });
  }

  /** Tells the window of a conversation. */
  tell(event: AppEvent): void {
    this.#app(event);
  }

  /** Changes a conversation by these steps and sends them to whoever watches it. */
  patch(conversation: string, steps: PatchStep[]): void {
    const kept = this.#find(conversation);
    for (const step of steps) apply(kept, step);
    for (const watch of this.#watches.filter((one) => one.conversation === conversation)) {
      watch.sequence++;
      watch.receive({ sequence: watch.sequence, steps });
    }
    for (const step of steps) {
      if (step.kind === 'summary') this.#app({ kind: 'conversation', summary: step.summary });
    }
  }

  /** Sends a patch to a watch directly, for instance one that comes too late. */
  raw(watch: number, patch: ConversationPatch): void {
    this.#past[watch]?.(patch);
  }
  readonly #past: Record<number, (patch: ConversationPatch) => void> = {};

  /** What lies in a draft. */
  draft(conversation: string | null): Attachment[] {
    const draft = this.attached.get(conversation ?? '') ?? [];
    this.attached.set(conversation ?? '', draft);
    return draft;
  }

  /** Adds a conversation to the world. */
  keep(kept: Partial<Kept> & { summary: ConversationSummary }): void {
    this.kept.set(kept.summary.id, { turns: [], draft: '', model: null, chosen: NOTHING, earlier: [], waiting: [], ...kept });
  }

  #find(conversation: string): Kept {
    const kept = this.kept.get(conversation);
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- this is what crosses the real boundary
    if (!kept) throw { code: 'not-found', params: {}, retryable: false };
    return kept;
  }

  #watch(conversation: string, receive: (patch: ConversationPatch) => void): Answer<'watch_conversation'> {
    const kept = this.#find(conversation);
    const id = ++this.#count;
    this.#past[id] = receive;
    this.#watches.push({ id, conversation, sequence: 0, receive });
    const { summary, turns, draft, model, chosen, earlier, waiting } = kept;
    return { watch: id, sequence: 0, summary, model, chosen, turns: [...turns], earlier: earlier.length > 0, draft, waiting: [...waiting] };
  }

  readonly #handlers: Handlers = {
    ...this.desktop.handlers,
    retry_start: () => null,
    unlock_history: ({ passphrase }) => {
      this.change({ phase: passphrase === this.passphrase ? { kind: 'ready' } : { kind: 'passphrase', wrong: true } });
      return null;
    },
    start_without_history: () => {
      this.change({ phase: { kind: 'ready' }, history: { place: 'memory', passphrase: true }, accounts: [], account: null });
      return null;
    },
    set_passphrase: ({ passphrase }) => {
      this.passphrase = passphrase;
      const place = this.state.history.place === 'keychain' ? 'keychain' : 'passphrase';
      this.change({ history: { place, passphrase: true } });
      return null;
    },
    remove_passphrase: () => {
      this.change({ history: { ...this.state.history, passphrase: false } });
      return null;
    },
    change_history_key: ({ passphrase }) => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- this is what crosses the real boundary
      if (this.state.history.passphrase && passphrase !== this.passphrase) throw { code: 'passphrase-wrong', params: {}, retryable: false };
      return null;
    },
    check_again: () => null,
    open_organization_page: () => null,
    save_settings: ({ settings }) => {
      this.state = { ...this.state, settings };
      return null;
    },
    open_link: () => null,
    copy_text: () => null,
    third_parties: () => THIRD_PARTIES,
    licence_text: ({ part }) => `${THIRD_PARTIES[part]?.licence}\n\nPermission is hereby granted, free of charge, to any person obtaining a copy…\n`,
    diagnostics: () => ({ version: '0.1.0', runtime: '1.0.102', sharedRuntime: null, platform: 'Linux x86_64' }),
    sign_in: ({ request }) => {
      const again = this.state.accounts.find(({ id }) => id === request.account);
      const host = again?.host ?? request.host ?? this.state.host;
      const reason = refusal(host);
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- this is what crosses the real boundary
      if (reason !== null) throw { code: 'host-refused', params: { reason }, retryable: false };
      const barred = notAllowed(this.state, host, request.way);
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- as above
      if (barred) throw barred;
      const now = Date.now();
      if (request.way === 'code') this.change({ signIn: { kind: 'asking', host } });
      else if (request.way === 'token') this.change({ signIn: { kind: 'finishing', host, way: 'token' } });
      else this.change({ signIn: { kind: 'waiting', host, account: request.account, browserOpened: true, startedAt: now, endsAt: now + 600_000 } });
      return null;
    },
    reopen_browser: () => null,
    copy_sign_in_link: () => null,
    copy_sign_in_code: () => null,
    keep_account: () => this.#idle(),
    cancel_sign_in: () => this.#idle(),
    dismiss_sign_in: () => this.#idle(),
    use_account: ({ account }) => {
      this.change({ account });
      return null;
    },
    sign_out: ({ account }) => this.#signOut(account),
    sign_out_all: () => {
      this.change({ accounts: [], account: null });
      return null;
    },
    forget_account: ({ account }) => {
      for (const [id, { summary }] of this.kept) {
        if (summary.account !== account) continue;
        this.kept.delete(id);
        this.#app({ kind: 'conversationGone', id });
      }
      return this.#signOut(account);
    },
    conversations: ({ account, before }) => {
      const rows = [...this.kept.values()]
        .map((kept) => kept.summary)
        .filter((row) => row.account === account && row.shelf !== 'archive')
        .sort((a, b) => b.updatedAt - a.updatedAt);
      // As the core has it: all pinned ones with the first page, and a page begins below the time of the row named.
      const pinned = rows.filter((row) => row.shelf === 'pinned');
      const at = before === null ? Infinity : this.#find(before).summary.updatedAt;
      const below = rows.filter((row) => row.shelf === 'list' && row.updatedAt < at);
      return { conversations: [...(before === null ? pinned : []), ...below.slice(0, PAGE)], more: below.length > PAGE };
    },
    acknowledge: () => null,
    unwatch: ({ watch }) => {
      this.#watches = this.#watches.filter((one) => one.id !== watch);
      return null;
    },
    earlier_turns: ({ conversation }) => this.#find(conversation).earlier.splice(0),
    send: ({ question }) => {
      const id = question.conversation ?? `c${this.kept.size + 1}`;
      const now = Date.now();
      if (question.conversation === null) {
        const summary = { id, account: question.account, title: question.text.slice(0, 60), createdAt: now, updatedAt: now, draft: false, answering: true, shelf: 'list' as const };
        this.keep({ summary, model: question.model, chosen: question.chosen });
        this.#app({ kind: 'conversation', summary });
      }
      const kept = this.#find(id);
      if (kept.turns.at(-1)?.state.kind === 'answering') {
        const waits = { id: `w${++this.#count}`, text: question.text, model: question.model, held: false, attachments: this.#given(question.attachments) };
        this.patch(id, [{ kind: 'waiting', waiting: [...kept.waiting, waits] }]);
        return { conversation: id, turn: null };
      }
      const asked = turn({ id: `${id}-${kept.turns.length}`, role: 'you', text: question.text, attachments: this.#given(question.attachments) });
      this.patch(id, [{ kind: 'turn', turn: asked }]);
      this.onSent(id);
      return { conversation: id, turn: asked.id };
    },
    stop: ({ conversation }) => {
      const kept = this.#find(conversation);
      const last = kept.turns.at(-1);
      if (last) this.patch(conversation, [{ kind: 'turn', turn: { ...last, state: { kind: 'stopped' }, remembered: false } }]);
      return null;
    },
    retry: ({ conversation }) => {
      const turns = this.#find(conversation).turns.slice(0, -1).map((one) => one.id);
      this.patch(conversation, [{ kind: 'path', turns }]);
      this.onSent(conversation);
      return null;
    },
    regenerate: ({ conversation, answer }) => {
      const { turns } = this.#find(conversation);
      const at = turns.findIndex((one) => one.id === answer);
      this.patch(conversation, [{ kind: 'path', turns: turns.slice(0, at).map((one) => one.id) }]);
      this.onSent(conversation);
      return null;
    },
    edit_question: ({ conversation, question, text }) => {
      const { turns } = this.#find(conversation);
      const at = turns.findIndex((one) => one.id === question);
      const id = `${question}+`;
      const edited = turn({ id, role: 'you', text, versions: [question, id] });
      const path = [...turns.slice(0, at).map((one) => one.id), id];
      this.patch(conversation, [{ kind: 'turn', turn: edited }, { kind: 'path', turns: path }]);
      this.onSent(conversation);
      return null;
    },
    branch: ({ conversation, turn: from }) => {
      const kept = this.#find(conversation);
      const id = `c${this.kept.size + 1}`;
      const summary = { ...kept.summary, id, createdAt: Date.now(), updatedAt: Date.now() };
      const turns = kept.turns.slice(0, kept.turns.findIndex((one) => one.id === from) + 1);
      this.keep({ ...kept, summary, waiting: [], turns: turns.map((one) => ({ ...one, id: `${id}-${one.id}` })) });
      this.#app({ kind: 'conversation', summary });
      return id;
    },
    show_version: () => null,
    send_waiting: ({ conversation, waiting }) => this.#take(conversation, waiting),
    take_waiting: ({ conversation, waiting }) => {
      const text = this.#find(conversation).waiting.find((one) => one.id === waiting)?.text ?? '';
      this.#take(conversation, waiting);
      return text;
    },
    drop_waiting: ({ conversation, waiting }) => this.#take(conversation, waiting),
    move_waiting: ({ conversation, waiting, place }) => {
      const all = this.#find(conversation).waiting;
      const rest = all.filter((one) => one.id !== waiting);
      const moved = all.filter((one) => one.id === waiting);
      this.patch(conversation, [{ kind: 'waiting', waiting: [...rest.slice(0, place), ...moved, ...rest.slice(place)] }]);
      return null;
    },
    copy_answer: () => null,
    copy_answer_plain: () => null,
    save_code: () => true,
    rename_conversation: ({ conversation, title }) => {
      const kept = this.#find(conversation);
      this.patch(conversation, [{ kind: 'summary', summary: { ...kept.summary, title } }]);
      return null;
    },
    ...libraryOf(this),
    hand_over: ({ conversation, to }) => {
      const kept = this.#find(conversation);
      const id = `c${this.kept.size + 1}`;
      const summary = { ...kept.summary, id, account: to, createdAt: Date.now(), updatedAt: Date.now() };
      const host = this.state.accounts.find((one) => one.id === kept.summary.account)?.host ?? '';
      const payer = (of: string | null): string | null => (of === null || of.endsWith(')') ? of : `${of} (${host})`);
      const turns = kept.turns.map((one) => ({ ...one, id: `${id}-${one.id}`, payer: payer(one.payer) }));
      this.keep({ ...kept, summary, turns, model: null });
      this.#app({ kind: 'conversation', summary });
      return id;
    },
    draft: () => this.newDraft,
    save_draft: ({ conversation, text }) => {
      if (conversation === null) this.newDraft = text;
      else this.#find(conversation).draft = text;
      return null;
    },
    attach: ({ conversation, name, data }) => {
      const attachment = attachmentOf({ id: `f${++this.#count}`, name, size: Math.floor((data.length * 3) / 4) });
      this.draft(conversation).push(attachment);
      return attachment;
    },
    paste_picture: ({ conversation, name }) => {
      if (!this.copiedPicture) return null;
      const attachment = attachmentOf({ id: `f${++this.#count}`, name });
      this.draft(conversation).push(attachment);
      return attachment;
    },
    attachments: ({ conversation }) => [...this.draft(conversation)],
    detach: ({ attachment }) => {
      this.#given([attachment]);
      return null;
    },
    thumbnail: ({ attachment }) => {
      const shown = this.contents.get(attachment);
      return shown?.kind === 'image' ? shown.url : null;
    },
    attachment: ({ attachment }) => this.contents.get(attachment) ?? { kind: 'text', text: '' },
    models: () => this.models,
    ...choiceHandlers(this.choices, {
      accounts: () => this.state.accounts,
      change: (accounts) => this.change({ accounts }),
      chosen: (conversation, chosen) => (this.#find(conversation).chosen = chosen),
    }),
    choose_model: ({ conversation, model }) => {
      this.#find(conversation).model = model;
      return null;
    },
  };

  /** Takes attachments out of the drafts that they lie in. */
  #given(ids: string[]): Attachment[] {
    const given: Attachment[] = [];
    for (const draft of this.attached.values()) {
      for (const attachment of draft.filter(({ id }) => ids.includes(id))) {
        draft.splice(draft.indexOf(attachment), 1);
        given.push(attachment);
      }
    }
    return given;
  }

  #signOut(account: string): null {
    const accounts = this.state.accounts.filter((one) => one.id !== account);
    const inUse = this.state.account === account ? (accounts[0]?.id ?? null) : this.state.account;
    this.change({ accounts, account: inUse });
    return null;
  }

  #take(conversation: string, waiting: string): null {
    const rest = this.#find(conversation).waiting.filter((one) => one.id !== waiting);
    this.patch(conversation, [{ kind: 'waiting', waiting: rest }]);
    return null;
  }

  #idle(): null {
    this.change({ signIn: { kind: 'idle' } });
    return null;
  }
}

function apply(kept: Kept, step: PatchStep): void {
  if (step.kind === 'summary') kept.summary = step.summary;
  else if (step.kind === 'waiting') kept.waiting = step.waiting;
  else if (step.kind === 'path') kept.turns = kept.turns.filter((one) => step.turns.includes(one.id));
  else if (step.kind === 'turn') {
    const at = kept.turns.findIndex((one) => one.id === step.turn.id);
    if (at < 0) kept.turns.push(step.turn);
    else kept.turns[at] = step.turn;
  } else if (step.kind === 'forgotten') {
    kept.turns = kept.turns.map((one) => (step.turns.includes(one.id) ? { ...one, remembered: false } : one));
  } else if (step.kind === 'heldUp') {
    kept.turns = kept.turns.map((one) =>
      one.id === step.turn && one.state.kind === 'answering' ? { ...one, state: { ...one.state, holdup: step.holdup } } : one,
    );
  } else {
    kept.turns = kept.turns.map((one) =>
      one.id === step.turn ? { ...one, blocks: [...one.blocks.slice(0, step.keep), ...step.blocks], tail: step.tail } : one,
    );
  }
}

/** Why a host is refused, roughly as the core has it. */
function refusal(typed: string): string | null {
  const text = typed.trim();
  const name = text.toLowerCase().replace(/^https:\/\//, '').replace(/\/$/, '');
  if (name === '') return 'empty';
  if (/[^\x20-\x7e]/.test(name)) return 'not-ascii';
  if (name.includes('://')) return 'scheme';
  if (name.includes('@')) return 'user-info';
  if (/[/?#]/.test(name)) return 'path';
  if (name.includes(':')) return 'port';
  if (/(^|[^.])ghe\.com$|github\.co$/.test(name)) return 'look-alike';
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name) ? null : 'malformed';
}

/** Why the policy keeps a sign-in from beginning. */
function notAllowed({ hosts, otherHosts, ways }: AppState, typed: string, way: Way): Failure | null {
  const names = hosts.map(({ host }) => host);
  const host = typed.trim().toLowerCase();
  if (!otherHosts && !names.includes(host)) return { code: 'host-not-allowed', params: { host, hosts: names.join(',') }, retryable: false };
  if (!ways.includes(way)) return { code: 'way-not-allowed', params: { way, ways: ways.join(',') }, retryable: false };
  return null;
}

/** An attachment, known by its name as no real one is. */
export function attachmentOf(given: Pick<Attachment, 'id' | 'name'> & Partial<Attachment>): Attachment {
  const picture = /\.(png|jpe?g|gif|webp)$/.test(given.name);
  const form: Attachment['form'] = picture ? { kind: 'image', width: 640, height: 400 } : { kind: 'text' };
  return { size: 18_432, form: given.name.endsWith('.pdf') ? { kind: 'pdf', pages: 3 } : form, ...given };
}

/** A turn with what matters and the rest filled in. */
export function turn(given: Partial<Turn> & Pick<Turn, 'id' | 'role'>): Turn {
  return {
    parent: null,
    text: '',
    attachments: [],
    blocks: [],
    tail: '',
    state: { kind: 'complete' },
    remembered: true,
    notices: [],
    model: null,
    tokens: null,
    tokensIn: null,
    credits: null,
    payer: null,
    versions: [],
    createdAt: Date.now(),
    ...given,
  };
}

/** What differs from a fresh state; of the settings those that matter. */
export type StateChange = Partial<Omit<AppState, 'settings'>> & { settings?: Partial<Settings> };

const APPEARANCE: Appearance = {
  palette: 'standard',
  zoom: 100,
  density: 'comfortable',
  font: 'system',
  codeFont: null,
  width: 'normal',
  motion: 'system',
  spelling: true,
};

/** The state of an application that has just started, with nobody signed in. */
export function freshState({ settings, ...change }: StateChange = {}): AppState {
  return {
    phase: { kind: 'ready' },
    sandbox: false,
    keychain: 'available',
    restored: null,
    history: { place: 'keychain', passphrase: false },
    host: 'github.com',
    hosts: [{ host: 'github.com', client: true }],
    otherHosts: true,
    ways: ['browser', 'code', 'token'],
    managed: null,
    signIn: { kind: 'idle' },
    accounts: [],
    account: null,
    settings: { language: 'en', theme: 'system', appearance: APPEARANCE, desktop: DESKTOP_SETTINGS, history: { days: null, deleteOnSignOut: false }, ...settings },
    ...change,
  };
}

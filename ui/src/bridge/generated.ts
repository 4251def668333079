// Made by `cargo xtask generate` from src-tauri/src/commands/list.rs. Do not edit.

/**
 * An account as the window sees it.
 */
export type Account = {
/**
 * Its lasting name.
 */
id: AccountId,
/**
 * `github.com`, `SUB.ghe.com`, or a GitHub Enterprise Server.
 */
host: string,
/**
 * The name it signs in with.
 */
login: string,
/**
 * The person's name, when they gave one.
 */
name: string | null,
/**
 * The picture as a `data:` URL; nothing remote is ever loaded by the window.
 */
avatar: string | null,
/**
 * Whether it can be used now.
 */
state: AccountState,
/**
 * False when its token is kept for this run only, because the keychain did not take it.
 */
kept: boolean,
/**
 * Scopes that were asked for and not granted: what hangs on them will not work.
 */
missingScopes: Array<string>,
/**
 * What is known of its Copilot.
 */
copilot: CopilotStanding,
/**
 * Whether it is in the organisations that are required.
 */
membership: MembershipStanding,
/**
 * The AI credits that were used with it in this month, in Wingman.
 */
spent: number,
/**
 * What the person chose for it.
 */
choices: AccountChoices, };

/**
 * What a person chose for an account.
 */
export type AccountChoices = {
/**
 * The models that they want on top, in the order in which they were chosen.
 */
favourites: Array<string>,
/**
 * The model of a new chat; none leaves it to the configuration.
 */
defaultModel: string | null,
/**
 * So many AI credits a month they want to stay below; a warning, never a limit.
 */
creditLimit: number | null, };

/**
 * `<host>/<user id>`: the account's name in the database and in the keychain. A login can be renamed, a user id
 * stays, and the same id on another host is somebody else.
 */
export type AccountId = string;

/**
 * Whether an account can be used now.
 */
export type AccountState = "signedIn" | "signInNeeded" | "disallowed" | "readOnly";

/**
 * What the kinds of an alert (`> [!WARNING]`) are called.
 */
export type AlertWords = {
/**
 * `NOTE`.
 */
note: string,
/**
 * `TIP`.
 */
tip: string,
/**
 * `IMPORTANT`.
 */
important: string,
/**
 * `WARNING`.
 */
warning: string,
/**
 * `CAUTION`.
 */
caution: string, };

/**
 * Something happened outside any single conversation.
 */
export type AppEvent = { "kind": "state",
/**
 * All of it.
 */
state: AppState, } | { "kind": "conversation",
/**
 * The row.
 */
summary: ConversationSummary, } | { "kind": "conversationGone",
/**
 * Which.
 */
id: ConversationId, };

/**
 * All that the window needs to choose its screen.
 */
export type AppState = {
/**
 * How far the start is.
 */
phase: Phase,
/**
 * This run talks to the built-in sandbox, not to GitHub.
 */
sandbox: boolean,
/**
 * Whether there is a keychain.
 */
keychain: KeychainState,
/**
 * Where *Sign in with GitHub* goes.
 */
host: string,
/**
 * Every host that something is configured for, that one first.
 */
hosts: Array<KnownHost>,
/**
 * Whether any other host may be named, too.
 */
otherHosts: boolean,
/**
 * The ways in which people may sign in.
 */
ways: Array<Way>,
/**
 * What an organisation decides here, where it does.
 */
managed: Managed | null,
/**
 * The sign-in under way.
 */
signIn: SignInStep,
/**
 * Everyone who is signed in, or was and has chats here.
 */
accounts: Array<Account>,
/**
 * The account in use.
 */
account: AccountId | null,
/**
 * What the person has set.
 */
settings: Settings,
/**
 * Where the chats are, and who can open them.
 */
history: History,
/**
 * What the chats were replaced by at this start, because they were damaged.
 */
restored: Restored | null, };

/**
 * How the window looks and reads, apart from light and dark.
 */
export type Appearance = {
/**
 * The colours.
 */
palette: Palette,
/**
 * The size of everything, in per cent: 80 to 200.
 */
zoom: number,
/**
 * The room between things.
 */
density: Density,
/**
 * The face of the text.
 */
font: Font,
/**
 * The face of code; none is the system's.
 */
codeFont: string | null,
/**
 * The length of a line.
 */
width: TextWidth,
/**
 * Whether things move.
 */
motion: Motion,
/**
 * Whether what is typed is checked for spelling.
 */
spelling: boolean, };

/**
 * Something that goes with a question.
 */
export type Attachment = {
/**
 * Its name for us.
 */
id: AttachmentId,
/**
 * The name of the file, without its folder.
 */
name: string,
/**
 * How large the file was, in bytes.
 */
size: number,
/**
 * What it is.
 */
form: Form, };

/**
 * Names an attachment: a UUID, version 7.
 */
export type AttachmentId = string;

/**
 * A settled piece of an answer: safe HTML, ready to be put in.
 */
export type Block = {
/**
 * What the window adds to it.
 */
kind: BlockKind,
/**
 * Made by `render`: cleaned, with classes and without words of the interface.
 */
html: string, };

/**
 * What kind of block it is, as far as the window adds something to it.
 */
export type BlockKind = { "kind": "text" } | { "kind": "code",
/**
 * As the fence named it.
 */
language: string | null, };

/**
 * What was chosen for one conversation beside its model.
 */
export type Chosen = {
/**
 * How hard the model thinks, in the words of its list; none leaves it to the model.
 */
effort: string | null,
/**
 * What Copilot is told before this conversation; empty for nothing.
 */
instructions: string, };

/**
 * What happened. A variant exists only where the window says or offers something of its own.
 */
export type Code = "config-invalid" | "policy-invalid" | "host-not-allowed" | "way-not-allowed" | "account-not-allowed" | "client-missing" | "runtime-missing" | "runtime-failed" | "shared-runtime-gone" | "shared-runtime-refused" | "shared-runtime-token-missing" | "keychain-locked" | "keychain-failed" | "store-key-missing" | "passphrase-wrong" | "passphrase-short" | "passphrase-needed" | "store-newer" | "store-damaged" | "store-failed" | "disk-full" | "disk-read-only" | "host-refused" | "device-flow-disabled" | "code-rejected" | "token-classic" | "token-malformed" | "token-rejected" | "organization-required" | "organization-unknown" | "copilot-not-served" | "browser-failed" | "sign-in-denied" | "sign-in-expired" | "sign-in-unknown" | "sign-in-mismatch" | "sign-in-refused" | "application-suspended" | "client-rejected" | "email-unverified" | "answer-unexpected" | "offline" | "host-not-found" | "certificate-untrusted" | "certificate-expired" | "tls-failed" | "proxy-sign-in" | "proxy-refused" | "proxy-unreachable" | "timed-out" | "server-failed" | "rate-limited" | "sign-in-needed" | "no-copilot" | "quota-used" | "models-unavailable" | "no-models" | "filtered" | "too-long" | "request-refused" | "stalled" | "interrupted" | "question-empty" | "attachment-too-large" | "attachment-empty" | "attachment-unknown" | "attachment-damaged" | "attachment-unread" | "picture-too-large" | "pdf-locked" | "pdf-without-text" | "too-many-attachments" | "model-without-vision" | "too-many-pictures" | "attachments-too-long" | "name-taken" | "name-refused" | "busy" | "not-found" | "login-start-failed" | "window-failed" | "file-failed" | "import-unreadable" | "import-newer" | "import-too-large" | "link-refused" | "internal";

/**
 * Names a conversation: a UUID, version 7, so that ids sort by age.
 */
export type ConversationId = string;

/**
 * A piece of the list of conversations, newest first.
 */
export type ConversationPage = {
/**
 * The rows.
 */
conversations: Array<ConversationSummary>,
/**
 * Whether older ones follow.
 */
more: boolean, };

/**
 * What changed since the last patch.
 */
export type ConversationPatch = {
/**
 * To be acknowledged. One more than the last.
 */
sequence: number,
/**
 * To be applied in order.
 */
steps: Array<PatchStep>, };

/**
 * A row of the list of conversations.
 */
export type ConversationSummary = {
/**
 * Its name.
 */
id: ConversationId,
/**
 * The account it belongs to, and which pays.
 */
account: AccountId,
/**
 * The first question's beginning, or what the person made of it.
 */
title: string,
/**
 * When it began.
 */
createdAt: Millis,
/**
 * When something was last said in it; the list is in this order, newest first.
 */
updatedAt: Millis,
/**
 * A draft waits in it.
 */
draft: boolean,
/**
 * An answer is being written.
 */
answering: boolean,
/**
 * Where it stands.
 */
shelf: Shelf, };

/**
 * A conversation at one moment.
 */
export type ConversationView = {
/**
 * This watch: it goes back with each acknowledgement.
 */
watch: WatchId,
/**
 * The number of the last patch that is part of this snapshot; the next patch has the next number.
 */
sequence: number,
/**
 * Its row in the list.
 */
summary: ConversationSummary,
/**
 * The model chosen for its next question; none means the account's default.
 */
model: string | null,
/**
 * What else was chosen for it.
 */
chosen: Chosen,
/**
 * The latest turns on the path to the active leaf, oldest first.
 */
turns: Array<Turn>,
/**
 * Whether older turns can be had with `earlier_turns`.
 */
earlier: boolean,
/**
 * What was typed and not sent.
 */
draft: string,
/**
 * The questions that wait for the answer before them, the next one first.
 */
waiting: Array<Waiting>, };

/**
 * What is known of an account's Copilot.
 */
export type CopilotStanding = { "kind": "unknown" } | { "kind": "ready",
/**
 * The plan, as GitHub names it.
 */
plan: string | null,
/**
 * What is left of the month's premium requests, where the plan counts them.
 */
quota: Quota | null,
/**
 * When they begin anew.
 */
resetsAt: Millis | null, } | { "kind": "refused",
/**
 * Why.
 */
error: Error, };

/**
 * How much room there is between things.
 */
export type Density = "comfortable" | "compact";

/**
 * The switches of *Settings → Desktop*. Starting at login is none of them: the system alone knows that.
 */
export type DesktopSettings = {
/**
 * The keys that summon the window from anywhere, such as `Control+Shift+Space`; none when there are none.
 */
shortcut: string | null,
/**
 * Whether there is an icon in the tray.
 */
tray: boolean,
/**
 * Whether closing the last window leaves Wingman in the tray.
 */
closeToTray: boolean,
/**
 * Whether the windows stay above those of other programs.
 */
alwaysOnTop: boolean,
/**
 * What is told of an answer that ended unseen.
 */
notify: Notifications, };

/**
 * What the system made of the settings. Read back from it, not believed.
 */
export type DesktopState = {
/**
 * The icon in the tray.
 */
tray: TrayState,
/**
 * The keys that summon the window.
 */
shortcut: ShortcutState,
/**
 * Whether the system starts Wingman at login; none while that is not known.
 */
startsAtLogin: boolean | null,
/**
 * The system keeps no window of ours above the others, although it was asked to.
 */
staysBelow: boolean,
/**
 * Whether somebody shows notifications here; none while that is not known.
 */
notifications: boolean | null,
/**
 * What to bind to keys in the desktop's own settings, where no program may do that itself.
 */
summonCommand: string, };

/**
 * The words outside the page, in the person's language: the page has them, the shell has none of its own.
 */
export type DesktopWords = {
/**
 * Shows the window.
 */
open: string,
/**
 * Begins a new chat.
 */
newChat: string,
/**
 * Ends the program.
 */
quit: string,
/**
 * An answer is there.
 */
answered: string,
/**
 * An answer failed.
 */
failed: string, };

/**
 * Where a link leads that is asked about first: the address in three parts, of which the middle one decides.
 */
export type Destination = {
/**
 * What stands before the host.
 */
before: string,
/**
 * The host, as it is looked up: a name of other letters is written in its punycode.
 */
host: string,
/**
 * What stands behind the host.
 */
after: string,
/**
 * The host in the letters that it stands for, where those are others.
 */
unicode: string | null,
/**
 * Why it is asked about.
 */
doubts: Array<Doubt>, };

/**
 * Versions and places, for the about page and for reports. Nothing of a person is in it.
 */
export type Diagnostics = {
/**
 * Wingman's version.
 */
version: string,
/**
 * The version of the Copilot runtime in this process.
 */
runtime: string,
/**
 * Where the company's Copilot server is reached that stands in its place, if one does.
 */
sharedRuntime: string | null,
/**
 * Operating system and architecture.
 */
platform: string, };

/**
 * Why a link is asked about.
 */
export type Doubt = { "kind": "otherHost",
/**
 * Which.
 */
named: string, } | { "kind": "lookAlike" } | { "kind": "saysMuch" };

/**
 * What the window is told when something cannot be done.
 */
export type Error = {
/**
 * What happened.
 */
code: Code,
/**
 * What fills the words.
 */
params: { [key in string]: string },
/**
 * Whether trying the same again can help.
 */
retryable: boolean, };

/**
 * What kind of file.
 */
export type ExportFormat = "json" | "markdown" | "html";

/**
 * The words on a page, in the person's language.
 */
export type ExportWords = {
/**
 * The language, as a page names it.
 */
language: string,
/**
 * Who asks.
 */
you: string,
/**
 * Who answers.
 */
copilot: string,
/**
 * Under an answer that was stopped.
 */
stopped: string,
/**
 * Under one that failed.
 */
failed: string,
/**
 * At the end: where the file comes from.
 */
footer: string,
/**
 * Above an alert.
 */
alerts: AlertWords, };

/**
 * A turn that holds what was typed.
 */
export type Finding = {
/**
 * The turn.
 */
turn: TurnId,
/**
 * How often.
 */
count: number, };

/**
 * The face of the text.
 */
export type Font = "system" | "serif" | "monospace" | "legible";

/**
 * What an attachment is.
 */
export type Form = { "kind": "image",
/**
 * In pixels.
 */
width: number,
/**
 * In pixels.
 */
height: number, } | { "kind": "text" } | { "kind": "pdf",
/**
 * How many pages it has.
 */
pages: number, };

/**
 * A conversation in which the words stand.
 */
export type FoundConversation = {
/**
 * Its row.
 */
summary: ConversationSummary,
/**
 * Its title.
 */
title: Array<Piece>,
/**
 * The newest turns in which they stand; none when it is in the title alone.
 */
turns: Array<FoundTurn>, };

/**
 * A turn in which the words stand.
 */
export type FoundTurn = {
/**
 * The turn; it may be in a version that is not shown now.
 */
turn: TurnId,
/**
 * Who speaks.
 */
role: Role,
/**
 * The words, with something around them.
 */
snippet: Array<Piece>,
/**
 * When it was said.
 */
createdAt: Millis, };

/**
 * Who puts the token into a Copilot request.
 */
export type Handover = "door" | "sdk";

/**
 * What the window says of the history.
 */
export type History = {
/**
 * Where it is.
 */
place: HistoryPlace,
/**
 * Whether a passphrase opens it, beside the keychain or in its place.
 */
passphrase: boolean, };

/**
 * Where the history is, and who can open it.
 */
export type HistoryPlace = "keychain" | "passphrase" | "memory" | "memoryOnly";

/**
 * What a person sets about their history. Where a policy says more, it wins.
 */
export type HistorySettings = {
/**
 * Chats in which nothing was said for so many days are deleted; none keeps them.
 */
days: number | null,
/**
 * Whether the chats of an account are deleted when it signs out.
 */
deleteOnSignOut: boolean, };

/**
 * Why nothing comes of an answer for now.
 */
export type Holdup = { "kind": "tryingAgain",
/**
 * The number of the one that follows; 2 after the first.
 */
attempt: number,
/**
 * So many there are at most.
 */
of: number,
/**
 * What the last one failed of, where that is known.
 */
error: Error | null, } | { "kind": "silent",
/**
 * Since when.
 */
since: Millis,
/**
 * When the answer is given up, where that is known.
 */
until: Millis | null, };

/**
 * What became of a file.
 */
export type Imported = {
/**
 * Conversations that are new here.
 */
conversations: number,
/**
 * Those that were here already.
 */
already: number,
/**
 * Those that could not be understood.
 */
damaged: number,
/**
 * Pieces that Wingman has no place for, such as images; each is named where it stood.
 */
leftOut: number, };

/**
 * Whether there is a keychain.
 */
export type KeychainState = "available" | "absent";

/**
 * A host that something is configured for.
 */
export type KnownHost = {
/**
 * Its name.
 */
host: string,
/**
 * Whether an OAuth client is configured for it: without one a token is the only way in.
 */
client: boolean, };

/**
 * The interface's language.
 */
export type Language = "system" | "en" | "zh-CN" | string;

/**
 * A link that is to be opened.
 */
export type Link = {
/**
 * Where it leads.
 */
url: string,
/**
 * The words that were clicked, where they are an answer's.
 */
words: string | null,
/**
 * The person has read where it leads.
 */
agreed: boolean, };

/**
 * What an organisation manages on this computer.
 */
export type Managed = {
/**
 * The organisation's name, where its policy says it.
 */
name: string | null,
/**
 * The policy's file.
 */
file: string,
/**
 * What it decides.
 */
rules: Array<Rule>, };

/**
 * Whether an account is in the organisations that are required.
 */
export type MembershipStanding = { "kind": "open" } | { "kind": "asking" } | { "kind": "openByGrace",
/**
 * When that ends.
 */
until: Millis,
/**
 * Why GitHub cannot be asked.
 */
error: Error, } | { "kind": "closed",
/**
 * One for each organisation that stands in the way.
 */
refusals: Array<Refusal>,
/**
 * Whether it must be in all of the required ones; else in one of them.
 */
all: boolean, } | { "kind": "unknown",
/**
 * Why GitHub cannot be asked.
 */
error: Error, };

/**
 * Milliseconds since 1970-01-01T00:00:00Z, by the wall clock.
 */
export type Millis = number;

/**
 * A model of the account's list.
 */
export type Model = {
/**
 * What is sent.
 */
id: string,
/**
 * What is shown.
 */
name: string,
/**
 * Who makes it, when the list says so.
 */
vendor: string | null,
/**
 * What a request counts, where requests are counted.
 */
multiplier: number | null,
/**
 * Credits for a million tokens of input, where tokens are priced.
 */
inputPrice: number | null,
/**
 * Credits for a million tokens of output, where tokens are priced.
 */
outputPrice: number | null,
/**
 * How many tokens a conversation with it can have, its answer included.
 */
context: number | null,
/**
 * Whether it sees pictures.
 */
vision: boolean,
/**
 * How hard it can be told to think, from little to much; empty where it cannot be told.
 */
efforts: Array<string>,
/**
 * How hard it thinks by itself, when the list says so.
 */
defaultEffort: string | null,
/**
 * What it is good for, in the list's own word (`lightweight`, `versatile`, `powerful`).
 */
category: string | null,
/**
 * It may change or go away.
 */
preview: boolean,
/**
 * What whoever serves it wants people to read.
 */
notices: Array<ModelNotice>,
/**
 * Why it cannot be used, where it cannot.
 */
withheld: Withheld | null, };

/**
 * What whoever serves a model wants people to read, in their words.
 */
export type ModelNotice = {
/**
 * Something is to be minded; else it is only good to know.
 */
warning: boolean,
/**
 * Plain text.
 */
text: string, };

/**
 * What an account may choose from.
 */
export type Models = {
/**
 * In the order in which the account's list names them; only those whose policy allows them.
 */
models: Array<Model>,
/**
 * Those that the list names and GitHub's policy withholds, with why.
 */
withheld: Array<Model>,
/**
 * Whether the choice may be left to Copilot, by the id `auto`.
 */
auto: boolean,
/**
 * The id that a new chat uses: the account's own or the configured one when it is offered, else the first.
 */
default: string | null,
/**
 * The configured model when it is not offered: the window says which was chosen instead, and why.
 */
missing: string | null, };

/**
 * What a month cost.
 */
export type MonthOfUse = {
/**
 * Which, as `2026-11`.
 */
month: string,
/**
 * The months that there is something of, and this one; newest first.
 */
months: Array<string>,
/**
 * By account, the dearest model of each first.
 */
rows: Array<UseOfModel>, };

/**
 * Whether things move.
 */
export type Motion = "system" | "reduced";

/**
 * Something the person must be told beside an answer that came all the same.
 */
export type Notice = { "kind": "modelReplaced",
/**
 * The model asked for.
 */
asked: string,
/**
 * The model that answered.
 */
chosen: string, } | { "kind": "cutOff" };

/**
 * What is told of an answer that ended unseen.
 */
export type Notifications = "off" | "title" | "preview";

/**
 * Which colours light and dark are made of.
 */
export type Palette = "standard" | "highContrast" | "colorblind" | "tritanopia";

/**
 * Where a part comes from.
 */
export type PartKind = "runtime" | "crate" | "npm" | "library";

/**
 * One change.
 */
export type PatchStep = { "kind": "turn",
/**
 * The turn.
 */
turn: Turn, } | { "kind": "grown",
/**
 * Which turn.
 */
turn: TurnId,
/**
 * How many of the blocks that the window has stay as they are.
 */
keep: number,
/**
 * The blocks that follow them.
 */
blocks: Array<Block>,
/**
 * The new tail.
 */
tail: string, } | { "kind": "heldUp",
/**
 * Which turn; nothing once it is not being written any more.
 */
turn: TurnId,
/**
 * By what; none when it goes on.
 */
holdup: Holdup | null, } | { "kind": "path",
/**
 * Oldest first.
 */
turns: Array<TurnId>, } | { "kind": "forgotten",
/**
 * Those that a window does not have are passed over.
 */
turns: Array<TurnId>, } | { "kind": "waiting",
/**
 * The next one first.
 */
waiting: Array<Waiting>, } | { "kind": "summary",
/**
 * The row.
 */
summary: ConversationSummary, };

/**
 * How far the start is.
 */
export type Phase = { "kind": "starting" } | { "kind": "keychainLocked" } | { "kind": "blocked",
/**
 * What happened.
 */
error: Error, } | { "kind": "passphrase",
/**
 * The one that was typed is another one.
 */
wrong: boolean, } | { "kind": "ready" };

/**
 * How far a file is that was chosen in the desktop's own dialog.
 */
export type Picked = { "kind": "reading",
/**
 * Which of those that were chosen.
 */
place: number,
/**
 * What it is called.
 */
name: string, } | { "kind": "read",
/**
 * Which of those that were chosen.
 */
place: number,
/**
 * As it lies there.
 */
attachment: Attachment, } | { "kind": "failed",
/**
 * Which of those that were chosen.
 */
place: number,
/**
 * Why.
 */
error: Error, };

/**
 * A piece of a text, and whether it is what was looked for.
 */
export type Piece = {
/**
 * The words.
 */
text: string,
/**
 * Whether they were looked for.
 */
hit: boolean, };

/**
 * A saved prompt.
 */
export type Prompt = {
/**
 * Empty for a new one.
 */
id: PromptId,
/**
 * What is typed after the slash: one word.
 */
name: string,
/**
 * What stands in the composer then.
 */
text: string, };

/**
 * Names a saved prompt.
 */
export type PromptId = string;

/**
 * A question to send.
 */
export type Question = {
/**
 * The conversation, or none to begin one.
 */
conversation: ConversationId | null,
/**
 * The account that pays; for an existing conversation the one it belongs to.
 */
account: AccountId,
/**
 * The words.
 */
text: string,
/**
 * The model chosen by the person; none means the conversation's, then the account's default.
 */
model: string | null,
/**
 * What goes with it, out of the account's drafts, in this order.
 */
attachments: Array<AttachmentId>,
/**
 * What else is chosen for a conversation that begins; one that is there has its own.
 */
chosen: Chosen, };

/**
 * What is left of a month's premium requests, or of its AI credits.
 */
export type Quota = {
/**
 * What the plan grants.
 */
entitlement: number,
/**
 * What is left; below zero never.
 */
remaining: number,
/**
 * More may be used, and is paid for.
 */
moreIsPaid: boolean,
/**
 * What was used beyond it.
 */
overage: number,
/**
 * There is no end to it; then the other figures say nothing.
 */
unlimited: boolean,
/**
 * It counts AI credits; else it counts requests.
 */
inCredits: boolean, };

/**
 * What is the matter with one organisation. Each is mended differently.
 */
export type Reason = { "kind": "notMember" } | { "kind": "invited" } | { "kind": "ssoRequired" } | { "kind": "hiddenBySso",
/**
 * The ids of those that may be this one; a single one where GitHub says that it is.
 */
ids: Array<number>, } | { "kind": "appNotApproved",
/**
 * Where an owner of the organisation approves it.
 */
ownersPage: string, } | { "kind": "ipNotAllowed" } | { "kind": "cannotTell",
/**
 * Why, which says what to change.
 */
why: Unseen, };

/**
 * Why one organisation is not counted.
 */
export type Refusal = {
/**
 * Its login, as it is required.
 */
organization: string,
/**
 * What is the matter.
 */
reason: Reason,
/**
 * The page of the account's own host where it can be mended, when there is one.
 */
page: string | null, };

/**
 * A copy stands in for a damaged database.
 */
export type Restored = {
/**
 * When the copy was made; what was said since is not in it. None when the system does not know.
 */
from: Millis | null,
/**
 * The damaged file, which is kept.
 */
aside: string, };

/**
 * Who speaks.
 */
export type Role = "you" | "copilot";

/**
 * Something that a policy decides.
 */
export type Rule = { "kind": "hosts",
/**
 * Their names; where *Sign in with GitHub* goes comes first.
 */
hosts: Array<string>, } | { "kind": "organizations",
/**
 * Their logins.
 */
required: Array<string>,
/**
 * In all of them; else in one of them.
 */
all: boolean, } | { "kind": "ways",
/**
 * The ways.
 */
ways: Array<Way>, } | { "kind": "grace",
/**
 * For so many hours.
 */
hours: number, } | { "kind": "scopes",
/**
 * By their names at GitHub.
 */
scopes: Array<string>, } | { "kind": "models",
/**
 * Ids; one that ends in `*` stands for all that begin so.
 */
models: Array<string>, } | { "kind": "model",
/**
 * Its id, or `auto`.
 */
model: string, } | { "kind": "runtime",
/**
 * The shared server's address; none when it is in this program.
 */
address: string | null, } | { "kind": "handover",
/**
 * Wingman's own door, or the runtime.
 */
handover: Handover, } | { "kind": "proxy",
/**
 * Its address; none when there is none.
 */
address: string | null,
/**
 * The system says which.
 */
system: boolean, } | { "kind": "authorities",
/**
 * The file that holds them.
 */
file: string, } | { "kind": "retention",
/**
 * For so many days.
 */
days: number, } | { "kind": "signOut",
/**
 * Otherwise they stay.
 */
deletes: boolean, } | { "kind": "memoryOnly" } | { "kind": "updates",
/**
 * Otherwise the organisation does it.
 */
enabled: boolean, };

/**
 * What was found, newest first.
 */
export type SearchPage = {
/**
 * The conversations.
 */
found: Array<FoundConversation>,
/**
 * Whether there are more.
 */
more: boolean,
/**
 * Whether old turns are still being read in: then something may be missing.
 */
incomplete: boolean, };

/**
 * The question is stored; the answer comes to whoever watches. Where an answer is being written it waits.
 */
export type Sent = {
/**
 * Where.
 */
conversation: ConversationId,
/**
 * The question's turn; none while it waits.
 */
turn: TurnId | null, };

/**
 * What a person can set. Stored in the database.
 */
export type Settings = {
/**
 * The interface's language.
 */
language: Language,
/**
 * Light or dark.
 */
theme: Theme,
/**
 * What Wingman does on the desktop outside its windows.
 */
desktop: DesktopSettings,
/**
 * How everything looks, apart from that.
 */
appearance: Appearance,
/**
 * How long the history is kept.
 */
history: HistorySettings, };

/**
 * Where a conversation stands.
 */
export type Shelf = "list" | "pinned" | "archive";

/**
 * The keys that summon the window.
 */
export type ShortcutState = "off" | "ready" | "taken" | "refused" | "wayland";

/**
 * An attachment's content, as the window shows it in full.
 */
export type Shown = { "kind": "image",
/**
 * A `data:` URL.
 */
url: string, } | { "kind": "text",
/**
 * All of it.
 */
text: string, };

/**
 * A sign-in that the window asks for.
 */
export type SignInRequest = {
/**
 * How.
 */
way: Way,
/**
 * Where, as the person typed it; none is the configured host.
 */
host: string | null,
/**
 * An account that must sign in again: at its own host, and whoever else comes back is asked about.
 */
account: AccountId | null, };

/**
 * Where the sign-in stands. There is at most one attempt at a time; a new one replaces the old.
 */
export type SignInStep = { "kind": "idle" } | { "kind": "waiting",
/**
 * Where the person signs in.
 */
host: string,
/**
 * The account that is to sign in again.
 */
account: AccountId | null,
/**
 * False when no browser could be opened: the link can still be copied.
 */
browserOpened: boolean,
/**
 * When it began.
 */
startedAt: Millis,
/**
 * When the attempt ends by itself.
 */
endsAt: Millis, } | { "kind": "asking",
/**
 * Where the person signs in.
 */
host: string, } | { "kind": "code",
/**
 * Where the person signs in.
 */
host: string,
/**
 * What to type. Worthless without the device code that stays in the core.
 */
userCode: string,
/**
 * The page to type it in at, checked to be the host's own.
 */
page: string,
/**
 * False when no browser could be opened.
 */
browserOpened: boolean,
/**
 * When the code ends.
 */
endsAt: Millis, } | { "kind": "finishing",
/**
 * Where the person signs in.
 */
host: string,
/**
 * How.
 */
way: Way, } | { "kind": "other",
/**
 * Where the person signed in.
 */
host: string,
/**
 * Who was asked for.
 */
asked: string,
/**
 * Who came.
 */
came: string,
/**
 * How.
 */
way: Way,
/**
 * The account that was asked for.
 */
account: AccountId | null, } | { "kind": "failed",
/**
 * Where the person tried to sign in.
 */
host: string,
/**
 * How.
 */
way: Way,
/**
 * The account that was to sign in again.
 */
account: AccountId | null,
/**
 * What happened.
 */
error: Error, };

/**
 * How long the lines of a chat may be.
 */
export type TextWidth = "narrow" | "normal" | "wide" | "full";

/**
 * Light or dark.
 */
export type Theme = "system" | "light" | "dark";

/**
 * A part that others made.
 */
export type ThirdParty = {
/**
 * Its name where it comes from.
 */
name: string,
/**
 * Its version there.
 */
version: string,
/**
 * Where it comes from.
 */
kind: PartKind,
/**
 * Its licence's name, an SPDX expression for most.
 */
licence: string,
/**
 * Its repository or home page.
 */
source: string | null, };

/**
 * The icon in the tray.
 */
export type TrayState = "off" | "shown" | "absent";

/**
 * One turn.
 */
export type Turn = {
/**
 * Its name.
 */
id: TurnId,
/**
 * The turn it answers or follows; none for the first.
 */
parent: TurnId | null,
/**
 * Who speaks.
 */
role: Role,
/**
 * The question as it was typed; empty for an answer, whose words are in the blocks.
 */
text: string,
/**
 * What goes with a question.
 */
attachments: Array<Attachment>,
/**
 * The settled blocks of an answer.
 */
blocks: Array<Block>,
/**
 * The HTML of what is not settled yet; empty when nothing is.
 */
tail: string,
/**
 * How far it is.
 */
state: TurnState,
/**
 * False when Copilot does not remember this part.
 */
remembered: boolean,
/**
 * What the person must be told beside it.
 */
notices: Array<Notice>,
/**
 * The id of the model that answered.
 */
model: string | null,
/**
 * Tokens read and written for it.
 */
tokens: number | null,
/**
 * How many of these were read.
 */
tokensIn: number | null,
/**
 * AI credits it cost, where the account is billed by them.
 */
credits: number | null,
/**
 * The login of the account that paid; with its host in brackets when the conversation is another account's.
 */
payer: string | null,
/**
 * All versions of this turn, itself among them, oldest first; empty when it is the only one.
 */
versions: Array<TurnId>,
/**
 * When it was asked, or when the answer began.
 */
createdAt: Millis, };

/**
 * Names a turn, across all conversations: a UUID, version 7.
 */
export type TurnId = string;

/**
 * How far a turn is. A question is `Complete` once it is stored.
 */
export type TurnState = { "kind": "complete" } | { "kind": "answering",
/**
 * Since when.
 */
since: Millis,
/**
 * Why nothing comes for now; none while it goes on.
 */
holdup: Holdup | null, } | { "kind": "stopped" } | { "kind": "failed",
/**
 * What happened.
 */
error: Error, };

/**
 * A passphrase as a window hands it over.
 */
export type Typed = string;

/**
 * Why a token does not see what there may be.
 */
export type Unseen = "scope" | "app" | "personalToken" | "pages" | "refused";

/**
 * What the answers of one account by one model cost in a month.
 */
export type UseOfModel = {
/**
 * Who paid.
 */
account: AccountId,
/**
 * The name the account signs in with.
 */
login: string,
/**
 * The model's id; empty where nobody said which it was.
 */
model: string,
/**
 * How many answers.
 */
answers: number,
/**
 * Tokens read.
 */
tokensIn: number,
/**
 * Tokens written.
 */
tokensOut: number,
/**
 * AI credits; none where the account is not billed by them.
 */
credits: number | null, };

/**
 * A question that waits: for the end of the answer being written, or for the person's word.
 */
export type Waiting = {
/**
 * Its name.
 */
id: WaitingId,
/**
 * The words.
 */
text: string,
/**
 * The model chosen for it; none means the conversation's.
 */
model: string | null,
/**
 * It waits for the person's word: an answer was stopped or failed, another question was asked, Wingman ended.
 */
held: boolean,
/**
 * What goes with it.
 */
attachments: Array<Attachment>, };

/**
 * Names a question that waits.
 */
export type WaitingId = string;

/**
 * Names one window's watch of a conversation.
 */
export type WatchId = number;

/**
 * A way to become an account.
 */
export type Way = "browser" | "code" | "token";

/**
 * What a window is told beside the state of the application.
 */
export type WindowMessage = { "kind": "open",
/**
 * Which.
 */
conversation: ConversationId,
/**
 * Whose it is.
 */
account: AccountId, } | { "kind": "newChat" } | { "kind": "sent",
/**
 * Where.
 */
conversation: ConversationId, } | { "kind": "desktop",
/**
 * All of it.
 */
state: DesktopState, };

/**
 * What a window begins with.
 */
export type WindowStart = {
/**
 * The conversation that it was opened for.
 */
conversation: ConversationId | null,
/**
 * What the system made of the settings.
 */
desktop: DesktopState, };

/**
 * Why a model of the list cannot be used: the policy that GitHub keeps of it.
 */
export type Withheld = "disabled" | "notEnabled";

/** Every command: its arguments, what it answers, and what it streams until it is dropped. */
export interface Commands {
  watch_app: { arguments: Record<string, never>; stream: AppEvent; answer: AppState };
  retry_start: { arguments: Record<string, never>; stream: never; answer: null };
  save_settings: { arguments: { settings: Settings }; stream: never; answer: null };
  open_link: { arguments: { link: Link }; stream: never; answer: Destination | null };
  copy_text: { arguments: { text: string }; stream: never; answer: null };
  diagnostics: { arguments: Record<string, never>; stream: never; answer: Diagnostics };
  third_parties: { arguments: Record<string, never>; stream: never; answer: Array<ThirdParty> };
  licence_text: { arguments: { part: number }; stream: never; answer: string };
  unlock_history: { arguments: { passphrase: Typed }; stream: never; answer: null };
  start_without_history: { arguments: Record<string, never>; stream: never; answer: null };
  set_passphrase: { arguments: { passphrase: Typed }; stream: never; answer: null };
  remove_passphrase: { arguments: Record<string, never>; stream: never; answer: null };
  change_history_key: { arguments: { passphrase: Typed | null }; stream: never; answer: null };
  sign_in: { arguments: { request: SignInRequest }; stream: never; answer: null };
  reopen_browser: { arguments: Record<string, never>; stream: never; answer: null };
  copy_sign_in_link: { arguments: Record<string, never>; stream: never; answer: null };
  copy_sign_in_code: { arguments: Record<string, never>; stream: never; answer: null };
  keep_account: { arguments: Record<string, never>; stream: never; answer: null };
  cancel_sign_in: { arguments: Record<string, never>; stream: never; answer: null };
  dismiss_sign_in: { arguments: Record<string, never>; stream: never; answer: null };
  check_again: { arguments: Record<string, never>; stream: never; answer: null };
  open_organization_page: { arguments: { account: AccountId; organization: string }; stream: never; answer: null };
  use_account: { arguments: { account: AccountId }; stream: never; answer: null };
  sign_out: { arguments: { account: AccountId }; stream: never; answer: null };
  sign_out_all: { arguments: Record<string, never>; stream: never; answer: null };
  forget_account: { arguments: { account: AccountId }; stream: never; answer: null };
  conversations: { arguments: { account: AccountId; before: ConversationId | null }; stream: never; answer: ConversationPage };
  watch_conversation: { arguments: { conversation: ConversationId }; stream: ConversationPatch; answer: ConversationView };
  acknowledge: { arguments: { watch: WatchId; sequence: number }; stream: never; answer: null };
  unwatch: { arguments: { watch: WatchId }; stream: never; answer: null };
  earlier_turns: { arguments: { conversation: ConversationId; before: TurnId }; stream: never; answer: Array<Turn> };
  send: { arguments: { question: Question }; stream: never; answer: Sent };
  stop: { arguments: { conversation: ConversationId }; stream: never; answer: null };
  retry: { arguments: { conversation: ConversationId }; stream: never; answer: null };
  regenerate: { arguments: { conversation: ConversationId; answer: TurnId; model: string | null }; stream: never; answer: null };
  edit_question: { arguments: { conversation: ConversationId; question: TurnId; text: string }; stream: never; answer: null };
  branch: { arguments: { conversation: ConversationId; turn: TurnId }; stream: never; answer: ConversationId };
  show_version: { arguments: { conversation: ConversationId; turn: TurnId }; stream: never; answer: null };
  send_waiting: { arguments: { conversation: ConversationId; waiting: WaitingId }; stream: never; answer: null };
  move_waiting: { arguments: { conversation: ConversationId; waiting: WaitingId; place: number }; stream: never; answer: null };
  take_waiting: { arguments: { conversation: ConversationId; waiting: WaitingId }; stream: never; answer: string };
  drop_waiting: { arguments: { conversation: ConversationId; waiting: WaitingId }; stream: never; answer: null };
  copy_answer: { arguments: { turn: TurnId }; stream: never; answer: null };
  copy_answer_plain: { arguments: { turn: TurnId }; stream: never; answer: null };
  save_code: { arguments: { text: string; name: string }; stream: never; answer: boolean };
  rename_conversation: { arguments: { conversation: ConversationId; title: string }; stream: never; answer: null };
  hand_over: { arguments: { conversation: ConversationId; to: AccountId }; stream: never; answer: ConversationId };
  draft: { arguments: { account: AccountId }; stream: never; answer: string };
  save_draft: { arguments: { account: AccountId; conversation: ConversationId | null; text: string }; stream: never; answer: null };
  attach: { arguments: { account: AccountId; conversation: ConversationId | null; name: string; data: string }; stream: never; answer: Attachment };
  pick_attachments: { arguments: { account: AccountId; conversation: ConversationId | null; title: string }; stream: Picked; answer: null };
  take_dropped: { arguments: { account: AccountId; conversation: ConversationId | null; drop: number }; stream: Picked; answer: null };
  paste_picture: { arguments: { account: AccountId; conversation: ConversationId | null; name: string }; stream: never; answer: Attachment | null };
  attachments: { arguments: { account: AccountId; conversation: ConversationId | null }; stream: never; answer: Array<Attachment> };
  detach: { arguments: { attachment: AttachmentId }; stream: never; answer: null };
  thumbnail: { arguments: { attachment: AttachmentId }; stream: never; answer: string | null };
  attachment: { arguments: { attachment: AttachmentId }; stream: never; answer: Shown };
  models: { arguments: { account: AccountId }; stream: never; answer: Models };
  choose_model: { arguments: { conversation: ConversationId; model: string | null }; stream: never; answer: null };
  watch_window: { arguments: Record<string, never>; stream: WindowMessage; answer: WindowStart };
  show_conversation: { arguments: { conversation: ConversationId | null }; stream: never; answer: null };
  new_window: { arguments: { conversation: ConversationId | null }; stream: never; answer: null };
  desktop_words: { arguments: { words: DesktopWords }; stream: never; answer: null };
  check_desktop: { arguments: Record<string, never>; stream: never; answer: null };
  start_at_login: { arguments: { on: boolean }; stream: never; answer: null };
  record_shortcut: { arguments: { recording: boolean }; stream: never; answer: null };
  choose_for_account: { arguments: { account: AccountId; chosen: AccountChoices }; stream: never; answer: null };
  choose_for_conversation: { arguments: { conversation: ConversationId; chosen: Chosen }; stream: never; answer: null };
  instructions: { arguments: Record<string, never>; stream: never; answer: string };
  save_instructions: { arguments: { text: string }; stream: never; answer: null };
  prompts: { arguments: Record<string, never>; stream: never; answer: Array<Prompt> };
  save_prompt: { arguments: { prompt: Prompt }; stream: never; answer: Prompt };
  delete_prompt: { arguments: { prompt: PromptId }; stream: never; answer: null };
  usage: { arguments: { month: string | null }; stream: never; answer: MonthOfUse };
  search: { arguments: { account: AccountId; query: string; seen: Array<ConversationId> }; stream: never; answer: SearchPage };
  find_in_chat: { arguments: { conversation: ConversationId; query: string }; stream: never; answer: Array<Finding> };
  show_turn: { arguments: { conversation: ConversationId; turn: TurnId }; stream: never; answer: boolean };
  turns_back_to: { arguments: { conversation: ConversationId; before: TurnId; to: TurnId }; stream: never; answer: Array<Turn> };
  archived_conversations: { arguments: { account: AccountId; before: ConversationId | null }; stream: never; answer: ConversationPage };
  pin_conversations: { arguments: { conversations: Array<ConversationId>; pinned: boolean }; stream: never; answer: null };
  archive_conversations: { arguments: { conversations: Array<ConversationId>; archived: boolean }; stream: never; answer: null };
  delete_conversations: { arguments: { conversations: Array<ConversationId> }; stream: never; answer: null };
  restore_conversations: { arguments: { conversations: Array<ConversationId> }; stream: never; answer: Array<ConversationId> };
  delete_all_conversations: { arguments: { account: AccountId }; stream: never; answer: number };
  export_conversations: { arguments: { account: AccountId; conversations: Array<ConversationId> | null; format: ExportFormat; words: ExportWords }; stream: never; answer: number | null };
  export_sealed: { arguments: { account: AccountId; conversations: Array<ConversationId> | null; passphrase: Typed }; stream: never; answer: number | null };
  import_conversations: { arguments: { account: AccountId }; stream: never; answer: Imported | null };
  import_sealed: { arguments: { account: AccountId; passphrase: Typed }; stream: never; answer: Imported };
  print_page: { arguments: Record<string, never>; stream: never; answer: null };
}

// Every command of the window, declared once.
//
// `build.rs` makes the permissions from this list, `commands/mod.rs` the functions, the handler and the TypeScript
// (`ui/src/bridge/generated.ts`, checked by a test). To add a command: a line here, a function of the same name in
// its domain's file, `cargo xtask generate`.

commands! {
    // The application.
    app::watch_app() streams(AppEvent) -> AppState;
    app::retry_start() -> ();
    app::save_settings(settings: Settings) -> ();
    app::open_link(link: Link) -> Option<Destination>;
    app::copy_text(text: String) -> ();
    app::diagnostics() -> Diagnostics;
    app::third_parties() -> Vec<ThirdParty>;
    app::licence_text(part: u32) -> String;

    // The history and who can open it.
    history::unlock_history(passphrase: Typed) -> ();
    history::start_without_history() -> ();
    history::set_passphrase(passphrase: Typed) -> ();
    history::remove_passphrase() -> ();
    history::change_history_key(passphrase: Option<Typed>) -> ();

    // Signing in and out.
    auth::sign_in(request: SignInRequest) -> ();
    auth::reopen_browser() -> ();
    auth::copy_sign_in_link() -> ();
    auth::copy_sign_in_code() -> ();
    auth::keep_account() -> ();
    auth::cancel_sign_in() -> ();
    auth::dismiss_sign_in() -> ();
    auth::check_again() -> ();
    auth::open_organization_page(account: AccountId, organization: String) -> ();
    auth::use_account(account: AccountId) -> ();
    auth::sign_out(account: AccountId) -> ();
    auth::sign_out_all() -> ();
    auth::forget_account(account: AccountId) -> ();

    // Conversations.
    chat::conversations(account: AccountId, before: Option<ConversationId>) -> ConversationPage;
    chat::watch_conversation(conversation: ConversationId) streams(ConversationPatch) -> ConversationView;
    chat::acknowledge(watch: WatchId, sequence: f64) -> ();
    chat::unwatch(watch: WatchId) -> ();
    chat::earlier_turns(conversation: ConversationId, before: TurnId) -> Vec<Turn>;
    chat::send(question: Question) from(window) -> Sent;
    chat::stop(conversation: ConversationId) -> ();
    chat::retry(conversation: ConversationId) -> ();
    chat::regenerate(conversation: ConversationId, answer: TurnId, model: Option<String>) -> ();
    chat::edit_question(conversation: ConversationId, question: TurnId, text: String) -> ();
    chat::branch(conversation: ConversationId, turn: TurnId) -> ConversationId;
    chat::show_version(conversation: ConversationId, turn: TurnId) -> ();
    chat::send_waiting(conversation: ConversationId, waiting: WaitingId) -> ();
    chat::move_waiting(conversation: ConversationId, waiting: WaitingId, place: u32) -> ();
    chat::take_waiting(conversation: ConversationId, waiting: WaitingId) -> String;
    chat::drop_waiting(conversation: ConversationId, waiting: WaitingId) -> ();
    chat::copy_answer(turn: TurnId) -> ();
    prose::copy_answer_plain(turn: TurnId) -> ();
    prose::save_code(text: String, name: String) -> bool;
    chat::rename_conversation(conversation: ConversationId, title: String) -> ();
    chat::hand_over(conversation: ConversationId, to: AccountId) -> ConversationId;
    chat::draft(account: AccountId) from(window) -> String;
    chat::save_draft(account: AccountId, conversation: Option<ConversationId>, text: String) from(window) -> ();
    attach::attach(account: AccountId, conversation: Option<ConversationId>, name: String, data: String) from(window) -> Attachment;
    attach::pick_attachments(account: AccountId, conversation: Option<ConversationId>, title: String) streams(Picked) from(window) -> ();
    attach::take_dropped(account: AccountId, conversation: Option<ConversationId>, drop: u32) streams(Picked) from(window) -> ();
    attach::paste_picture(account: AccountId, conversation: Option<ConversationId>, name: String) from(window) -> Option<Attachment>;
    attach::attachments(account: AccountId, conversation: Option<ConversationId>) from(window) -> Vec<Attachment>;
    attach::detach(attachment: AttachmentId) -> ();
    attach::thumbnail(attachment: AttachmentId) -> Option<String>;
    attach::attachment(attachment: AttachmentId) -> Shown;
    chat::models(account: AccountId) -> Models;
    chat::choose_model(conversation: ConversationId, model: Option<String>) -> ();

    // The desktop around the chat.
    desktop::watch_window() streams(WindowMessage) from(window) -> WindowStart;
    desktop::show_conversation(conversation: Option<ConversationId>) from(window) -> ();
    desktop::new_window(conversation: Option<ConversationId>) -> ();
    desktop::desktop_words(words: DesktopWords) -> ();
    desktop::check_desktop() -> ();
    desktop::start_at_login(on: bool) -> ();
    desktop::record_shortcut(recording: bool) from(window) -> ();

    // What is chosen, what it costs, what is said beforehand.
    choices::choose_for_account(account: AccountId, chosen: AccountChoices) -> ();
    choices::choose_for_conversation(conversation: ConversationId, chosen: Chosen) -> ();
    choices::instructions() -> String;
    choices::save_instructions(text: String) -> ();
    choices::prompts() -> Vec<Prompt>;
    choices::save_prompt(prompt: Prompt) -> Prompt;
    choices::delete_prompt(prompt: PromptId) -> ();
    choices::usage(month: Option<String>) -> MonthOfUse;

    // Finding and keeping conversations.
    library::search(account: AccountId, query: String, seen: Vec<ConversationId>) -> SearchPage;
    library::find_in_chat(conversation: ConversationId, query: String) -> Vec<Finding>;
    library::show_turn(conversation: ConversationId, turn: TurnId) -> bool;
    library::turns_back_to(conversation: ConversationId, before: TurnId, to: TurnId) -> Vec<Turn>;
    library::archived_conversations(account: AccountId, before: Option<ConversationId>) -> ConversationPage;
    library::pin_conversations(conversations: Vec<ConversationId>, pinned: bool) -> ();
    library::archive_conversations(conversations: Vec<ConversationId>, archived: bool) -> ();
    library::delete_conversations(conversations: Vec<ConversationId>) -> ();
    library::restore_conversations(conversations: Vec<ConversationId>) -> Vec<ConversationId>;
    library::delete_all_conversations(account: AccountId) -> u32;
    files::export_conversations(account: AccountId, conversations: Option<Vec<ConversationId>>, format: ExportFormat, words: ExportWords) -> Option<u32>;
    files::export_sealed(account: AccountId, conversations: Option<Vec<ConversationId>>, passphrase: Typed) -> Option<u32>;
    files::import_conversations(account: AccountId) -> Option<Imported>;
    files::import_sealed(account: AccountId, passphrase: Typed) -> Imported;
    files::print_page() -> ();
}

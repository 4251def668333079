//! What only the real runtime can show: a program that runs each story in a process of its own.
//!
//! The runtime takes its settings from the environment, which must be set before any thread exists; so this program
//! starts itself again for each story, with the environment that the shell would set. It speaks the part of the test
//! harness's language that `cargo test` and nextest use: `--list`, `--exact NAME`, a filter.

#![allow(clippy::print_stdout, clippy::print_stderr)] // a test program speaks on its terminal

mod app;
mod attach;
mod clocks;
mod endpoint;
mod faces;
mod faults;
mod flood;
mod keeping;
mod kill;
mod library;
#[path = "../deep_link/links.rs"]
mod links;
mod memory;
mod money;
mod person;
mod policy;
mod retold;
mod rules;
mod secrets;
mod side_by_side;
mod story;
mod table;
mod trouble;
mod versions;
mod waiting;
mod ways;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use wingman_core::attachments::pdf;
use wingman_core::copilot::{Handover, Runtime, RuntimePlaces, SdkHost, environment, is_ambient};

/// Set in the process that runs one story: its private folder.
const FOLDER: &str = "WINGMAN_TEST_FOLDER";

/// Set where the test is to take another runtime than the checkout's: the folder that holds it.
const RUNTIME: &str = "WINGMAN_TEST_RUNTIME";

/// Set where the runtime gets the token itself: the port of the story's first server, of which the environment has told
/// the runtime.
const PORT: &str = "WINGMAN_TEST_PORT";

/// How the token gets to where it is used, in a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Door,
    Sdk,
}

#[derive(Clone)]
struct Story {
    name: String,
    by: By,
    tell: fn(PathBuf) -> Result<()>,
}

/// The stories of a module that are told once, by the door.
///
/// Those which are not told by the SDK too have nothing of a chat in them, or cannot hold there: the runtime then has
/// the real token and looks the account up by itself, so there is no placeholder to be seen (`secrets`), more leaves
/// than our own requests, and the whole process knows one host only (`two_hosts…`, `a_token_goes_to_its_own_host_only`,
/// an enterprise server).
macro_rules! stories {
    ($module:ident: $($story:ident),* $(,)?) => {
        vec![$(Story {
            name: format!("{}::{}", stringify!($module), stringify!($story)),
            by: By::Door,
            tell: |folder| run($module::$story(folder)),
        }),*]
    };
}

/// The stories of a module that are told twice, each with its way in front of its name.
macro_rules! both_ways {
    ($module:ident: $($story:ident),* $(,)?) => {
        [("door", By::Door), ("sdk", By::Sdk)]
            .into_iter()
            .flat_map(|(way, by)| {
                let told = stories!($module: $($story),*).into_iter();
                told.map(move |story| Story { name: format!("{way}::{}", story.name), by, ..story })
            })
            .collect::<Vec<Story>>()
    };
}

fn main() -> ExitCode {
    let stories: Vec<Story> = [
        both_ways!(app:
            from_the_first_sign_in_to_the_sign_out,
            a_window_sees_an_answer_grow_and_a_crash_would_lose_half_a_second,
            closed_in_the_middle_of_an_answer_it_can_be_asked_for_again,
            a_question_can_be_stopped_from_the_moment_it_is_sent,
            a_sign_out_in_the_middle_of_an_answer_keeps_what_came,
            what_the_window_says_is_taken_with_care,
        ),
        stories!(keeping:
            what_a_newer_wingman_wrote_can_be_read_and_is_not_changed,
            chats_are_deleted_after_the_days_that_the_person_set_and_leave_nothing,
            an_account_s_chats_go_with_its_sign_in_where_that_is_set,
            the_key_can_be_changed_and_a_change_that_was_cut_off_is_found,
            without_a_keychain_a_passphrase_keeps_the_chats,
            a_passphrase_opens_the_chats_when_the_keychain_has_lost_their_key,
            chats_move_to_another_computer_behind_a_passphrase,
            who_wants_nothing_kept_leaves_nothing,
        ),
        both_ways!(library: an_imported_conversation_goes_on_and_the_model_is_told_it_once),
        both_ways!(attach:
            a_picture_reaches_the_model_upright_and_small_enough,
            a_file_reaches_the_model_as_text_and_lies_on_no_disk,
            what_a_model_does_not_take_is_refused_and_stays_in_the_draft,
            asked_again_a_question_has_its_attachments,
            attachments_without_words_are_a_question,
        ),
        stories!(attach:
            a_pdf_reaches_the_model_as_its_text,
            a_pasted_picture_waits_in_its_draft_through_a_restart,
        ),
        stories!(app:
            a_link_that_nobody_waited_for_disturbs_nobody,
            a_token_goes_to_its_own_host_only,
            closed_while_it_starts_it_ends_at_once,
        ),
        both_ways!(ways:
            every_way_in_ends_in_an_account_that_chats,
            a_github_app_s_token_is_renewed_in_the_middle_of_a_conversation,
            a_clock_that_is_a_day_off_costs_one_refresh_and_no_loop,
            a_refresh_whose_answer_is_lost_asks_that_account_alone_to_sign_in,
            a_new_token_that_is_refused_too_ends_without_a_loop,
            a_proxy_s_401_keeps_everybody_signed_in,
            forgetting_an_account_takes_everything_of_it_and_nothing_else,
        ),
        stories!(ways:
            a_code_that_is_declined_or_given_up_leaves_nothing_behind,
            a_token_is_refused_by_its_shape_before_any_request,
            a_host_is_parsed_strictly_and_the_reason_told,
            an_enterprise_server_signs_in_and_says_that_copilot_is_not_there,
            two_hosts_chat_at_once_each_with_its_own_token,
            a_conversation_goes_on_with_an_account_that_is_told_what_was_said,
            a_first_question_after_a_hand_over_can_be_asked_again,
            somebody_else_who_comes_back_is_asked_about,
            signing_everybody_out_revokes_what_is_ours,
            signed_out_without_a_network_a_token_is_revoked_later,
        ),
        stories!(table:
            a_link_without_the_right_state_asks_nobody_anything,
            a_flood_of_links_finishes_nothing_and_leaves_no_line,
            a_link_that_comes_again_is_exchanged_once,
            a_second_attempt_takes_nothing_over_from_the_first,
            what_contradicts_itself_or_says_no_ends_the_attempt_with_the_reason,
            a_lost_answer_is_not_asked_for_again,
            what_is_no_answer_of_github_s_is_told_and_leads_nowhere,
            each_error_that_comes_with_http_200_is_told_as_what_it_is,
            fewer_scopes_than_asked_for_are_told_and_enough_to_chat,
            a_server_that_wants_to_be_asked_less_often_is,
            a_code_s_page_is_the_host_s_own_or_none,
            a_code_goes_only_to_the_host_its_attempt_began_with,
            an_attempt_that_nothing_comes_back_for_ends_and_its_late_link_is_worthless,
            a_stolen_code_is_worth_nothing_without_the_verifier,
            a_token_without_an_end_is_used_for_as_long_as_github_takes_it,
        ),
        stories!(clocks:
            a_clock_that_jumps_past_the_end_of_a_code_ends_it,
            a_clock_that_is_set_back_changes_nothing_of_how_a_code_is_asked_for,
            a_clock_that_is_set_back_lets_no_code_live_for_ever,
        ),
        both_ways!(versions:
            what_the_model_remembers_is_what_is_shown,
            an_edited_question_leaves_the_first_version_as_it_was,
            a_branch_goes_on_by_itself,
            a_question_that_comes_too_early_waits_its_turn,
            what_waits_can_go_first_and_survives_the_end,
            a_memory_that_was_lost_is_told,
        ),
        both_ways!(waiting:
            a_chat_is_deleted_at_once_whatever_waits_in_it,
            a_sign_out_waits_for_one_answer_and_asks_no_other_question,
            what_was_held_follows_no_question_that_it_was_not_meant_for,
            what_is_taken_back_stands_before_what_was_typed,
        ),
        both_ways!(retold:
            what_is_too_long_to_be_told_again_is_marked_in_the_window,
            what_was_attached_is_told_again,
            a_question_that_was_given_up_unseen_is_asked_once,
            a_question_stopped_at_any_moment_is_in_the_memory_once,
            an_import_can_be_changed_and_branched,
        ),
        stories!(kill: killed_at_any_moment_nothing_is_lost, killed_while_it_migrates_everything_is_there),
        stories!(flood:
            twenty_thousand_deltas_at_full_speed_are_the_server_s_text,
            five_megabytes_are_the_server_s_text,
            a_line_of_a_megabyte_is_not_sent_again_and_again,
            ten_conversations_stream_at_once_each_its_own_text,
            a_thousand_clicks_on_send_are_each_one_question_or_refused,
            ten_thousand_conversations_are_listed_page_by_page,
            fifty_conversations_after_one_another_keep_a_handful_open,
        ),
        stories!(trouble:
            a_full_disk_is_told_and_nothing_is_lost,
            a_folder_that_cannot_be_written_is_told_and_nothing_is_lost,
            without_a_file_to_open_nothing_is_lost,
            a_computer_that_sleeps_goes_on_with_the_answer,
            a_clock_that_jumps_loses_no_word_and_no_order,
        ),
        stories!(side_by_side: a_database_is_opened_by_one_alone),
        both_ways!(side_by_side: two_that_renew_a_token_at_once_go_on_with_the_same_new_one),
        both_ways!(rules:
            a_member_of_a_required_organisation_chats,
            what_was_revoked_in_the_browser_is_seen_on_the_next_round,
            a_seat_that_is_taken_away_is_told_and_touches_nobody_else,
        ),
        stories!(rules:
            who_is_outside_is_told_and_comes_in_when_the_organisation_lets_them,
            single_sign_on_is_done_in_the_browser_and_seen_by_itself,
            an_unapproved_app_and_a_closed_network_are_told_apart,
            who_cannot_be_asked_about_is_not_called_an_outsider,
            an_outage_locks_nobody_out_who_was_inside,
            a_rate_limit_is_waited_out_whatever_asks_for_a_round,
        ),
        stories!(policy:
            hosts_ways_and_models_are_the_policy_s,
            an_account_from_before_can_be_read_and_sends_nothing,
            chats_are_deleted_after_the_policy_s_days_and_by_no_wrong_clock,
        ),
        stories!(secrets:
            the_real_token_is_seen_at_the_endpoint_and_nowhere_else,
            two_accounts_use_two_endpoints_in_one_process,
            a_session_of_another_account_is_not_opened,
        ),
        both_ways!(secrets: handed_over_either_way_the_token_is_in_no_file_and_no_environment),
        both_ways!(money:
            a_model_and_an_effort_chosen_in_mid_conversation_reach_the_endpoint,
            the_choice_can_be_left_to_copilot,
            an_account_s_own_default_holds_and_what_is_withheld_says_why,
            instructions_reach_the_model_from_the_next_question_on,
            what_is_left_falls_with_each_answer_and_a_deleted_chat_was_paid_for,
        ),
        both_ways!(faults:
            a_refused_token_is_replaced_within_the_turn,
            a_dead_token_ends_the_turn_with_sign_in_needed,
            a_proxy_s_401_throws_no_token_away,
            without_models_nothing_is_sent,
            silence_is_told_and_ends_the_turn,
            silence_before_the_first_byte_is_told_and_ends_the_turn,
            whatever_comes_breaks_the_silence,
            an_answer_that_breaks_after_words_is_not_asked_for_again,
            an_answer_that_breaks_before_words_is_tried_again_aloud,
            a_limit_says_until_when,
            a_filtered_answer_is_told,
            a_model_that_is_not_offered_is_told,
            a_redirect_is_not_followed,
        ),
        both_ways!(faces:
            what_the_server_says_has_its_face,
            what_breaks_on_the_way_has_its_face,
            a_closed_port_is_tried_again_and_told,
        ),
        both_ways!(memory:
            a_stopped_answer_leaves_the_session_usable,
            after_a_restart_the_model_remembers,
            a_question_taken_back_is_forgotten,
            a_question_that_the_session_never_kept_can_be_asked_again,
            what_was_said_elsewhere_is_told_once_and_again_when_it_was_taken_back,
            a_question_given_up_on_its_way_leaves_the_session_usable,
            an_answer_past_the_limit_is_one_text,
            more_sessions_than_stay_open_all_remember,
            a_long_answer_arrives_whole,
            no_word_of_a_conversation_lies_on_the_disk,
        ),
    ]
    .concat();
    // Processes that a story starts and kills; nobody asks for them by name.
    let parts = [
        stories!(kill: victim, opens_an_old_database),
        stories!(trouble: on_a_full_disk, where_nothing_can_be_written, asleep),
    ]
    .concat();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // As in every program that the core is part of.
    if arguments == [pdf::ARGUMENT] {
        return pdf::serve();
    }
    if let Ok(folder) = std::env::var(FOLDER) {
        return tell(&[stories, parts].concat(), &arguments, Path::new(&folder));
    }
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let ignored = has("--ignored");
    if has("--list") {
        for story in stories.iter().filter(|_| !ignored) {
            println!("{}: test", story.name);
        }
        return ExitCode::SUCCESS;
    }
    let filters: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let chosen = |name: &String| {
        filters.is_empty()
            || filters.iter().any(
                |&filter| {
                    if has("--exact") { name == filter } else { name.contains(filter.as_str()) }
                },
            )
    };
    let mut failed = 0_usize;
    for Story { name, by, .. } in stories.iter().filter(|story| !ignored && chosen(&story.name)) {
        match start(name, *by) {
            Ok(()) => println!("test {name} ... ok"),
            Err(error) => {
                println!("test {name} ... FAILED: {error:#}");
                failed += 1;
            }
        }
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs one story in this process.
fn tell(stories: &[Story], arguments: &[String], folder: &Path) -> ExitCode {
    let Some(story) = stories.iter().find(|story| arguments.contains(&story.name)) else {
        eprintln!("there is no such story");
        return ExitCode::FAILURE;
    };
    match (story.tell)(folder.to_owned()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(story: impl Future<Output = Result<()>>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let limit = Duration::from_secs(if std::env::var_os("WINGMAN_SOAK").is_some() { 3600 } else { 90 });
        tokio::time::timeout(limit, story).await.context("the story did not end")?
    })
}

/// Starts this program again for one story, as the shell would: the ambient families gone, ours set.
fn start(name: &str, by: By) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let runtime = find()?;
    let port = (by == By::Sdk).then(quiet_port).transpose()?;
    let handover = match port {
        None => Handover::Door,
        Some(port) => {
            let at = |path: &str| format!("http://127.0.0.1:{port}{path}").parse();
            let (api_url, copilot_url) = (Some(at("/api/v3")?), Some(at("")?));
            Handover::Sdk(SdkHost { host: "github.com".to_owned(), api_url, copilot_url })
        }
    };
    let mut story = Command::new(std::env::current_exe()?);
    for (name, _) in std::env::vars().filter(|(name, _)| is_ambient(name)) {
        story.env_remove(name);
    }
    let cache = folder.path().join("cache");
    let status = story
        .arg(name)
        .env(FOLDER, folder.path())
        .envs(environment(&runtime, &cache, &handover))
        .envs(port.map(|port| (PORT, port.to_string())))
        .env("HOME", folder.path().join("home"))
        .env("TMPDIR", folder.path().join("tmp"))
        .env_remove("RUST_BACKTRACE")
        .status()?;
    if !status.success() {
        bail!("{status}");
    }
    Ok(())
}

/// A port for the server that the story is going to start: below those that the system gives away by itself, and, by
/// this process's id, another than the stories beside it take.
fn quiet_port() -> Result<u16> {
    let first = u16::try_from(std::process::id() % 10_000)?;
    let ports = (0..100).map(|step| 20_000 + (first + step * 97) % 10_000);
    let free = |port: &u16| std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, *port)).is_ok();
    ports.into_iter().find(free).context("no port is free")
}

/// The port that the next server of this story is to take: the one that the runtime was told of, where it looks the
/// account up by itself, for the first; any for the others.
fn next_port() -> u16 {
    static TAKEN: AtomicBool = AtomicBool::new(false);
    match told_port() {
        Some(port) if !TAKEN.swap(true, Ordering::Relaxed) => port,
        _ => 0,
    }
}

/// Whether the runtime is given the token itself in this story.
fn by_sdk() -> bool {
    told_port().is_some()
}

fn told_port() -> Option<u16> {
    std::env::var(PORT).ok()?.parse().ok()
}

fn find() -> Result<Runtime> {
    let places = RuntimePlaces {
        configured: std::env::var_os(RUNTIME).map(PathBuf::from),
        checkout: Some(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")),
        ..RuntimePlaces::default()
    };
    Runtime::find(&places).map_err(|error| {
        let looked = error.params.get("looked").cloned().unwrap_or_default();
        anyhow::anyhow!("the Copilot runtime is missing ({looked}); `cargo xtask setup` fetches it")
    })
}

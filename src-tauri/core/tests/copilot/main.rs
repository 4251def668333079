//! What only the real runtime can show: a program that runs each story in a process of its own.
//!
//! The runtime takes its settings from the environment, which must be set before any thread exists; so this program
//! starts itself again for each story, with the environment that the shell would set. It speaks the part of the test
//! harness's language that `cargo test` and nextest use: `--list`, `--exact NAME`, a filter.

#![allow(clippy::print_stdout, clippy::print_stderr)] // a test program speaks on its terminal

mod app;
mod endpoint;
mod faults;
mod memory;
mod person;
mod policy;
mod rules;
mod secrets;
mod story;
mod ways;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};
use wingman_core::copilot::{Handover, Runtime, RuntimePlaces, SdkHost, environment, is_ambient};

/// Set in the process that runs one story: its private folder.
const FOLDER: &str = "WINGMAN_TEST_FOLDER";

/// Set where the test is to take another runtime than the checkout's: the folder that holds it.
const RUNTIME: &str = "WINGMAN_TEST_RUNTIME";

/// In this story the runtime gets the token itself, so the environment must say where the account's host is.
const BY_SDK: &str = "secrets::handed_over_by_the_sdk_an_answer_comes_all_the_same";

/// The stories of a module, each with its name.
macro_rules! stories {
    ($module:ident: $($story:ident),* $(,)?) => {
        vec![$((
            format!("{}::{}", stringify!($module), stringify!($story)),
            (|folder| run($module::$story(folder))) as Story,
        )),*]
    };
}

fn main() -> ExitCode {
    let stories: Vec<(String, Story)> = [
        stories!(app:
            from_the_first_sign_in_to_the_sign_out,
            a_window_sees_an_answer_grow_and_a_crash_would_lose_half_a_second,
            a_question_can_be_stopped_from_the_moment_it_is_sent,
            a_sign_out_in_the_middle_of_an_answer_keeps_what_came,
            what_the_window_says_is_taken_with_care,
            a_link_that_nobody_waited_for_disturbs_nobody,
            a_token_goes_to_its_own_host_only,
            closed_while_it_starts_it_ends_at_once,
        ),
        stories!(ways:
            every_way_in_ends_in_an_account_that_chats,
            a_code_that_is_declined_or_given_up_leaves_nothing_behind,
            a_token_is_refused_by_its_shape_before_any_request,
            a_host_is_parsed_strictly_and_the_reason_told,
            an_enterprise_server_signs_in_and_says_that_copilot_is_not_there,
            two_hosts_chat_at_once_each_with_its_own_token,
            a_conversation_goes_on_with_an_account_that_is_told_what_was_said,
            a_first_question_after_a_hand_over_can_be_asked_again,
            a_github_app_s_token_is_renewed_in_the_middle_of_a_conversation,
            a_clock_that_is_a_day_off_costs_one_refresh_and_no_loop,
            a_refresh_whose_answer_is_lost_asks_that_account_alone_to_sign_in,
            a_new_token_that_is_refused_too_ends_without_a_loop,
            a_proxy_s_401_keeps_everybody_signed_in,
            somebody_else_who_comes_back_is_asked_about,
            forgetting_an_account_takes_everything_of_it_and_nothing_else,
            signing_everybody_out_revokes_what_is_ours,
            signed_out_without_a_network_a_token_is_revoked_later,
        ),
        stories!(rules:
            a_member_of_a_required_organisation_chats,
            who_is_outside_is_told_and_comes_in_when_the_organisation_lets_them,
            single_sign_on_is_done_in_the_browser_and_seen_by_itself,
            an_outage_locks_nobody_out_who_was_inside,
            a_rate_limit_is_waited_out_whatever_asks_for_a_round,
            what_was_revoked_in_the_browser_is_seen_on_the_next_round,
            a_seat_that_is_taken_away_is_told_and_touches_nobody_else,
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
            handed_over_by_the_sdk_an_answer_comes_all_the_same,
        ),
        stories!(faults:
            a_refused_token_is_replaced_within_the_turn,
            a_dead_token_ends_the_turn_with_sign_in_needed,
            a_proxy_s_401_throws_no_token_away,
            without_models_nothing_is_sent,
            silence_ends_the_turn,
            silence_before_the_first_byte_ends_the_turn,
            a_broken_answer_is_begun_again,
            a_limit_says_until_when,
            a_filtered_answer_is_told,
            a_model_that_is_not_offered_is_told,
            a_redirect_is_not_followed,
        ),
        stories!(memory:
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
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Ok(folder) = std::env::var(FOLDER) {
        return tell(&stories, &arguments, Path::new(&folder));
    }
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let ignored = has("--ignored");
    if has("--list") {
        for (name, _) in stories.iter().filter(|_| !ignored) {
            println!("{name}: test");
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
    for (name, _) in stories.iter().filter(|(name, _)| !ignored && chosen(name)) {
        match start(name) {
            Ok(()) => println!("test {name} ... ok"),
            Err(error) => {
                println!("test {name} ... FAILED: {error:#}");
                failed += 1;
            }
        }
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

type Story = fn(PathBuf) -> Result<()>;

/// Runs one story in this process.
fn tell(stories: &[(String, Story)], arguments: &[String], folder: &Path) -> ExitCode {
    let Some((_, story)) = stories.iter().find(|(name, _)| arguments.contains(name)) else {
        eprintln!("there is no such story");
        return ExitCode::FAILURE;
    };
    match story(folder.to_owned()) {
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
        tokio::time::timeout(std::time::Duration::from_secs(90), story).await.context("the story did not end")?
    })
}

/// Starts this program again for one story, as the shell would: the ambient families gone, ours set.
fn start(name: &str) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let runtime = find()?;
    let handover = if name == BY_SDK {
        let port = endpoint::free_port()?;
        let at = |path: &str| format!("http://127.0.0.1:{port}{path}").parse();
        Handover::Sdk(SdkHost { host: "github.com".to_owned(), api_url: Some(at("/api")?), copilot_url: Some(at("")?) })
    } else {
        Handover::Door
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
        .env("HOME", folder.path().join("home"))
        .env("TMPDIR", folder.path().join("tmp"))
        .env_remove("RUST_BACKTRACE")
        .status()?;
    if !status.success() {
        bail!("{status}");
    }
    Ok(())
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

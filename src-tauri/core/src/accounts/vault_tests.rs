use super::*;
use crate::accounts::Grant;
use crate::accounts::fake_keychain::{FakeKeychain, Mood};

fn record(access: &str) -> TokenRecord {
    TokenRecord {
        access: access.into(),
        refresh: None,
        expires_at: None,
        refresh_expires_at: None,
        scopes: vec!["read:user".into()],
        grant: Grant::Browser,
        client_id: "client".into(),
    }
}

fn ada() -> AccountId {
    AccountId::new("github.com", 1001)
}

fn vault(keychain: &Arc<FakeKeychain>) -> Vault {
    let keychain: Arc<dyn Keychain> = Arc::<FakeKeychain>::clone(keychain);
    Vault::new(keychain, "service").with_limit(Duration::from_millis(500))
}

fn access(record: Option<Arc<TokenRecord>>) -> Option<String> {
    record.map(|record| record.access.expose_secret().to_owned())
}

#[tokio::test]
async fn a_token_survives_the_program_under_its_host_and_user_id() {
    let keychain = Arc::new(FakeKeychain::default());
    assert_eq!(vault(&keychain).store(&ada(), record("gho_a")).await.unwrap(), Kept::Keychain, "kept for good");
    let key = ("service".to_owned(), "github.com/1001".to_owned());
    assert!(keychain.entries.lock().contains_key(&key), "host and user id name the entry, never the login");

    let loaded = vault(&keychain).load(&ada()).await.unwrap();
    assert_eq!(access(loaded).as_deref(), Some("gho_a"), "the next start finds it");
    let other_host = vault(&keychain).load(&AccountId::new("octo.ghe.com", 1001)).await.unwrap();
    assert!(other_host.is_none(), "the same number on another host is somebody else");
}

#[tokio::test]
async fn without_a_keychain_the_token_lives_for_this_run_and_that_is_said() {
    let keychain = Arc::new(FakeKeychain::default());
    keychain.be(Mood::Fails(KeychainFailure::Absent));
    let vault = vault(&keychain);
    let kept = vault.store(&ada(), record("gho_a")).await.unwrap();
    assert_eq!(kept, Kept::ThisRun(KeychainFailure::Absent), "the window can say so");
    assert_eq!(access(vault.load(&ada()).await.unwrap()).as_deref(), Some("gho_a"), "this run can use it");
    assert!(keychain.entries.lock().is_empty(), "it lies nowhere");
    assert_eq!(vault.ready(Duration::from_secs(5)).await, Err(KeychainFailure::Absent), "and it is known early");
    assert!(vault.remove(&ada()).await.left.is_none(), "signing out leaves nothing behind");
}

#[tokio::test]
async fn a_token_that_the_keychain_did_not_take_is_put_there_later() {
    let keychain = Arc::new(FakeKeychain::default());
    keychain.be(Mood::Fails(KeychainFailure::Locked));
    let vault = vault(&keychain);
    let kept = vault.store(&ada(), record("gho_a")).await.unwrap();
    assert_eq!(kept, Kept::ThisRun(KeychainFailure::Locked), "said, and not lost");
    assert!(!vault.keep_pending().await, "still locked");
    keychain.be(Mood::Works);
    assert!(vault.keep_pending().await, "unlocked, it is kept");
    assert_eq!(vault.kept(&ada()), Some(Kept::Keychain), "and the warning can go");
}

#[tokio::test]
async fn a_hanging_keychain_stops_nobody_and_is_asked_by_one_thread_only() {
    let keychain = Arc::new(FakeKeychain::default());
    vault(&keychain).store(&ada(), record("gho_a")).await.unwrap();
    keychain.be(Mood::Hangs);
    let vault = vault(&keychain);
    for _ in 0..3 {
        let error = vault.load(&ada()).await.unwrap_err();
        assert_eq!(error.code, Code::KeychainLocked, "a prompt is on the screen: wait for it, nothing is lost");
    }
    keychain.be(Mood::Works);
    vault.ready(Duration::from_secs(5)).await.expect("once the prompt is answered it works");
    assert_eq!(access(vault.load(&ada()).await.unwrap()).as_deref(), Some("gho_a"), "and the token is there");
}

#[tokio::test]
async fn a_given_up_write_cannot_overtake_a_later_delete() {
    let keychain = Arc::new(FakeKeychain::default());
    keychain.be(Mood::Hangs);
    let vault = vault(&keychain);
    let kept = vault.store(&ada(), record("gho_a")).await.unwrap();
    assert_eq!(kept, Kept::ThisRun(KeychainFailure::TimedOut), "given up after the limit");
    keychain.be(Mood::Works);
    let removed = vault.remove(&ada()).await;
    assert!(removed.left.is_none(), "deleted");
    assert_eq!(access(removed.record).as_deref(), Some("gho_a"), "handed back, to be revoked");
    assert!(keychain.entries.lock().is_empty(), "the late write came before the delete");
}

#[tokio::test]
async fn a_damaged_entry_costs_its_own_account_alone() {
    let keychain = Arc::new(FakeKeychain::default());
    let lin = AccountId::new("github.com", 1002);
    vault(&keychain).store(&lin, record("gho_l")).await.unwrap();
    keychain.entries.lock().insert(("service".into(), ada().as_str().into()), "{\"version\":1,\"acc".into());
    let vault = vault(&keychain);
    assert!(vault.load(&ada()).await.unwrap().is_none(), "it must sign in again");
    assert_eq!(access(vault.load(&lin).await.unwrap()).as_deref(), Some("gho_l"), "the other one works");
}

#[tokio::test]
async fn a_sign_out_with_a_locked_keychain_says_what_is_left() {
    let keychain = Arc::new(FakeKeychain::default());
    let vault = vault(&keychain);
    vault.store(&ada(), record("gho_a")).await.unwrap();
    keychain.be(Mood::Fails(KeychainFailure::Locked));
    let removed = vault.remove(&ada()).await;
    assert_eq!(removed.left, Some(KeychainFailure::Locked), "else the next start would sign in by itself");
    assert_eq!(vault.kept(&ada()), None, "this run no longer holds it");
}

#[tokio::test]
async fn the_database_key_is_made_once_and_never_written_over() {
    let keychain = Arc::new(FakeKeychain::default());
    let vault = vault(&keychain);
    assert!(vault.read_database_key().await.unwrap().is_none(), "there is none yet");
    let key = || DatabaseKey::from_bytes(&std::array::from_fn(|i| u8::try_from(i * 7).unwrap()));
    vault.create_database_key(key()).await.unwrap();
    let read = vault.read_database_key().await.unwrap().unwrap();
    assert_eq!(read.to_text().expose_secret(), key().to_text().expose_secret(), "the same 32 bytes come back");

    let other = DatabaseKey::from_bytes(&[9; 32]);
    assert!(vault.create_database_key(other).await.is_err(), "a second key would make the first database unreadable");

    keychain.entries.lock().insert(("service".into(), DATABASE.into()), "zz".into());
    let damaged = vault.read_database_key().await.unwrap_err();
    assert_eq!(damaged, KeychainFailure::Damaged, "a damaged key is not a missing one");
    assert!(vault.create_database_key(key()).await.is_err(), "not even a damaged one is replaced");
    keychain.be(Mood::Fails(KeychainFailure::Locked));
    assert_eq!(vault.read_database_key().await.unwrap_err(), KeychainFailure::Locked, "a locked one is waited for");
}

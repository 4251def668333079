use super::*;
use crate::accounts::Grant;
use crate::accounts::fake_keychain::FakeKeychain;

const NOW: Millis = Millis(1_800_000_000_000);

fn record(access: &str, expires_at: Option<Millis>) -> TokenRecord {
    TokenRecord {
        access: access.into(),
        refresh: None,
        expires_at,
        refresh_expires_at: None,
        scopes: Vec::new(),
        grant: Grant::Browser,
        client_id: "client".into(),
    }
}

/// Nothing is renewed: as for a token without a refresh token.
struct NoRenewal;

#[async_trait]
impl Renewal for NoRenewal {
    async fn renew(&self, _: &AccountId, _: &TokenRecord) -> Result<TokenRecord> {
        Err(Code::SignInNeeded.into())
    }
}

fn tokens() -> (Arc<Vault>, LiveTokens) {
    let vault = Arc::new(Vault::new(Arc::new(FakeKeychain::default()), "test"));
    (Arc::clone(&vault), LiveTokens::new(vault, Arc::new(NoRenewal), Arc::new(|| NOW)))
}

#[tokio::test]
async fn a_refused_token_is_never_sent_again_until_the_account_signs_in() {
    let (vault, tokens) = tokens();
    let (ada, lin) = (AccountId::new("github.com", 1), AccountId::new("github.com", 2));
    vault.store(&ada, record("gho_ada", None)).await.unwrap();
    vault.store(&lin, record("gho_lin", None)).await.unwrap();
    tokens.signed_in(&ada, "ada-lind");
    let dead = tokens.sign_in_needed();

    let token = tokens.token(&ada).await.unwrap();
    let error = tokens.refused(&ada, &token).await.unwrap_err();
    assert_eq!((error.code, error.params["login"].as_str()), (Code::SignInNeeded, "ada-lind"), "who must sign in");
    let again = tokens.token(&ada).await.unwrap_err();
    assert_eq!(again.code, Code::SignInNeeded, "more calls with bad credentials would lock the person out");
    assert!(dead.borrow().contains(&ada), "the window is told");
    assert!(tokens.token(&lin).await.is_ok(), "another account is not touched");

    vault.store(&ada, record("gho_new", None)).await.unwrap();
    tokens.signed_in(&ada, "ada-lind");
    let token = tokens.token(&ada).await.unwrap();
    assert_eq!(token.expose_secret(), "gho_new", "signed in again, it works again");
}

#[tokio::test]
async fn a_late_refusal_of_an_old_token_finds_the_new_one() {
    let (vault, tokens) = tokens();
    let ada = AccountId::new("github.com", 1);
    vault.store(&ada, record("gho_new", None)).await.unwrap();
    let token = tokens.refused(&ada, &"gho_old".into()).await.unwrap();
    assert_eq!(token.expose_secret(), "gho_new", "the request is sent again with what there is now");
    assert!(tokens.sign_in_needed().borrow().is_empty(), "nobody must sign in for that");
}

#[tokio::test]
async fn a_token_without_an_end_does_not_expire_and_a_wrong_clock_kills_none() {
    let (vault, tokens) = tokens();
    let ada = AccountId::new("github.com", 1);
    vault.store(&ada, record("gho_forever", None)).await.unwrap();
    assert!(tokens.token(&ada).await.is_ok(), "no expires_in means that it does not expire");
    vault.store(&ada, record("ghu_hours_ago", Some(NOW.plus(-8 * 3_600_000)))).await.unwrap();
    assert!(tokens.token(&ada).await.is_ok(), "our clock may be wrong; GitHub's answer decides");
    vault.store(&ada, record("ghu_days_ago", Some(NOW.plus(-48 * 3_600_000)))).await.unwrap();
    let error = tokens.token(&ada).await.unwrap_err();
    assert_eq!(error.code, Code::SignInNeeded, "past its end by any clock it is not even tried");
}

#[tokio::test]
async fn an_account_without_an_entry_must_sign_in() {
    let (_, tokens) = tokens();
    let error = tokens.token(&AccountId::new("github.com", 7)).await.unwrap_err();
    assert_eq!(error.code, Code::SignInNeeded, "there is nothing to send");
}

/// Hands out `next-1`, `next-2` …, slowly; what it was asked for is remembered.
struct Rotation {
    asked: Mutex<Vec<String>>,
    refuses: bool,
}

#[async_trait]
impl Renewal for Rotation {
    async fn renew(&self, _: &AccountId, old: &TokenRecord) -> Result<TokenRecord> {
        self.asked.lock().push(old.access.expose_secret().to_owned());
        sleep(Duration::from_millis(50)).await;
        if self.refuses {
            return Err(Error::new(Code::Offline).with("host", "github.com"));
        }
        let number = self.asked.lock().len();
        Ok(TokenRecord {
            access: format!("next-{number}").into(),
            refresh: Some("ghr".into()),
            ..record("", Some(NOW.plus(8 * 3_600_000)))
        })
    }
}

fn rotating(refuses: bool) -> (Arc<FakeKeychain>, Arc<Vault>, Arc<Rotation>, LiveTokens) {
    let keychain = Arc::new(FakeKeychain::default());
    let vault = Arc::new(Vault::new(Arc::<FakeKeychain>::clone(&keychain), "test"));
    let rotation = Arc::new(Rotation { asked: Mutex::default(), refuses });
    let tokens = LiveTokens::new(Arc::clone(&vault), Arc::<Rotation>::clone(&rotation), Arc::new(|| NOW));
    (keychain, vault, rotation, tokens)
}

fn expiring(access: &str, in_seconds: i64) -> TokenRecord {
    TokenRecord { refresh: Some("ghr".into()), ..record(access, Some(NOW.plus(in_seconds * 1000))) }
}

#[tokio::test]
async fn twenty_who_find_a_token_at_its_end_make_one_refresh() {
    let (keychain, vault, rotation, tokens) = rotating(false);
    let ada = AccountId::new("github.com", 1);
    vault.store(&ada, expiring("old", 200)).await.unwrap();
    let all = (0..20).map(|_| tokens.token(&ada));
    let got = futures_util::future::join_all(all).await;
    let next = |it: Result<SecretString>| it.unwrap().expose_secret().to_owned();
    assert!(got.into_iter().map(next).all(|token| token == "next-1"), "everybody goes on with the same new token");
    assert_eq!(*rotation.asked.lock(), ["old"], "a second refresh would have spent the first one's result");
    let kept = keychain.entries.lock().values().any(|entry| entry.contains("next-1"));
    assert!(kept, "it is stored before anybody uses it");
}

#[tokio::test]
async fn a_token_is_renewed_five_minutes_before_its_end_and_not_earlier() {
    let (_, vault, rotation, tokens) = rotating(false);
    let ada = AccountId::new("github.com", 1);
    vault.store(&ada, expiring("old", 301)).await.unwrap();
    assert_eq!(tokens.token(&ada).await.unwrap().expose_secret(), "old", "it is good for a while");
    assert!(rotation.asked.lock().is_empty(), "nothing is spent early");
}

#[tokio::test]
async fn who_goes_away_during_a_refresh_does_not_lose_its_result() {
    let (_, vault, _, tokens) = rotating(false);
    let ada = AccountId::new("github.com", 1);
    vault.store(&ada, expiring("old", 0)).await.unwrap();
    let gave_up = tokio::time::timeout(Duration::from_millis(5), tokens.token(&ada)).await;
    assert!(gave_up.is_err(), "the question was stopped while the refresh was under way");
    assert_eq!(tokens.token(&ada).await.unwrap().expose_secret(), "next-1", "its answer was the only copy");
}

#[tokio::test]
async fn without_a_network_a_token_is_used_up_to_its_end() {
    let (_, vault, _, tokens) = rotating(true);
    let ada = AccountId::new("github.com", 1);
    vault.store(&ada, expiring("old", 60)).await.unwrap();
    assert_eq!(tokens.token(&ada).await.unwrap().expose_secret(), "old", "it is good for a minute still");
    vault.store(&ada, expiring("old", -60)).await.unwrap();
    assert_eq!(tokens.token(&ada).await.unwrap_err().code, Code::Offline, "what stands in the way is told");
    assert!(tokens.sign_in_needed().borrow().is_empty(), "and nobody must sign in for that");
}

#[tokio::test]
async fn a_token_that_another_process_renewed_is_found_before_a_refresh() {
    let (keychain, vault, rotation, tokens) = rotating(false);
    let ada = AccountId::new("github.com", 1);
    vault.store(&ada, expiring("old", 3600)).await.unwrap();
    let other = Vault::new(Arc::<FakeKeychain>::clone(&keychain), "test");
    other.store(&ada, expiring("renewed-elsewhere", 3600)).await.unwrap();
    let token = tokens.refused(&ada, &"old".into()).await.unwrap();
    assert_eq!(token.expose_secret(), "renewed-elsewhere", "the keychain is read again first");
    assert!(rotation.asked.lock().is_empty(), "the old refresh token is spent, trying it would end the account");
}

#[tokio::test]
async fn a_refresh_token_that_another_process_spent_first_signs_nobody_out() {
    let keychain = Arc::new(FakeKeychain::default());
    let vault = Arc::new(Vault::new(Arc::<FakeKeychain>::clone(&keychain), "test"));
    let tokens = LiveTokens::new(Arc::clone(&vault), Arc::new(NoRenewal), Arc::new(|| NOW));
    let ada = AccountId::new("github.com", 1);
    vault.store(&ada, expiring("old", 0)).await.unwrap();
    let other = Vault::new(Arc::<FakeKeychain>::clone(&keychain), "test");
    let late = async {
        sleep(Duration::from_millis(250)).await;
        other.store(&ada, expiring("renewed-elsewhere", 3600)).await.unwrap();
    };
    let (token, ()) = tokio::join!(tokens.token(&ada), late);
    assert_eq!(token.unwrap().expose_secret(), "renewed-elsewhere", "its answer is waited for");
    assert!(tokens.sign_in_needed().borrow().is_empty(), "nobody must sign in for that");
    let error = tokens.refused(&ada, &"renewed-elsewhere".into()).await.unwrap_err();
    assert_eq!(error.code, Code::SignInNeeded, "where nobody renewed it, it is over");
}

#[tokio::test]
async fn a_second_refusal_ends_it_without_a_loop() {
    let (_, vault, rotation, tokens) = rotating(false);
    let ada = AccountId::new("github.com", 1);
    vault.store(&ada, expiring("old", 3600)).await.unwrap();
    tokens.refused(&ada, &"old".into()).await.unwrap();
    assert_eq!(tokens.refused_again(&ada).code, Code::SignInNeeded, "the new one is refused too");
    assert_eq!(tokens.token(&ada).await.unwrap_err().code, Code::SignInNeeded, "nothing more is tried");
    assert_eq!(rotation.asked.lock().len(), 1, "one refresh and no more");
}

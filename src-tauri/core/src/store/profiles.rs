//! Who is signed in, or was and has chats here. Tokens are not here: they are in the keychain.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::StoreError;
use crate::accounts::AccountId;
use crate::chat::ConversationId;
use crate::time::Millis;

/// A picture as it was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Avatar {
    /// The image's bytes.
    pub bytes: Vec<u8>,
    /// Its media type (`image/png`).
    pub media_type: String,
}

/// An account's public face, as GitHub gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its lasting name.
    pub id: AccountId,
    /// The user id at that host.
    pub user: u64,
    /// The name it signs in with; it can change.
    pub login: String,
    /// The person's name, when they gave one.
    pub name: Option<String>,
    /// The picture, when it could be fetched.
    pub avatar: Option<Avatar>,
    /// When it first signed in here.
    pub added_at: Millis,
    /// When it was last the account in use.
    pub last_used_at: Millis,
    /// The person signed out: the chats stay, nothing signs in by itself.
    pub signed_out: bool,
}

const COLUMNS: &str = "id, user_id, login, name, avatar, avatar_type, added_at, last_used_at, signed_out";

/// Adds the profile, or brings what is there up to date; when it was added stays.
pub fn save(c: &Connection, profile: &Profile) -> Result<(), StoreError> {
    let user = i64::try_from(profile.user).map_err(|_| StoreError::Unexpected("a user id beyond all numbers"))?;
    c.prepare_cached(
        "INSERT INTO profile
             (id, host, user_id, login, name, avatar, avatar_type, added_at, last_used_at, signed_out)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (id) DO UPDATE SET
             login = excluded.login, name = excluded.name, avatar = excluded.avatar,
             avatar_type = excluded.avatar_type, last_used_at = excluded.last_used_at,
             signed_out = excluded.signed_out",
    )?
    .execute(params![
        profile.id.as_str(),
        profile.id.host(),
        user,
        profile.login,
        profile.name,
        profile.avatar.as_ref().map(|avatar| &avatar.bytes),
        profile.avatar.as_ref().map(|avatar| &avatar.media_type),
        profile.added_at.0,
        profile.last_used_at.0,
        profile.signed_out,
    ])?;
    Ok(())
}

/// Every profile, the one used last first.
pub fn all(c: &Connection) -> Result<Vec<Profile>, StoreError> {
    // A handful of rows: the one place where a table is read whole.
    let mut rows = c.prepare_cached(&format!("SELECT {COLUMNS} FROM profile ORDER BY last_used_at DESC, id"))?;
    let profiles = rows.query_map([], profile)?.collect::<rusqlite::Result<_>>()?;
    Ok(profiles)
}

/// One profile.
pub fn find(c: &Connection, account: &AccountId) -> Result<Option<Profile>, StoreError> {
    Ok(c.prepare_cached(&format!("SELECT {COLUMNS} FROM profile WHERE id = ?1"))?
        .query_row([account.as_str()], profile)
        .optional()?)
}

/// The account is in use now.
pub fn used(c: &Connection, account: &AccountId, at: Millis) -> Result<(), StoreError> {
    let changed = c
        .prepare_cached("UPDATE profile SET last_used_at = ?2 WHERE id = ?1")?
        .execute(params![account.as_str(), at.0])?;
    super::one(changed)
}

/// The person signed out, or in again.
pub fn set_signed_out(c: &Connection, account: &AccountId, signed_out: bool) -> Result<(), StoreError> {
    let changed = c
        .prepare_cached("UPDATE profile SET signed_out = ?2 WHERE id = ?1")?
        .execute(params![account.as_str(), signed_out])?;
    super::one(changed)
}

/// Deletes the account with everything that is its: conversations, turns, drafts, sessions, what it used. Answers with the
/// conversations that are gone.
pub fn forget(c: &Connection, account: &AccountId) -> Result<Vec<ConversationId>, StoreError> {
    super::usage::forget(c, account)?;
    super::choices::forget_account(c, account)?;
    let account = account.as_str();
    let gone = c
        .prepare("DELETE FROM conversation WHERE account = ?1 RETURNING id")? // its turns, drafts and sessions follow
        .query_map([account], |row| row.get(0).map(ConversationId))?
        .collect::<rusqlite::Result<_>>()?;
    c.execute("DELETE FROM session_log WHERE account = ?1", [account])?;
    c.execute("DELETE FROM profile WHERE id = ?1", [account])?;
    Ok(gone)
}

fn profile(row: &Row<'_>) -> rusqlite::Result<Profile> {
    let bytes: Option<Vec<u8>> = row.get(4)?;
    let media_type: Option<String> = row.get(5)?;
    Ok(Profile {
        id: AccountId::stored(row.get::<_, String>(0)?),
        user: row.get::<_, i64>(1)?.unsigned_abs(),
        login: row.get(2)?,
        name: row.get(3)?,
        avatar: bytes.zip(media_type).map(|(bytes, media_type)| Avatar { bytes, media_type }),
        added_at: Millis(row.get(6)?),
        last_used_at: Millis(row.get(7)?),
        signed_out: row.get(8)?,
    })
}

//! The runtime's session filesystem on the database: what the model remembers lies nowhere else.
//!
//! Every call runs on a blocking thread and is bounded: a write that hangs would hang the session, one that fails
//! ends the turn with an error.

use std::time::Duration;

use async_trait::async_trait;
use github_copilot_sdk::session_fs::{DirEntry, DirEntryKind, FileInfo, FsError, FsErrorKind, SessionFsProvider};

use crate::store::SessionFiles;
use crate::store::session_files::FileError;
use crate::time::Millis;

/// A disk that takes longer does not answer any more.
const WITHIN: Duration = Duration::from_secs(20);

type Result<T> = std::result::Result<T, FsError>;

/// One session's filesystem.
pub(super) struct Files {
    files: SessionFiles,
    session: String,
}

impl Files {
    pub(super) fn new(files: SessionFiles, session: &str) -> Self {
        Self { files, session: session.to_owned() }
    }

    async fn run<T: Send + 'static>(
        &self,
        path: &str,
        work: impl FnOnce(&SessionFiles, &str, &str) -> std::result::Result<T, FileError> + Send + 'static,
    ) -> Result<T> {
        let (files, session, place) = (self.files.clone(), self.session.clone(), path.to_owned());
        let work = tokio::task::spawn_blocking(move || work(&files, &session, &place));
        match tokio::time::timeout(WITHIN, work).await {
            Ok(Ok(done)) => done.map_err(|error| match error {
                FileError::NotFound | FileError::NoSession => FsError::from(FsErrorKind::NotFound(path.to_owned())),
                other => FsError::with_message(FsErrorKind::Other, other.to_string()),
            }),
            Ok(Err(_panic)) => Err(FsError::with_message(FsErrorKind::Other, "the session's storage failed")),
            Err(_late) => Err(FsError::with_message(FsErrorKind::Other, "the session's storage does not answer")),
        }
    }
}

#[async_trait]
impl SessionFsProvider for Files {
    async fn read_file(&self, path: &str) -> Result<String> {
        self.run(path, SessionFiles::read).await
    }

    async fn write_file(&self, path: &str, content: &str, _mode: Option<i64>) -> Result<()> {
        let content = content.to_owned();
        self.run(path, move |files, session, path| files.write(session, path, content.as_bytes())).await
    }

    async fn append_file(&self, path: &str, content: &str, _mode: Option<i64>) -> Result<()> {
        let content = content.to_owned();
        self.run(path, move |files, session, path| files.append(session, path, content.as_bytes())).await
    }

    async fn exists(&self, path: &str) -> Result<bool> {
        self.run(path, SessionFiles::exists).await
    }

    async fn stat(&self, path: &str) -> Result<FileInfo> {
        let info = self.run(path, SessionFiles::stat).await?;
        let size = i64::try_from(info.size).unwrap_or(i64::MAX);
        Ok(FileInfo::new(!info.directory, info.directory, size, iso(info.modified_at), iso(info.created_at)))
    }

    async fn mkdir(&self, path: &str, recursive: bool, _mode: Option<i64>) -> Result<()> {
        self.run(path, move |files, session, path| files.mkdir(session, path, recursive)).await
    }

    async fn readdir(&self, path: &str) -> Result<Vec<String>> {
        let entries = self.run(path, SessionFiles::readdir).await?;
        Ok(entries.into_iter().map(|entry| entry.name).collect())
    }

    async fn readdir_with_types(&self, path: &str) -> Result<Vec<DirEntry>> {
        let entries = self.run(path, SessionFiles::readdir).await?;
        let kind = |directory| {
            if directory { DirEntryKind::Directory } else { DirEntryKind::File }
        };
        Ok(entries.into_iter().map(|entry| DirEntry::new(entry.name, kind(entry.directory))).collect())
    }

    async fn rm(&self, path: &str, recursive: bool, force: bool) -> Result<()> {
        self.run(path, move |files, session, path| files.remove(session, path, recursive, force)).await
    }

    async fn rename(&self, src: &str, dest: &str) -> Result<()> {
        let dest = dest.to_owned();
        self.run(src, move |files, session, src| files.rename(session, src, &dest)).await
    }
}

/// As the protocol writes times: ISO 8601.
fn iso(at: Millis) -> String {
    jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().to_string()
}

-- What goes with questions. The bytes lie here once, however many questions and drafts use them.
CREATE TABLE attachment_content (
    hash       TEXT PRIMARY KEY NOT NULL, -- SHA-256 of the content
    media_type TEXT NOT NULL,
    content    BLOB NOT NULL,
    thumbnail  BLOB -- of a picture
) STRICT;

-- One of a question, one of a question that waits, or one of a draft: a conversation's, or an account's new chat's.
CREATE TABLE attachment (
    id           TEXT PRIMARY KEY NOT NULL,
    hash         TEXT NOT NULL REFERENCES attachment_content (hash),
    name         TEXT NOT NULL,
    size         INTEGER NOT NULL, -- of the file as it was
    form         TEXT NOT NULL CHECK (json_valid(form)),
    place        INTEGER NOT NULL,
    turn         TEXT REFERENCES turn (id) ON DELETE CASCADE,
    waiting      TEXT REFERENCES waiting (id) ON DELETE CASCADE,
    account      TEXT REFERENCES profile (id) ON DELETE CASCADE,
    conversation TEXT REFERENCES conversation (id) ON DELETE CASCADE,
    CHECK ((turn IS NOT NULL) + (waiting IS NOT NULL) + (account IS NOT NULL) = 1),
    CHECK (conversation IS NULL OR account IS NOT NULL)
) STRICT;
CREATE INDEX attachment_by_turn ON attachment (turn, place) WHERE turn IS NOT NULL;
CREATE INDEX attachment_by_waiting ON attachment (waiting, place) WHERE waiting IS NOT NULL;
CREATE INDEX attachment_by_draft ON attachment (conversation, account, place);
CREATE INDEX attachment_by_account ON attachment (account) WHERE account IS NOT NULL;
CREATE INDEX attachment_by_hash ON attachment (hash);

-- What nothing uses any more goes, whatever it went with: a chat, an account, a draft.
CREATE TRIGGER attachment_content_unused AFTER DELETE ON attachment
WHEN NOT EXISTS (SELECT 1 FROM attachment WHERE hash = OLD.hash)
BEGIN
    DELETE FROM attachment_content WHERE hash = OLD.hash;
END;

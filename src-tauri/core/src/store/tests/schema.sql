CREATE VIEW words_entry AS SELECT conversation, turn, id AS at, '' AS text FROM words_place;

CREATE TRIGGER attachment_content_unused AFTER DELETE ON attachment
WHEN NOT EXISTS (SELECT 1 FROM attachment WHERE hash = OLD.hash)
BEGIN
    DELETE FROM attachment_content WHERE hash = OLD.hash;
END;

CREATE TRIGGER words_entered INSTEAD OF INSERT ON words_entry BEGIN
    INSERT INTO words_place (id, conversation, turn) VALUES (
        coalesce(
            (SELECT first FROM (SELECT new.at / 1000 * 256 AS first)
                WHERE NOT EXISTS (SELECT 1 FROM words_place WHERE id = first)),
            (SELECT last + 1 FROM (SELECT id AS last FROM words_place
                WHERE id BETWEEN new.at / 1000 * 256 AND new.at / 1000 * 256 + 255 ORDER BY id DESC LIMIT 1)
                WHERE last < new.at / 1000 * 256 + 255),
            (SELECT last + 1 FROM (SELECT id AS last FROM words_place
                WHERE id BETWEEN new.at / 1000 * 256 AND new.at / 1000 * 256 + 65535 ORDER BY id DESC LIMIT 1)
                WHERE last < new.at / 1000 * 256 + 65535),
            (SELECT last + 1 FROM (SELECT id AS last FROM words_place
                WHERE id BETWEEN new.at / 1000 * 256 AND new.at / 1000 * 256 + 16777215 ORDER BY id DESC LIMIT 1)
                WHERE last < new.at / 1000 * 256 + 16777215),
            (SELECT max(id) + 1 FROM words_place)
        ),
        new.conversation,
        new.turn
    );
    INSERT INTO words (rowid, text) VALUES (last_insert_rowid(), segmented(new.text));
END;

CREATE TRIGGER words_of_changed_title AFTER UPDATE OF title ON conversation WHEN old.title IS NOT new.title BEGIN
    INSERT INTO words (words, rowid, text)
        SELECT 'delete', id, segmented(old.title) FROM words_place WHERE conversation = old.id AND turn IS NULL;
    DELETE FROM words_place WHERE conversation = old.id AND turn IS NULL;
    INSERT INTO words_entry (conversation, turn, at, text) VALUES (new.id, NULL, new.created_at, new.title);
END;

CREATE TRIGGER words_of_changed_turn AFTER UPDATE OF text, state ON turn
    WHEN old.text IS NOT new.text OR old.state IS NOT new.state BEGIN
    INSERT INTO words (words, rowid, text)
        SELECT 'delete', id, segmented(old.text) FROM words_place WHERE turn = old.id;
    DELETE FROM words_place WHERE turn = old.id;
    INSERT INTO words_entry (conversation, turn, at, text)
        SELECT new.conversation, new.id, new.created_at, new.text WHERE new.state <> 'answering' AND new.text <> '';
END;

CREATE TRIGGER words_of_gone_title AFTER DELETE ON conversation BEGIN
    INSERT INTO words (words, rowid, text)
        SELECT 'delete', id, segmented(old.title) FROM words_place WHERE conversation = old.id AND turn IS NULL;
    DELETE FROM words_place WHERE conversation = old.id AND turn IS NULL;
END;

CREATE TRIGGER words_of_gone_turn AFTER DELETE ON turn BEGIN
    INSERT INTO words (words, rowid, text)
        SELECT 'delete', id, segmented(old.text) FROM words_place WHERE turn = old.id;
    DELETE FROM words_place WHERE turn = old.id;
    DELETE FROM words_todo WHERE turn = old.id;
END;

CREATE TRIGGER words_of_new_title AFTER INSERT ON conversation BEGIN
    INSERT INTO words_entry (conversation, turn, at, text) VALUES (new.id, NULL, new.created_at, new.title);
END;

CREATE TRIGGER words_of_new_turn AFTER INSERT ON turn WHEN new.state <> 'answering' AND new.text <> '' BEGIN
    INSERT INTO words_entry (conversation, turn, at, text) VALUES (new.conversation, new.id, new.created_at, new.text);
END;

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
    conversation TEXT REFERENCES conversation (id) ON DELETE CASCADE, desk INTEGER NOT NULL DEFAULT 1,
    CHECK ((turn IS NOT NULL) + (waiting IS NOT NULL) + (account IS NOT NULL) = 1),
    CHECK (conversation IS NULL OR account IS NOT NULL)
) STRICT;

CREATE TABLE attachment_content (
    hash       TEXT PRIMARY KEY NOT NULL, -- SHA-256 of the content
    media_type TEXT NOT NULL,
    content    BLOB NOT NULL,
    thumbnail  BLOB -- of a picture
) STRICT;

CREATE TABLE conversation (
    id          TEXT PRIMARY KEY NOT NULL,
    account     TEXT NOT NULL REFERENCES profile (id),
    title       TEXT NOT NULL,
    titled_by   TEXT NOT NULL CHECK (titled_by IN ('question', 'person')),
    model       TEXT, -- chosen for the next question; none means the account's default
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    active_leaf TEXT REFERENCES turn (id) ON DELETE SET NULL,
    session     TEXT REFERENCES session_log (id) ON DELETE SET NULL -- what the model remembers of the active path
, handed_over INTEGER NOT NULL DEFAULT 0 CHECK (handed_over IN (0, 1)), pinned_at INTEGER, archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)), deleted_at INTEGER, origin TEXT) STRICT;

CREATE TABLE conversation_choice (
    conversation TEXT PRIMARY KEY NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    effort       TEXT, -- how hard the model thinks; none leaves it to the model
    instructions TEXT NOT NULL -- what Copilot is told before this conversation; empty for nothing
) STRICT;

CREATE TABLE draft (
    id           INTEGER PRIMARY KEY,
    account      TEXT NOT NULL REFERENCES profile (id) ON DELETE CASCADE,
    conversation TEXT REFERENCES conversation (id) ON DELETE CASCADE,
    text         TEXT NOT NULL,
    updated_at   INTEGER NOT NULL
, desk INTEGER NOT NULL DEFAULT 1) STRICT;

CREATE TABLE profile (
    id           TEXT PRIMARY KEY NOT NULL, -- <host>/<user id>
    host         TEXT NOT NULL,
    user_id      INTEGER NOT NULL,
    login        TEXT NOT NULL,
    name         TEXT,
    avatar       BLOB,
    avatar_type  TEXT,
    added_at     INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    signed_out   INTEGER NOT NULL CHECK (signed_out IN (0, 1)),
    CHECK ((avatar IS NULL) = (avatar_type IS NULL))
) STRICT;

CREATE TABLE prompt (
    id         TEXT PRIMARY KEY NOT NULL,
    name       TEXT NOT NULL,
    folded     TEXT NOT NULL UNIQUE, -- the name in lower case: two that differ in nothing else are one
    text       TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE session_chunk (
    id      INTEGER PRIMARY KEY,
    file    INTEGER NOT NULL REFERENCES session_file (id) ON DELETE CASCADE,
    content BLOB NOT NULL
) STRICT;

CREATE TABLE session_file (
    id          INTEGER PRIMARY KEY,
    session     TEXT NOT NULL REFERENCES session_log (id) ON DELETE CASCADE,
    path        TEXT NOT NULL,
    parent      TEXT NOT NULL,
    directory   INTEGER NOT NULL CHECK (directory IN (0, 1)),
    size        INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    modified_at INTEGER NOT NULL
) STRICT;

CREATE TABLE session_log (
    id           TEXT PRIMARY KEY NOT NULL,
    account      TEXT NOT NULL,
    conversation TEXT REFERENCES conversation (id) ON DELETE CASCADE,
    created_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE setting (
    key   TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL CHECK (json_valid(value))
) STRICT;

CREATE TABLE turn (
    id           TEXT PRIMARY KEY NOT NULL,
    conversation TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    parent       TEXT REFERENCES turn (id),
    role         TEXT NOT NULL CHECK (role IN ('you', 'copilot')),
    text         TEXT NOT NULL, -- of an answer being written: what stands before its pieces
    state        TEXT NOT NULL CHECK (state IN ('complete', 'answering', 'stopped', 'failed')),
    error        TEXT CHECK (error IS NULL OR json_valid(error)),
    notices      TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(notices)),
    model        TEXT,
    tokens_in    INTEGER,
    tokens_out   INTEGER,
    credits      REAL,
    payer        TEXT,
    created_at   INTEGER NOT NULL,
    ended_at     INTEGER,
    remembered   INTEGER NOT NULL CHECK (remembered IN (0, 1)),
    event        TEXT, -- of a question: the id of the runtime's user.message, where a session can be cut
    session      TEXT REFERENCES session_log (id) ON DELETE SET NULL,
    CHECK ((state = 'failed') = (error IS NOT NULL))
) STRICT;

CREATE TABLE turn_piece (
    id   INTEGER PRIMARY KEY,
    turn TEXT NOT NULL REFERENCES turn (id) ON DELETE CASCADE,
    text TEXT NOT NULL
) STRICT;

CREATE TABLE usage (
    turn       TEXT PRIMARY KEY NOT NULL,
    account    TEXT NOT NULL,
    model      TEXT NOT NULL,
    tokens_in  INTEGER NOT NULL,
    tokens_out INTEGER NOT NULL,
    credits    REAL,
    at         INTEGER NOT NULL
) STRICT;

CREATE TABLE waiting (
    id           TEXT PRIMARY KEY NOT NULL,
    conversation TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    place        INTEGER NOT NULL,
    text         TEXT NOT NULL,
    model        TEXT,
    created_at   INTEGER NOT NULL
) STRICT;

CREATE VIRTUAL TABLE words USING fts5 (
    text, content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);

CREATE TABLE 'words_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE TABLE 'words_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'words_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

CREATE TABLE words_place (
    id           INTEGER PRIMARY KEY,
    conversation TEXT NOT NULL,
    turn         TEXT -- none: the title
) STRICT;

CREATE TABLE words_todo (turn TEXT PRIMARY KEY NOT NULL) STRICT;

CREATE INDEX attachment_by_account ON attachment (account) WHERE account IS NOT NULL;

CREATE INDEX attachment_by_draft ON attachment (conversation, account, desk, place);

CREATE INDEX attachment_by_hash ON attachment (hash);

CREATE INDEX attachment_by_turn ON attachment (turn, place) WHERE turn IS NOT NULL;

CREATE INDEX attachment_by_waiting ON attachment (waiting, place) WHERE waiting IS NOT NULL;

CREATE INDEX conversation_by_age ON conversation (account, updated_at DESC, id DESC);

CREATE INDEX conversation_by_leaf ON conversation (active_leaf);

CREATE INDEX conversation_by_origin ON conversation (account, origin) WHERE origin IS NOT NULL;

CREATE INDEX conversation_by_session ON conversation (session);

CREATE INDEX conversation_deleted ON conversation (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE INDEX conversation_listed ON conversation (account, archived, updated_at DESC, id DESC)
    WHERE pinned_at IS NULL AND deleted_at IS NULL;

CREATE INDEX conversation_pinned ON conversation (account, updated_at DESC, id DESC)
    WHERE pinned_at IS NOT NULL AND deleted_at IS NULL;

CREATE INDEX draft_by_account ON draft (account);

CREATE INDEX draft_by_place ON draft (conversation, account, desk);

CREATE UNIQUE INDEX draft_of_conversation ON draft (conversation) WHERE conversation IS NOT NULL;

CREATE UNIQUE INDEX draft_of_new_chat ON draft (account, desk) WHERE conversation IS NULL;

CREATE INDEX session_chunk_by_file ON session_chunk (file, id);

CREATE INDEX session_file_by_parent ON session_file (session, parent);

CREATE UNIQUE INDEX session_file_by_path ON session_file (session, path);

CREATE INDEX session_log_by_account ON session_log (account);

CREATE INDEX session_log_by_conversation ON session_log (conversation);

CREATE INDEX turn_answering ON turn (conversation) WHERE state = 'answering';

CREATE INDEX turn_by_conversation ON turn (conversation);

CREATE INDEX turn_by_event ON turn (event) WHERE event IS NOT NULL;

CREATE INDEX turn_by_parent ON turn (parent, conversation);

CREATE INDEX turn_by_session ON turn (session);

CREATE INDEX turn_piece_by_turn ON turn_piece (turn, id);

CREATE INDEX usage_by_account ON usage (account, at);

CREATE INDEX usage_by_time ON usage (at, account);

CREATE INDEX waiting_by_conversation ON waiting (conversation, place);

CREATE INDEX words_place_of_conversation ON words_place (conversation);

CREATE UNIQUE INDEX words_place_of_turn ON words_place (turn) WHERE turn IS NOT NULL;

-- What many conversations need: some stand above the others, some are put away, and the words of all of them are found.

ALTER TABLE conversation ADD COLUMN pinned_at INTEGER; -- since when it stands above the others
ALTER TABLE conversation ADD COLUMN archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1));
ALTER TABLE conversation ADD COLUMN deleted_at INTEGER; -- gone for the person, who can take that back for a moment
ALTER TABLE conversation ADD COLUMN origin TEXT; -- of an imported one: its name where it comes from
CREATE INDEX conversation_listed ON conversation (account, archived, updated_at DESC, id DESC)
    WHERE pinned_at IS NULL AND deleted_at IS NULL;
CREATE INDEX conversation_pinned ON conversation (account, updated_at DESC, id DESC)
    WHERE pinned_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX conversation_deleted ON conversation (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX conversation_by_origin ON conversation (account, origin) WHERE origin IS NOT NULL;

-- The words of every title and every turn that is not being written any more. It holds no text: to take an entry out,
-- its text is given once more, and its words are then gone from the file (secure-delete). `segmented` is ours
-- (store/words.rs). Whoever changes it writes a migration that fills this anew.
CREATE VIRTUAL TABLE words USING fts5 (
    text, content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
INSERT INTO words (words, rank) VALUES ('secure-delete', 1);

-- Where each row of words stands. The ids go by time, so that a search has the newest first without sorting.
CREATE TABLE words_place (
    id           INTEGER PRIMARY KEY,
    conversation TEXT NOT NULL,
    turn         TEXT -- none: the title
) STRICT;
CREATE UNIQUE INDEX words_place_of_turn ON words_place (turn) WHERE turn IS NOT NULL;
CREATE INDEX words_place_of_conversation ON words_place (conversation);

-- Turns from before there was a search, which are read in one by one after the start.
CREATE TABLE words_todo (turn TEXT PRIMARY KEY NOT NULL) STRICT;

-- What is put into this view is entered: 256 ids a second, and where they are taken the next free one.
CREATE VIEW words_entry AS SELECT conversation, turn, id AS at, '' AS text FROM words_place;
CREATE TRIGGER words_entered INSTEAD OF INSERT ON words_entry BEGIN
    INSERT INTO words_place (id, conversation, turn)
    VALUES (
        CASE WHEN EXISTS (SELECT 1 FROM words_place WHERE id = new.at / 1000 * 256)
            THEN (SELECT taken.id + 1 FROM words_place AS taken WHERE taken.id >= new.at / 1000 * 256
                AND NOT EXISTS (SELECT 1 FROM words_place AS next WHERE next.id = taken.id + 1)
                ORDER BY taken.id LIMIT 1)
            ELSE new.at / 1000 * 256 END,
        new.conversation,
        new.turn
    );
    INSERT INTO words (rowid, text) VALUES (last_insert_rowid(), segmented(new.text));
END;

CREATE TRIGGER words_of_new_turn AFTER INSERT ON turn WHEN new.state <> 'answering' AND new.text <> '' BEGIN
    INSERT INTO words_entry (conversation, turn, at, text) VALUES (new.conversation, new.id, new.created_at, new.text);
END;
CREATE TRIGGER words_of_changed_turn AFTER UPDATE OF text, state ON turn
    WHEN old.text IS NOT new.text OR old.state IS NOT new.state BEGIN
    INSERT INTO words (words, rowid, text)
        SELECT 'delete', id, segmented(old.text) FROM words_place WHERE turn = old.id;
    DELETE FROM words_place WHERE turn = old.id;
    INSERT INTO words_entry (conversation, turn, at, text)
        SELECT new.conversation, new.id, new.created_at, new.text WHERE new.state <> 'answering' AND new.text <> '';
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
CREATE TRIGGER words_of_changed_title AFTER UPDATE OF title ON conversation WHEN old.title IS NOT new.title BEGIN
    INSERT INTO words (words, rowid, text)
        SELECT 'delete', id, segmented(old.title) FROM words_place WHERE conversation = old.id AND turn IS NULL;
    DELETE FROM words_place WHERE conversation = old.id AND turn IS NULL;
    INSERT INTO words_entry (conversation, turn, at, text) VALUES (new.id, NULL, new.created_at, new.title);
END;
CREATE TRIGGER words_of_gone_title AFTER DELETE ON conversation BEGIN
    INSERT INTO words (words, rowid, text)
        SELECT 'delete', id, segmented(old.title) FROM words_place WHERE conversation = old.id AND turn IS NULL;
    DELETE FROM words_place WHERE conversation = old.id AND turn IS NULL;
END;

INSERT INTO words_entry (conversation, turn, at, text) SELECT id, NULL, created_at, title FROM conversation;
INSERT INTO words_todo (turn) SELECT id FROM turn WHERE state <> 'answering' AND text <> '';

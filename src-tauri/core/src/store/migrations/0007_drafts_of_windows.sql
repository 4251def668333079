-- Each window has a new chat of its own. What goes with a conversation is at the first, wherever it is shown.
ALTER TABLE draft ADD COLUMN desk INTEGER NOT NULL DEFAULT 1;
DROP INDEX draft_of_new_chat;
CREATE UNIQUE INDEX draft_of_new_chat ON draft (account, desk) WHERE conversation IS NULL;
CREATE INDEX draft_by_place ON draft (conversation, account, desk);
ALTER TABLE attachment ADD COLUMN desk INTEGER NOT NULL DEFAULT 1;
DROP INDEX attachment_by_draft;
CREATE INDEX attachment_by_draft ON attachment (conversation, account, desk, place);

-- A second has 256 ids. Where they are taken, the next free one of some four minutes, of eighteen hours, or of all is
-- next: a step each, also where a hundred thousand turns say that they were written in the same second.
DROP TRIGGER words_entered;
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

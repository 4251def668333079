-- A question can be answered more than once, each time in a memory of its own: what an answer was said in stands with
-- the answer, and no longer with its question.
UPDATE turn SET
    event = (SELECT question.event FROM turn AS question WHERE question.id = turn.parent),
    session = (SELECT question.session FROM turn AS question WHERE question.id = turn.parent)
WHERE role = 'copilot'
    -- What was asked again was taken out of the session before, so the newest answer alone stands in it.
    AND id = (SELECT max(version.id) FROM turn AS version WHERE version.parent = turn.parent);
UPDATE turn SET event = NULL, session = NULL WHERE role = 'you';
-- Where a session's copy is to end: at the next question of ours.
CREATE INDEX turn_by_event ON turn (event) WHERE event IS NOT NULL;

-- Questions that wait for the answer before them to end, in the order of their places.
CREATE TABLE waiting (
    id           TEXT PRIMARY KEY NOT NULL,
    conversation TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    place        INTEGER NOT NULL,
    text         TEXT NOT NULL,
    model        TEXT,
    created_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX waiting_by_conversation ON waiting (conversation, place);

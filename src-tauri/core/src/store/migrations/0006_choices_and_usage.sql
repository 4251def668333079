-- What a person chose for one conversation beside its model.
CREATE TABLE conversation_choice (
    conversation TEXT PRIMARY KEY NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    effort       TEXT, -- how hard the model thinks; none leaves it to the model
    instructions TEXT NOT NULL -- what Copilot is told before this conversation; empty for nothing
) STRICT;

-- Texts that are typed by their name.
CREATE TABLE prompt (
    id         TEXT PRIMARY KEY NOT NULL,
    name       TEXT NOT NULL,
    folded     TEXT NOT NULL UNIQUE, -- the name in lower case: two that differ in nothing else are one
    text       TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- What each answer cost, without a word of it. No reference to the turn: a deleted chat was paid for all the same, and
-- its month must not become cheaper.
CREATE TABLE usage (
    turn       TEXT PRIMARY KEY NOT NULL,
    account    TEXT NOT NULL,
    model      TEXT NOT NULL,
    tokens_in  INTEGER NOT NULL,
    tokens_out INTEGER NOT NULL,
    credits    REAL,
    at         INTEGER NOT NULL
) STRICT;
CREATE INDEX usage_by_time ON usage (at, account);
CREATE INDEX usage_by_account ON usage (account, at);

-- The answers so far, each once: a branch has copies of them. Not those of another account's conversation, which were
-- paid elsewhere.
INSERT INTO usage (turn, account, model, tokens_in, tokens_out, credits, at)
SELECT min(turn.id), conversation.account, coalesce(turn.model, ''), coalesce(turn.tokens_in, 0),
    coalesce(turn.tokens_out, 0), turn.credits, coalesce(turn.ended_at, turn.created_at)
FROM turn JOIN conversation ON conversation.id = turn.conversation
WHERE turn.role = 'copilot' AND (turn.tokens_in IS NOT NULL OR turn.credits IS NOT NULL)
    AND coalesce(turn.payer, '') NOT LIKE '%)'
GROUP BY conversation.account, turn.model, turn.created_at, turn.ended_at, turn.tokens_in, turn.tokens_out;

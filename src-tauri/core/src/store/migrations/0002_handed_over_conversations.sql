-- Whether the conversation began as a copy of another account's text, which its session must be told.
ALTER TABLE conversation ADD COLUMN handed_over INTEGER NOT NULL DEFAULT 0 CHECK (handed_over IN (0, 1));

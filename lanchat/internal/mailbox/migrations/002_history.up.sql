-- Where the sender of a frame listens itself, so that inbox says the same as listen did.
ALTER TABLE message ADD COLUMN reply_port INTEGER NOT NULL DEFAULT 0;

-- What got its OK: the user's half of the conversation.
CREATE TABLE sent (
    number       INTEGER PRIMARY KEY, -- as it was in the outbox
    id           BLOB    NOT NULL,
    peer         TEXT    NOT NULL,
    body         BLOB    NOT NULL,
    queued_at    INTEGER NOT NULL,
    delivered_at INTEGER NOT NULL
) STRICT;

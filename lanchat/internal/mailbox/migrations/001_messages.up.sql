CREATE TABLE message (
    number      INTEGER PRIMARY KEY,
    id          BLOB    NOT NULL,
    sender      BLOB,             -- Ed25519 public key; NULL for a plain text
    proved      INTEGER NOT NULL, -- the sender came through TLS
    name        TEXT    NOT NULL, -- what the sender calls itself
    remote      TEXT    NOT NULL,
    sequence    INTEGER NOT NULL,
    body        BLOB    NOT NULL,
    received_at INTEGER NOT NULL  -- microseconds since 1970, UTC
) STRICT;

-- What makes a repeated frame one message. Plain texts have no identity, and no cost from it.
CREATE UNIQUE INDEX message_once ON message (sender, id) WHERE sender IS NOT NULL;

CREATE TABLE outgoing (
    number    INTEGER PRIMARY KEY AUTOINCREMENT, -- also the sequence in frames, so never used twice
    id        BLOB    NOT NULL UNIQUE,
    peer      TEXT    NOT NULL, -- as the user named it
    mode      TEXT    NOT NULL CHECK (mode IN ('', 'plain', 'secure')),
    body      BLOB    NOT NULL,
    state     TEXT    NOT NULL CHECK (state IN ('queued', 'sending', 'unknown')),
    claim     TEXT    NOT NULL DEFAULT '', -- who is sending it
    risky     INTEGER NOT NULL DEFAULT 0,  -- it is being sent as plain text: should its OK be lost, it is unknown
    failure   TEXT    NOT NULL DEFAULT '', -- why the last attempt failed
    queued_at INTEGER NOT NULL
) STRICT;

-- The queue of each peer. The queries name the condition, or SQLite would not use it.
CREATE INDEX outgoing_queue ON outgoing (peer, number) WHERE state != 'unknown';

CREATE TABLE peer (
    address  TEXT    PRIMARY KEY, -- HOST:PORT as the user or the peer gave it
    name     TEXT    NOT NULL,
    sender   BLOB,                -- the key that it claims, or, if pinned, has proved
    pinned   INTEGER NOT NULL,    -- only this key is accepted at this address
    verified INTEGER NOT NULL,    -- two people have compared codes
    frames   INTEGER NOT NULL,    -- it reads frames
    seen_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX peer_by_name ON peer (name);

-- The user has written the peer down: it is not forgotten because nobody sees it.
ALTER TABLE peer ADD COLUMN added INTEGER NOT NULL DEFAULT 0;

-- A file that has arrived: where it lies, its length and SHA-256. The body of its message is its name.
ALTER TABLE message ADD COLUMN path   TEXT    NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN size   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN sha256 BLOB;
-- The user has removed the message. Its row stays, without its text, so that a repeated frame is known and no number is used twice.
ALTER TABLE message ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;

-- A file that is to be sent: its absolute path, and what says that it is the same file still.
ALTER TABLE outgoing ADD COLUMN path     TEXT    NOT NULL DEFAULT '';
ALTER TABLE outgoing ADD COLUMN size     INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outgoing ADD COLUMN modified INTEGER NOT NULL DEFAULT 0;
-- The other side does not want it: it is sent again only when the user says so.
ALTER TABLE outgoing ADD COLUMN refused  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sent ADD COLUMN path TEXT    NOT NULL DEFAULT '';
ALTER TABLE sent ADD COLUMN size INTEGER NOT NULL DEFAULT 0;

-- The keys whose holders two people have paired with, wherever they are.
CREATE TABLE trusted (
    sender    BLOB    PRIMARY KEY,
    name      TEXT    NOT NULL,
    verified  INTEGER NOT NULL,
    paired_at INTEGER NOT NULL
) STRICT;

-- What the listener has to ask the user, who may answer it from another process.
CREATE TABLE question (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    kind     TEXT    NOT NULL CHECK (kind IN ('pair', 'file')),
    name     TEXT    NOT NULL,
    address  TEXT    NOT NULL,
    detail   TEXT    NOT NULL, -- the code, or the name of the file
    answer   TEXT    NOT NULL DEFAULT '' CHECK (answer IN ('', 'yes', 'no')),
    asked_at INTEGER NOT NULL
) STRICT;

-- What was typed in the chat and not sent yet, and how far the user has read.
CREATE TABLE draft (
    peer TEXT PRIMARY KEY,
    text TEXT NOT NULL
) STRICT;
CREATE TABLE reading (
    peer   TEXT    PRIMARY KEY,
    number INTEGER NOT NULL -- of the last message that was on the screen
) STRICT;

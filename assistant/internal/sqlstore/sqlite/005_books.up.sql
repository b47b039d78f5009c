-- A store holds many address books, one for each account. What was there before is the first. An id is one of a book.
DROP TRIGGER contacts_revision_insert;
DROP TRIGGER contacts_revision_update;
DROP TRIGGER contacts_revision_delete;
DROP TRIGGER contact_tags_revision_insert;
DROP TRIGGER contact_tags_revision_update;
DROP TRIGGER contact_tags_revision_delete;
DROP TRIGGER contact_documents_revision_insert;
DROP TRIGGER contact_documents_revision_update;
DROP TRIGGER contact_documents_revision_delete;
DROP TRIGGER notes_revision_insert;
DROP TRIGGER notes_revision_update;
DROP TRIGGER notes_revision_delete;
DROP TRIGGER note_tags_revision_insert;
DROP TRIGGER note_tags_revision_update;
DROP TRIGGER note_tags_revision_delete;
DROP TRIGGER note_documents_revision_insert;
DROP TRIGGER note_documents_revision_update;
DROP TRIGGER note_documents_revision_delete;

-- Every change renews the token of its book in its own transaction. A token never comes twice, in no database: who has
-- remembered an answer with its token knows whether it still holds.
CREATE TABLE books (book INTEGER PRIMARY KEY, revision TEXT NOT NULL);
INSERT INTO books SELECT 1, token FROM revision;
DROP TABLE revision;

-- changed, changed_by and via say when, by whom and in which way the version came.
CREATE TABLE new_contacts (
    seq INTEGER PRIMARY KEY,
    book INTEGER NOT NULL DEFAULT 1,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    nickname TEXT NOT NULL,
    nickname_folded TEXT NOT NULL,
    name_parts TEXT NOT NULL,
    organization TEXT NOT NULL,
    phones TEXT NOT NULL,
    emails TEXT NOT NULL,
    addresses TEXT NOT NULL,
    web_pages TEXT NOT NULL,
    birthday TEXT NOT NULL,
    birthday_text TEXT NOT NULL,
    month_day INTEGER NOT NULL,
    note TEXT NOT NULL,
    tags TEXT NOT NULL,
    created INTEGER NOT NULL,
    recency INTEGER NOT NULL,
    photo_type TEXT NOT NULL,
    photo_url TEXT NOT NULL,
    photo BLOB,
    source BLOB,
    more TEXT NOT NULL DEFAULT '{}',
    anniversary_day INTEGER NOT NULL DEFAULT 9999,
    call_day INTEGER NOT NULL DEFAULT 99999999,
    changed INTEGER NOT NULL DEFAULT 0,
    changed_by TEXT NOT NULL DEFAULT '',
    via TEXT NOT NULL DEFAULT 'console',
    UNIQUE (book, id)
);
INSERT INTO new_contacts (
    seq, id, version, name, name_key, name_folded, nickname, nickname_folded, name_parts, organization, phones,
    emails, addresses, web_pages, birthday, birthday_text, month_day, note, tags, created, recency, photo_type,
    photo_url, photo, source, more, anniversary_day, call_day, changed, via
) SELECT
    seq, id, version, name, name_key, name_folded, nickname, nickname_folded, name_parts, organization, phones,
    emails, addresses, web_pages, birthday, birthday_text, month_day, note, tags, created, recency, photo_type,
    photo_url, photo, source, more, anniversary_day, call_day,
    -recency, CASE WHEN version = 1 AND source IS NOT NULL THEN 'import' ELSE 'console' END
FROM contacts;

CREATE TABLE new_contact_tags (
    book INTEGER NOT NULL DEFAULT 1,
    tag_folded TEXT NOT NULL,
    seq INTEGER NOT NULL REFERENCES contacts (seq) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    PRIMARY KEY (book, tag_folded, seq)
) WITHOUT ROWID;
INSERT INTO new_contact_tags SELECT 1, t.tag_folded, c.seq, t.tag FROM contact_tags t JOIN contacts c ON c.id = t.id;
DROP TABLE contact_tags;
DROP TABLE contacts;
ALTER TABLE new_contacts RENAME TO contacts;
ALTER TABLE new_contact_tags RENAME TO contact_tags;
CREATE INDEX contact_tags_by_seq ON contact_tags (seq);
ALTER TABLE contact_documents ADD COLUMN book INTEGER NOT NULL DEFAULT 1;
CREATE INDEX contacts_by_name ON contacts (book, name_key, id);
CREATE INDEX contacts_by_birthday ON contacts (book, month_day, name_key, id);
CREATE INDEX contacts_by_recency ON contacts (book, recency, id);
CREATE INDEX contacts_by_name_folded ON contacts (book, name_folded);
CREATE INDEX contacts_by_nickname_folded ON contacts (book, nickname_folded) WHERE nickname_folded <> '';
CREATE INDEX contacts_by_anniversary ON contacts (book, anniversary_day) WHERE anniversary_day < 9999;
CREATE INDEX contacts_by_call ON contacts (book, call_day) WHERE call_day < 99999999;

CREATE TABLE new_notes (
    seq INTEGER PRIMARY KEY,
    book INTEGER NOT NULL DEFAULT 1,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    title_folded TEXT NOT NULL,
    heading_key TEXT NOT NULL,
    text TEXT NOT NULL,
    tags TEXT NOT NULL,
    tag_key TEXT NOT NULL,
    unpinned INTEGER NOT NULL,
    created INTEGER NOT NULL,
    recency INTEGER NOT NULL,
    due TEXT NOT NULL DEFAULT '',
    due_day INTEGER NOT NULL DEFAULT 99999999,
    remind INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    changed_by TEXT NOT NULL DEFAULT '',
    via TEXT NOT NULL DEFAULT 'console',
    UNIQUE (book, id)
);
INSERT INTO new_notes (
    seq, id, version, title, title_folded, heading_key, text, tags, tag_key, unpinned, created, recency, due,
    due_day, remind, done, changed
) SELECT
    seq, id, version, title, title_folded, heading_key, text, tags, tag_key, unpinned, created, recency, due,
    due_day, remind, done, -recency
FROM notes;

CREATE TABLE new_note_tags (
    book INTEGER NOT NULL DEFAULT 1,
    tag_folded TEXT NOT NULL,
    seq INTEGER NOT NULL REFERENCES notes (seq) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    PRIMARY KEY (book, tag_folded, seq)
) WITHOUT ROWID;
INSERT INTO new_note_tags SELECT 1, t.tag_folded, n.seq, t.tag FROM note_tags t JOIN notes n ON n.id = t.id;
DROP TABLE note_tags;
DROP TABLE notes;
ALTER TABLE new_notes RENAME TO notes;
ALTER TABLE new_note_tags RENAME TO note_tags;
CREATE INDEX note_tags_by_seq ON note_tags (seq);
ALTER TABLE note_documents ADD COLUMN book INTEGER NOT NULL DEFAULT 1;
CREATE INDEX notes_by_date ON notes (book, unpinned, recency, id);
CREATE INDEX notes_by_title ON notes (book, unpinned, heading_key, id);
CREATE INDEX notes_by_tag ON notes (book, unpinned, tag_key, recency, id);
CREATE INDEX notes_by_title_folded ON notes (book, title_folded);
CREATE INDEX notes_by_due ON notes (book, due_day, unpinned, recency, id);

CREATE TABLE new_marks (
    book INTEGER NOT NULL DEFAULT 1,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (book, kind, name)
) WITHOUT ROWID;
INSERT INTO new_marks SELECT 1, kind, name, value FROM marks;
DROP TABLE marks;
ALTER TABLE new_marks RENAME TO marks;

-- Former versions. The key has the time, as an import may write over a version with another one of its number.
CREATE TABLE contact_versions (
    book INTEGER NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    nickname TEXT NOT NULL,
    name_parts TEXT NOT NULL,
    organization TEXT NOT NULL,
    phones TEXT NOT NULL,
    emails TEXT NOT NULL,
    addresses TEXT NOT NULL,
    web_pages TEXT NOT NULL,
    birthday TEXT NOT NULL,
    birthday_text TEXT NOT NULL,
    note TEXT NOT NULL,
    tags TEXT NOT NULL,
    created INTEGER NOT NULL,
    recency INTEGER NOT NULL,
    photo_type TEXT NOT NULL,
    photo_url TEXT NOT NULL,
    photo BLOB,
    source BLOB,
    more TEXT NOT NULL,
    changed INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    via TEXT NOT NULL,
    PRIMARY KEY (book, id, version, changed)
);
CREATE TABLE note_versions (
    book INTEGER NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    tags TEXT NOT NULL,
    unpinned INTEGER NOT NULL,
    created INTEGER NOT NULL,
    recency INTEGER NOT NULL,
    due TEXT NOT NULL,
    remind INTEGER NOT NULL,
    done INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    via TEXT NOT NULL,
    PRIMARY KEY (book, id, version, changed)
);

-- What was removed: the trash, for as long as it is kept, and the number of the last version for ever.
CREATE TABLE removed (
    book INTEGER NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    changed INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    via TEXT NOT NULL,
    kept INTEGER NOT NULL, -- 1 while the content is kept
    PRIMARY KEY (book, kind, id)
) WITHOUT ROWID;
CREATE INDEX removed_kept ON removed (book, kind, changed) WHERE kept = 1;

-- Two contacts that became one, as JSON.
CREATE TABLE merges (
    book INTEGER NOT NULL,
    other TEXT NOT NULL,
    stayed TEXT NOT NULL,
    at INTEGER NOT NULL,
    merge TEXT NOT NULL,
    PRIMARY KEY (book, other)
);
CREATE INDEX merges_by_stayed ON merges (book, stayed);

-- The number of an account is that of its book.
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    created INTEGER NOT NULL
);
CREATE TABLE app_passwords (
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    label TEXT NOT NULL,
    hash TEXT NOT NULL,
    created INTEGER NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (account, label)
);
CREATE TABLE sessions (
    token TEXT PRIMARY KEY,
    account INTEGER NOT NULL,
    data BLOB NOT NULL,
    expires INTEGER NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account, expires);
CREATE INDEX sessions_by_expiry ON sessions (expires);
CREATE TABLE failures (
    name TEXT PRIMARY KEY,
    since INTEGER NOT NULL, -- the beginning of the window in which they are counted
    count INTEGER NOT NULL
);
CREATE TABLE records (
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (account, kind, name)
);

-- Whoever changes these tables, this program or another by SQL, renews the revision of the book.
CREATE TRIGGER contacts_revision_insert AFTER INSERT ON contacts BEGIN
    UPDATE books SET revision = lower(hex(randomblob(16))) WHERE book = new.book;
END;
CREATE TRIGGER contacts_revision_update AFTER UPDATE ON contacts BEGIN
    UPDATE books SET revision = lower(hex(randomblob(16))) WHERE book IN (old.book, new.book);
END;
CREATE TRIGGER contacts_revision_delete AFTER DELETE ON contacts BEGIN
    UPDATE books SET revision = lower(hex(randomblob(16))) WHERE book = old.book;
END;
CREATE TRIGGER contact_tags_revision_insert AFTER INSERT ON contact_tags BEGIN
    UPDATE books SET revision = lower(hex(randomblob(16))) WHERE book = new.book;
END;
CREATE TRIGGER contact_tags_revision_update AFTER UPDATE ON contact_tags BEGIN
    UPDATE books SET revision = lower(hex(randomblob(16))) WHERE book IN (old.book, new.book);
END;
CREATE TRIGGER contact_tags_revision_delete AFTER DELETE ON contact_tags BEGIN
    UPDATE books SET revision = lower(hex(randomblob(16))) WHERE book = old.book;
END;
CREATE TRIGGER contact_documents_revision_insert AFTER INSERT ON contact_documents BEGIN
    UPDATE books SET revision = lower(hex(randomblob(16))) WHERE book = new.book;
END;
CREATE TRIGGER contact_documents_revision_update AFTER UPDATE ON contact_documents BEGIN
    UPDATE books SET revision = lower(hex(randomblob(16))) WHERE book IN (old.book, new.book);
END;
CREATE TRIGGER contact_documents_revision_delete AFTER DELETE ON contact_documents BEGIN
    UPDATE books SET revision = lower(hex(randomblob(16))) WHERE book = old.book;
END;
CREATE TRIGGER notes_revision_insert AFTER INSERT ON notes BEGIN
    UPDATE books SET revision = lower(hex(randomblob(16))) WHERE book = new.book;
END;
CREATE TRIGGER notes_revision_update AFTER UPDATE ON notes BEGIN
    UPDATE books SET revision = lower(hex(randomblob(16))) WHERE book IN (old.book, new.book);
END;
CREATE TRIGGER notes_revision_delete AFTER DELETE ON notes BEGIN
    UPDATE books SET revision = lower(hex(randomblob(16))) WHERE book = old.book;
END;
CREATE TRIGGER note_tags_revision_insert AFTER INSERT ON note_tags BEGIN
    UPDATE books SET revision = lower(hex(randomblob(16))) WHERE book = new.book;
END;
CREATE TRIGGER note_tags_revision_update AFTER UPDATE ON note_tags BEGIN
    UPDATE books SET revision = lower(hex(randomblob(16))) WHERE book IN (old.book, new.book);
END;
CREATE TRIGGER note_tags_revision_delete AFTER DELETE ON note_tags BEGIN
    UPDATE books SET revision = lower(hex(randomblob(16))) WHERE book = old.book;
END;
CREATE TRIGGER note_documents_revision_insert AFTER INSERT ON note_documents BEGIN
    UPDATE books SET revision = lower(hex(randomblob(16))) WHERE book = new.book;
END;
CREATE TRIGGER note_documents_revision_update AFTER UPDATE ON note_documents BEGIN
    UPDATE books SET revision = lower(hex(randomblob(16))) WHERE book IN (old.book, new.book);
END;
CREATE TRIGGER note_documents_revision_delete AFTER DELETE ON note_documents BEGIN
    UPDATE books SET revision = lower(hex(randomblob(16))) WHERE book = old.book;
END;

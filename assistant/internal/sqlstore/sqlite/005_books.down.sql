-- Only the first book stays, without history and accounts.
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
DELETE FROM contact_documents WHERE book <> 1;
DELETE FROM note_documents WHERE book <> 1;
DELETE FROM contact_tags WHERE book <> 1;
DELETE FROM note_tags WHERE book <> 1;
CREATE TABLE revision (token TEXT NOT NULL);
INSERT INTO revision SELECT revision FROM books WHERE book = 1;
DROP TABLE books;
DROP TABLE contact_versions;
DROP TABLE note_versions;
DROP TABLE removed;
DROP TABLE merges;
DROP TABLE app_passwords;
DROP TABLE records;
DROP TABLE sessions;
DROP TABLE failures;
DROP TABLE accounts;

CREATE TABLE old_contacts (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
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
    call_day INTEGER NOT NULL DEFAULT 99999999
);
INSERT INTO old_contacts SELECT
    seq, id, version, name, name_key, name_folded, nickname, nickname_folded, name_parts, organization, phones,
    emails, addresses, web_pages, birthday, birthday_text, month_day, note, tags, created, recency, photo_type,
    photo_url, photo, source, more, anniversary_day, call_day
FROM contacts WHERE book = 1;
CREATE TABLE old_contact_tags (
    id TEXT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    tag_folded TEXT NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (tag_folded, id)
) WITHOUT ROWID;
INSERT INTO old_contact_tags SELECT c.id, t.tag_folded, t.tag FROM contact_tags t JOIN contacts c ON c.seq = t.seq;
DROP TABLE contact_tags;
DROP TABLE contacts;
ALTER TABLE old_contacts RENAME TO contacts;
ALTER TABLE old_contact_tags RENAME TO contact_tags;
CREATE INDEX contact_tags_by_id ON contact_tags (id);
ALTER TABLE contact_documents DROP COLUMN book;
CREATE INDEX contacts_by_name ON contacts (name_key, id);
CREATE INDEX contacts_by_birthday ON contacts (month_day, name_key, id);
CREATE INDEX contacts_by_recency ON contacts (recency, id);
CREATE INDEX contacts_by_name_folded ON contacts (name_folded);
CREATE INDEX contacts_by_nickname_folded ON contacts (nickname_folded) WHERE nickname_folded <> '';
CREATE INDEX contacts_by_anniversary ON contacts (anniversary_day) WHERE anniversary_day < 9999;
CREATE INDEX contacts_by_call ON contacts (call_day) WHERE call_day < 99999999;

CREATE TABLE old_notes (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
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
    done INTEGER NOT NULL DEFAULT 0
);
INSERT INTO old_notes SELECT
    seq, id, version, title, title_folded, heading_key, text, tags, tag_key, unpinned, created, recency, due,
    due_day, remind, done
FROM notes WHERE book = 1;
CREATE TABLE old_note_tags (
    id TEXT NOT NULL REFERENCES notes (id) ON DELETE CASCADE,
    tag_folded TEXT NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (tag_folded, id)
) WITHOUT ROWID;
INSERT INTO old_note_tags SELECT c.id, t.tag_folded, t.tag FROM note_tags t JOIN notes c ON c.seq = t.seq;
DROP TABLE note_tags;
DROP TABLE notes;
ALTER TABLE old_notes RENAME TO notes;
ALTER TABLE old_note_tags RENAME TO note_tags;
CREATE INDEX note_tags_by_id ON note_tags (id);
ALTER TABLE note_documents DROP COLUMN book;
CREATE INDEX notes_by_date ON notes (unpinned, recency, id);
CREATE INDEX notes_by_title ON notes (unpinned, heading_key, id);
CREATE INDEX notes_by_tag ON notes (unpinned, tag_key, recency, id);
CREATE INDEX notes_by_title_folded ON notes (title_folded);
CREATE INDEX notes_by_due ON notes (due_day, unpinned, recency, id);

CREATE TABLE old_marks (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (kind, name)
) WITHOUT ROWID;
INSERT INTO old_marks SELECT kind, name, value FROM marks WHERE book = 1;
DROP TABLE marks;
ALTER TABLE old_marks RENAME TO marks;

CREATE TRIGGER contacts_revision_insert AFTER INSERT ON contacts BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER contacts_revision_update AFTER UPDATE ON contacts BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER contacts_revision_delete AFTER DELETE ON contacts BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER contact_tags_revision_insert AFTER INSERT ON contact_tags BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER contact_tags_revision_update AFTER UPDATE ON contact_tags BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER contact_tags_revision_delete AFTER DELETE ON contact_tags BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER contact_documents_revision_insert AFTER INSERT ON contact_documents BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER contact_documents_revision_update AFTER UPDATE ON contact_documents BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER contact_documents_revision_delete AFTER DELETE ON contact_documents BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER notes_revision_insert AFTER INSERT ON notes BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER notes_revision_update AFTER UPDATE ON notes BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER notes_revision_delete AFTER DELETE ON notes BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER note_tags_revision_insert AFTER INSERT ON note_tags BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER note_tags_revision_update AFTER UPDATE ON note_tags BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER note_tags_revision_delete AFTER DELETE ON note_tags BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER note_documents_revision_insert AFTER INSERT ON note_documents BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER note_documents_revision_update AFTER UPDATE ON note_documents BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER note_documents_revision_delete AFTER DELETE ON note_documents BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;

-- A store holds many address books, one for each account. What was there before is the first. An id is one of a book.
DROP TRIGGER contacts_revision ON contacts;
DROP TRIGGER contact_tags_revision ON contact_tags;
DROP TRIGGER contact_documents_revision ON contact_documents;
DROP TRIGGER notes_revision ON notes;
DROP TRIGGER note_tags_revision ON note_tags;
DROP TRIGGER note_documents_revision ON note_documents;
DROP FUNCTION renew_revision();

-- Every change renews the token of its book in its own transaction. A token never comes twice, in no database: who has
-- remembered an answer with its token knows whether it still holds.
CREATE TABLE books (book BIGINT PRIMARY KEY, revision TEXT NOT NULL);
INSERT INTO books SELECT 1, token FROM revision;
DROP TABLE revision;

-- changed, changed_by and via say when, by whom and in which way the version came.
ALTER TABLE contacts
    ADD COLUMN book BIGINT NOT NULL DEFAULT 1,
    ADD COLUMN changed BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN changed_by TEXT NOT NULL DEFAULT '',
    ADD COLUMN via TEXT NOT NULL DEFAULT 'console';
UPDATE contacts SET changed = -recency, via = CASE WHEN version = 1 AND source IS NOT NULL THEN 'import' ELSE 'console' END;
ALTER TABLE contact_tags RENAME TO old_contact_tags;
ALTER TABLE old_contact_tags RENAME CONSTRAINT contact_tags_pkey TO old_contact_tags_pkey;
CREATE TABLE contact_tags (
    book BIGINT NOT NULL DEFAULT 1,
    tag_folded TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL REFERENCES contacts (seq) ON DELETE CASCADE,
    tag TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (book, tag_folded, seq)
);
INSERT INTO contact_tags SELECT 1, t.tag_folded, c.seq, t.tag FROM old_contact_tags t JOIN contacts c ON c.id = t.id;
DROP TABLE old_contact_tags;
CREATE INDEX contact_tags_by_seq ON contact_tags (seq);
ALTER TABLE contacts DROP CONSTRAINT contacts_id_key, ADD UNIQUE (book, id);
ALTER TABLE contact_documents ADD COLUMN book BIGINT NOT NULL DEFAULT 1;
DROP INDEX contacts_by_name;
DROP INDEX contacts_by_birthday;
DROP INDEX contacts_by_recency;
DROP INDEX contacts_by_name_folded;
DROP INDEX contacts_by_nickname_folded;
DROP INDEX contacts_by_anniversary;
DROP INDEX contacts_by_call;
CREATE INDEX contacts_by_name ON contacts (book, name_key, id);
CREATE INDEX contacts_by_birthday ON contacts (book, month_day, name_key, id);
CREATE INDEX contacts_by_recency ON contacts (book, recency, id);
CREATE INDEX contacts_by_name_folded ON contacts (book, name_folded);
CREATE INDEX contacts_by_nickname_folded ON contacts (book, nickname_folded) WHERE nickname_folded <> '';
CREATE INDEX contacts_by_anniversary ON contacts (book, anniversary_day) WHERE anniversary_day < 9999;
CREATE INDEX contacts_by_call ON contacts (book, call_day) WHERE call_day < 99999999;

ALTER TABLE notes
    ADD COLUMN book BIGINT NOT NULL DEFAULT 1,
    ADD COLUMN changed BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN changed_by TEXT NOT NULL DEFAULT '',
    ADD COLUMN via TEXT NOT NULL DEFAULT 'console';
UPDATE notes SET changed = -recency;
ALTER TABLE note_tags RENAME TO old_note_tags;
ALTER TABLE old_note_tags RENAME CONSTRAINT note_tags_pkey TO old_note_tags_pkey;
CREATE TABLE note_tags (
    book BIGINT NOT NULL DEFAULT 1,
    tag_folded TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL REFERENCES notes (seq) ON DELETE CASCADE,
    tag TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (book, tag_folded, seq)
);
INSERT INTO note_tags SELECT 1, t.tag_folded, c.seq, t.tag FROM old_note_tags t JOIN notes c ON c.id = t.id;
DROP TABLE old_note_tags;
CREATE INDEX note_tags_by_seq ON note_tags (seq);
ALTER TABLE notes DROP CONSTRAINT notes_id_key, ADD UNIQUE (book, id);
ALTER TABLE note_documents ADD COLUMN book BIGINT NOT NULL DEFAULT 1;
DROP INDEX notes_by_date;
DROP INDEX notes_by_title;
DROP INDEX notes_by_tag;
DROP INDEX notes_by_title_folded;
DROP INDEX notes_by_due;
CREATE INDEX notes_by_date ON notes (book, unpinned, recency, id);
CREATE INDEX notes_by_title ON notes (book, unpinned, heading_key, id);
CREATE INDEX notes_by_tag ON notes (book, unpinned, tag_key, recency, id);
CREATE INDEX notes_by_title_folded ON notes (book, title_folded);
CREATE INDEX notes_by_due ON notes (book, due_day, unpinned, recency, id);

ALTER TABLE marks ADD COLUMN book BIGINT NOT NULL DEFAULT 1, DROP CONSTRAINT marks_pkey, ADD PRIMARY KEY (book, kind, name);

-- Former versions. The key has the time, as an import may write over a version with another one of its number.
CREATE TABLE contact_versions (
    book BIGINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
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
    created BIGINT NOT NULL,
    recency BIGINT NOT NULL,
    photo_type TEXT NOT NULL,
    photo_url TEXT NOT NULL,
    photo BYTEA,
    source BYTEA,
    more TEXT NOT NULL,
    changed BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    via TEXT NOT NULL,
    PRIMARY KEY (book, id, version, changed)
);
CREATE TABLE note_versions (
    book BIGINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    tags TEXT NOT NULL,
    unpinned BIGINT NOT NULL,
    created BIGINT NOT NULL,
    recency BIGINT NOT NULL,
    due TEXT NOT NULL,
    remind BIGINT NOT NULL,
    done BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    via TEXT NOT NULL,
    PRIMARY KEY (book, id, version, changed)
);

-- What was removed: the trash, for as long as it is kept, and the number of the last version for ever.
CREATE TABLE removed (
    book BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    changed BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    via TEXT NOT NULL,
    kept BIGINT NOT NULL, -- 1 while the content is kept
    PRIMARY KEY (book, kind, id)
);
CREATE INDEX removed_kept ON removed (book, kind, changed) WHERE kept = 1;

-- Two contacts that became one, as JSON.
CREATE TABLE merges (
    book BIGINT NOT NULL,
    other TEXT COLLATE "C" NOT NULL,
    stayed TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    merge TEXT NOT NULL,
    PRIMARY KEY (book, other)
);
CREATE INDEX merges_by_stayed ON merges (book, stayed);

-- The number of an account is that of its book.
CREATE TABLE accounts (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    name_folded TEXT COLLATE "C" NOT NULL UNIQUE,
    password TEXT NOT NULL,
    created BIGINT NOT NULL
);
CREATE TABLE app_passwords (
    account BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    label TEXT COLLATE "C" NOT NULL,
    hash TEXT NOT NULL,
    created BIGINT NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (account, label)
);
CREATE TABLE sessions (
    token TEXT COLLATE "C" PRIMARY KEY,
    account BIGINT NOT NULL,
    data BYTEA NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account, expires);
CREATE INDEX sessions_by_expiry ON sessions (expires);
CREATE TABLE failures (
    name TEXT COLLATE "C" PRIMARY KEY,
    since BIGINT NOT NULL, -- the beginning of the window in which they are counted
    count BIGINT NOT NULL
);
CREATE TABLE records (
    account BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    value BYTEA NOT NULL,
    PRIMARY KEY (account, kind, name)
);

-- Whoever changes these tables, this program or another by SQL, renews the revision of the book. The schema is that of
-- the changed table, whatever search_path the session has and whatever temporary tables there are.
CREATE FUNCTION renew_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        EXECUTE format('UPDATE %I.books SET revision = pg_catalog.gen_random_uuid()::text', TG_TABLE_SCHEMA);
    ELSE
        EXECUTE format('UPDATE %I.books SET revision = pg_catalog.gen_random_uuid()::text '
            'WHERE book IN (SELECT book FROM changed)', TG_TABLE_SCHEMA);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER contacts_revision_insert AFTER INSERT ON contacts REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER contacts_revision_update AFTER UPDATE ON contacts REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER contacts_revision_delete AFTER DELETE ON contacts REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER contacts_revision_truncate AFTER TRUNCATE ON contacts
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER contact_tags_revision_insert AFTER INSERT ON contact_tags REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER contact_tags_revision_update AFTER UPDATE ON contact_tags REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER contact_tags_revision_delete AFTER DELETE ON contact_tags REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER contact_tags_revision_truncate AFTER TRUNCATE ON contact_tags
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER contact_documents_revision_insert AFTER INSERT ON contact_documents REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER contact_documents_revision_update AFTER UPDATE ON contact_documents REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER contact_documents_revision_delete AFTER DELETE ON contact_documents REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER contact_documents_revision_truncate AFTER TRUNCATE ON contact_documents
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER notes_revision_insert AFTER INSERT ON notes REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER notes_revision_update AFTER UPDATE ON notes REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER notes_revision_delete AFTER DELETE ON notes REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER notes_revision_truncate AFTER TRUNCATE ON notes
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER note_tags_revision_insert AFTER INSERT ON note_tags REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER note_tags_revision_update AFTER UPDATE ON note_tags REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER note_tags_revision_delete AFTER DELETE ON note_tags REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER note_tags_revision_truncate AFTER TRUNCATE ON note_tags
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER note_documents_revision_insert AFTER INSERT ON note_documents REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER note_documents_revision_update AFTER UPDATE ON note_documents REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER note_documents_revision_delete AFTER DELETE ON note_documents REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER note_documents_revision_truncate AFTER TRUNCATE ON note_documents
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();

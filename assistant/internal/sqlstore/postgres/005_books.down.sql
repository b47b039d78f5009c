-- Only the first book stays, without history and accounts.
DROP TRIGGER contacts_revision_insert ON contacts;
DROP TRIGGER contacts_revision_update ON contacts;
DROP TRIGGER contacts_revision_delete ON contacts;
DROP TRIGGER contacts_revision_truncate ON contacts;
DROP TRIGGER contact_tags_revision_insert ON contact_tags;
DROP TRIGGER contact_tags_revision_update ON contact_tags;
DROP TRIGGER contact_tags_revision_delete ON contact_tags;
DROP TRIGGER contact_tags_revision_truncate ON contact_tags;
DROP TRIGGER contact_documents_revision_insert ON contact_documents;
DROP TRIGGER contact_documents_revision_update ON contact_documents;
DROP TRIGGER contact_documents_revision_delete ON contact_documents;
DROP TRIGGER contact_documents_revision_truncate ON contact_documents;
DROP TRIGGER notes_revision_insert ON notes;
DROP TRIGGER notes_revision_update ON notes;
DROP TRIGGER notes_revision_delete ON notes;
DROP TRIGGER notes_revision_truncate ON notes;
DROP TRIGGER note_tags_revision_insert ON note_tags;
DROP TRIGGER note_tags_revision_update ON note_tags;
DROP TRIGGER note_tags_revision_delete ON note_tags;
DROP TRIGGER note_tags_revision_truncate ON note_tags;
DROP TRIGGER note_documents_revision_insert ON note_documents;
DROP TRIGGER note_documents_revision_update ON note_documents;
DROP TRIGGER note_documents_revision_delete ON note_documents;
DROP TRIGGER note_documents_revision_truncate ON note_documents;
DROP FUNCTION renew_revision();
DELETE FROM contacts WHERE book <> 1;
DELETE FROM notes WHERE book <> 1;
DELETE FROM marks WHERE book <> 1;
CREATE TABLE revision (token TEXT NOT NULL);
INSERT INTO revision SELECT revision FROM books WHERE book = 1;
DROP TABLE books, contact_versions, note_versions, removed, merges, app_passwords, records, sessions, failures, accounts;
DROP INDEX contacts_by_name;
DROP INDEX contacts_by_birthday;
DROP INDEX contacts_by_recency;
DROP INDEX contacts_by_name_folded;
DROP INDEX contacts_by_nickname_folded;
DROP INDEX contacts_by_anniversary;
DROP INDEX contacts_by_call;
ALTER TABLE contacts DROP CONSTRAINT contacts_book_id_key, ADD UNIQUE (id);
ALTER TABLE contact_tags RENAME TO new_contact_tags;
ALTER TABLE new_contact_tags RENAME CONSTRAINT contact_tags_pkey TO new_contact_tags_pkey;
CREATE TABLE contact_tags (
    id TEXT COLLATE "C" NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    tag_folded TEXT COLLATE "C" NOT NULL,
    tag TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tag_folded, id)
);
INSERT INTO contact_tags SELECT c.id, t.tag_folded, t.tag FROM new_contact_tags t JOIN contacts c ON c.seq = t.seq;
DROP TABLE new_contact_tags;
CREATE INDEX contact_tags_by_id ON contact_tags (id);
ALTER TABLE contact_documents DROP COLUMN book;
ALTER TABLE contacts DROP COLUMN book, DROP COLUMN changed, DROP COLUMN changed_by, DROP COLUMN via;
CREATE INDEX contacts_by_name ON contacts (name_key, id);
CREATE INDEX contacts_by_birthday ON contacts (month_day, name_key, id);
CREATE INDEX contacts_by_recency ON contacts (recency, id);
CREATE INDEX contacts_by_name_folded ON contacts (name_folded);
CREATE INDEX contacts_by_nickname_folded ON contacts (nickname_folded) WHERE nickname_folded <> '';
CREATE INDEX contacts_by_anniversary ON contacts (anniversary_day) WHERE anniversary_day < 9999;
CREATE INDEX contacts_by_call ON contacts (call_day) WHERE call_day < 99999999;
DROP INDEX notes_by_date;
DROP INDEX notes_by_title;
DROP INDEX notes_by_tag;
DROP INDEX notes_by_title_folded;
DROP INDEX notes_by_due;
ALTER TABLE notes DROP CONSTRAINT notes_book_id_key, ADD UNIQUE (id);
ALTER TABLE note_tags RENAME TO new_note_tags;
ALTER TABLE new_note_tags RENAME CONSTRAINT note_tags_pkey TO new_note_tags_pkey;
CREATE TABLE note_tags (
    id TEXT COLLATE "C" NOT NULL REFERENCES notes (id) ON DELETE CASCADE,
    tag_folded TEXT COLLATE "C" NOT NULL,
    tag TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tag_folded, id)
);
INSERT INTO note_tags SELECT c.id, t.tag_folded, t.tag FROM new_note_tags t JOIN notes c ON c.seq = t.seq;
DROP TABLE new_note_tags;
CREATE INDEX note_tags_by_id ON note_tags (id);
ALTER TABLE note_documents DROP COLUMN book;
ALTER TABLE notes DROP COLUMN book, DROP COLUMN changed, DROP COLUMN changed_by, DROP COLUMN via;
CREATE INDEX notes_by_date ON notes (unpinned, recency, id);
CREATE INDEX notes_by_title ON notes (unpinned, heading_key, id);
CREATE INDEX notes_by_tag ON notes (unpinned, tag_key, recency, id);
CREATE INDEX notes_by_title_folded ON notes (title_folded);
CREATE INDEX notes_by_due ON notes (due_day, unpinned, recency, id);
ALTER TABLE marks DROP CONSTRAINT marks_pkey, DROP COLUMN book, ADD PRIMARY KEY (kind, name);
-- Whoever changes these tables, this program or another by SQL, renews the revision: no remembered answer outlives it.
-- The schema is that of the changed table, whatever search_path the session has and whatever temporary tables there are.
CREATE FUNCTION renew_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('UPDATE %I.revision SET token = pg_catalog.gen_random_uuid()::text', TG_TABLE_SCHEMA);
    RETURN NULL;
END
$$;
CREATE TRIGGER contacts_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON contacts
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER contact_tags_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON contact_tags
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER contact_documents_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON contact_documents
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER notes_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON notes
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER note_tags_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON note_tags
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER note_documents_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON note_documents
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();

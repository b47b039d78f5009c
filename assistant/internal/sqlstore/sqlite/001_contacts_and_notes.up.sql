-- seq is the rowid, to which the index for searching refers. name_key, tag_key and recency give the order of lists:
-- keys compare by bytes, recency is the time of the last change in milliseconds, negative.
CREATE TABLE contacts (
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
    month_day INTEGER NOT NULL, -- month * 100 + day; 9999 without a birthday
    note TEXT NOT NULL,
    tags TEXT NOT NULL,
    created INTEGER NOT NULL,
    recency INTEGER NOT NULL,
    photo_type TEXT NOT NULL,
    photo_url TEXT NOT NULL,
    photo BLOB,
    source BLOB
);
CREATE INDEX contacts_by_name ON contacts (name_key, id);
CREATE INDEX contacts_by_birthday ON contacts (month_day, name_key, id);
CREATE INDEX contacts_by_recency ON contacts (recency, id);
CREATE INDEX contacts_by_name_folded ON contacts (name_folded);
CREATE INDEX contacts_by_nickname_folded ON contacts (nickname_folded) WHERE nickname_folded <> '';

CREATE TABLE contact_tags (
    id TEXT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    tag_folded TEXT NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (tag_folded, id)
) WITHOUT ROWID;
CREATE INDEX contact_tags_by_id ON contact_tags (id);

CREATE TABLE contact_documents (
    seq INTEGER PRIMARY KEY REFERENCES contacts (seq) ON DELETE CASCADE,
    id TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE VIRTUAL TABLE contact_trigrams USING fts5 (
    document, content = 'contact_documents', content_rowid = 'seq',
    tokenize = 'trigram case_sensitive 1', detail = none, columnsize = 0
);
CREATE TRIGGER contact_documents_insert AFTER INSERT ON contact_documents BEGIN
    INSERT INTO contact_trigrams (rowid, document) VALUES (new.seq, new.document);
END;
CREATE TRIGGER contact_documents_delete AFTER DELETE ON contact_documents BEGIN
    INSERT INTO contact_trigrams (contact_trigrams, rowid, document) VALUES ('delete', old.seq, old.document);
END;
CREATE TRIGGER contact_documents_update AFTER UPDATE ON contact_documents WHEN old.document <> new.document BEGIN
    INSERT INTO contact_trigrams (contact_trigrams, rowid, document) VALUES ('delete', old.seq, old.document);
    INSERT INTO contact_trigrams (rowid, document) VALUES (new.seq, new.document);
END;

CREATE TABLE notes (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    title_folded TEXT NOT NULL,
    heading_key TEXT NOT NULL,
    text TEXT NOT NULL,
    tags TEXT NOT NULL,
    tag_key TEXT NOT NULL, -- of the first tag; after all others without a tag
    unpinned INTEGER NOT NULL,
    created INTEGER NOT NULL,
    recency INTEGER NOT NULL
);
CREATE INDEX notes_by_date ON notes (unpinned, recency, id);
CREATE INDEX notes_by_title ON notes (unpinned, heading_key, id);
CREATE INDEX notes_by_tag ON notes (unpinned, tag_key, recency, id);
CREATE INDEX notes_by_title_folded ON notes (title_folded);

CREATE TABLE note_tags (
    id TEXT NOT NULL REFERENCES notes (id) ON DELETE CASCADE,
    tag_folded TEXT NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (tag_folded, id)
) WITHOUT ROWID;
CREATE INDEX note_tags_by_id ON note_tags (id);

CREATE TABLE note_documents (
    seq INTEGER PRIMARY KEY REFERENCES notes (seq) ON DELETE CASCADE,
    id TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE VIRTUAL TABLE note_trigrams USING fts5 (
    document, content = 'note_documents', content_rowid = 'seq',
    tokenize = 'trigram case_sensitive 1', detail = none, columnsize = 0
);
CREATE TRIGGER note_documents_insert AFTER INSERT ON note_documents BEGIN
    INSERT INTO note_trigrams (rowid, document) VALUES (new.seq, new.document);
END;
CREATE TRIGGER note_documents_delete AFTER DELETE ON note_documents BEGIN
    INSERT INTO note_trigrams (note_trigrams, rowid, document) VALUES ('delete', old.seq, old.document);
END;
CREATE TRIGGER note_documents_update AFTER UPDATE ON note_documents WHEN old.document <> new.document BEGIN
    INSERT INTO note_trigrams (note_trigrams, rowid, document) VALUES ('delete', old.seq, old.document);
    INSERT INTO note_trigrams (rowid, document) VALUES (new.seq, new.document);
END;

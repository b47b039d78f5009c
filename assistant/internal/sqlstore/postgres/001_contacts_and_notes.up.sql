CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- The tables of the SQLite store, with the types of PostgreSQL. name_key, tag_key and recency give the order of lists:
-- keys compare by bytes, recency is the time of the last change in milliseconds, negative.
CREATE TABLE contacts (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    name_folded TEXT COLLATE "C" NOT NULL,
    nickname TEXT NOT NULL,
    nickname_folded TEXT COLLATE "C" NOT NULL,
    name_parts TEXT NOT NULL,
    organization TEXT NOT NULL,
    phones TEXT NOT NULL,
    emails TEXT NOT NULL,
    addresses TEXT NOT NULL,
    web_pages TEXT NOT NULL,
    birthday TEXT NOT NULL,
    birthday_text TEXT NOT NULL,
    month_day BIGINT NOT NULL, -- month * 100 + day; 9999 without a birthday
    note TEXT NOT NULL,
    tags TEXT NOT NULL,
    created BIGINT NOT NULL,
    recency BIGINT NOT NULL,
    photo_type TEXT NOT NULL,
    photo_url TEXT NOT NULL,
    photo BYTEA,
    source BYTEA
);
CREATE INDEX contacts_by_name ON contacts (name_key, id);
CREATE INDEX contacts_by_birthday ON contacts (month_day, name_key, id);
CREATE INDEX contacts_by_recency ON contacts (recency, id);
CREATE INDEX contacts_by_name_folded ON contacts (name_folded);
CREATE INDEX contacts_by_nickname_folded ON contacts (nickname_folded) WHERE nickname_folded <> '';

CREATE TABLE contact_tags (
    id TEXT COLLATE "C" NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    tag_folded TEXT COLLATE "C" NOT NULL,
    tag TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tag_folded, id)
);
CREATE INDEX contact_tags_by_id ON contact_tags (id);

CREATE TABLE contact_documents (
    seq BIGINT PRIMARY KEY REFERENCES contacts (seq) ON DELETE CASCADE,
    id TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL
);
CREATE INDEX contact_documents_by_trigram ON contact_documents USING gin (document gin_trgm_ops);

CREATE TABLE notes (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    version BIGINT NOT NULL,
    title TEXT NOT NULL,
    title_folded TEXT COLLATE "C" NOT NULL,
    heading_key TEXT COLLATE "C" NOT NULL,
    text TEXT NOT NULL,
    tags TEXT NOT NULL,
    tag_key TEXT COLLATE "C" NOT NULL, -- of the first tag; after all others without a tag
    unpinned BIGINT NOT NULL,
    created BIGINT NOT NULL,
    recency BIGINT NOT NULL
);
CREATE INDEX notes_by_date ON notes (unpinned, recency, id);
CREATE INDEX notes_by_title ON notes (unpinned, heading_key, id);
CREATE INDEX notes_by_tag ON notes (unpinned, tag_key, recency, id);
CREATE INDEX notes_by_title_folded ON notes (title_folded);

CREATE TABLE note_tags (
    id TEXT COLLATE "C" NOT NULL REFERENCES notes (id) ON DELETE CASCADE,
    tag_folded TEXT COLLATE "C" NOT NULL,
    tag TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tag_folded, id)
);
CREATE INDEX note_tags_by_id ON note_tags (id);

CREATE TABLE note_documents (
    seq BIGINT PRIMARY KEY REFERENCES notes (seq) ON DELETE CASCADE,
    id TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL
);
CREATE INDEX note_documents_by_trigram ON note_documents USING gin (document gin_trgm_ops);

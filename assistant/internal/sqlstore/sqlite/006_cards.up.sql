-- The list of an address book's cards, with their names in addresses, and of what has changed in it. mark names the book
-- and is made anew when a book is; changes is the number of the last change.
ALTER TABLE books ADD COLUMN mark TEXT NOT NULL DEFAULT '';
ALTER TABLE books ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;
UPDATE books SET mark = lower(hex(randomblob(8)));
CREATE TRIGGER books_mark AFTER INSERT ON books WHEN new.mark = '' BEGIN
    UPDATE books SET mark = lower(hex(randomblob(8))) WHERE book = new.book;
END;

-- The name of a card in addresses; '' is id.vcf. label is that of the app password or the import that the change was made with.
ALTER TABLE contacts ADD COLUMN resource TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE contact_versions ADD COLUMN resource TEXT NOT NULL DEFAULT '';
ALTER TABLE contact_versions ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE notes ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE note_versions ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE removed ADD COLUMN label TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX contacts_by_resource ON contacts (book, (CASE WHEN resource = '' THEN id || '.vcf' ELSE resource END));

-- A card is the last change of a name: id is '' when it is gone. Every change has a random mark.
CREATE TABLE cards (
    book INTEGER NOT NULL,
    resource TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    change INTEGER NOT NULL,
    etag TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (book, resource)
) WITHOUT ROWID;
CREATE INDEX cards_by_change ON cards (book, change);
CREATE TABLE changes (
    book INTEGER NOT NULL,
    change INTEGER NOT NULL,
    mark TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (book, change)
) WITHOUT ROWID;
INSERT INTO cards SELECT book, id || '.vcf', id, version, row_number() OVER (PARTITION BY book ORDER BY seq),
    lower(hex(randomblob(8))), changed FROM contacts;
INSERT INTO changes SELECT book, change, etag, CAST(unixepoch('subsec') * 1000 AS INTEGER) FROM cards;
UPDATE books SET changes = (SELECT count(*) FROM cards c WHERE c.book = books.book);

-- Whoever changes a contact, this program or another by SQL, changes its card, through this view.
CREATE VIEW card_change AS SELECT book, resource, id, version FROM cards;
CREATE TRIGGER card_change_insert INSTEAD OF INSERT ON card_change BEGIN
    UPDATE books SET changes = changes + 1 WHERE book = new.book;
    INSERT INTO changes SELECT book, changes, lower(hex(randomblob(8))), CAST(unixepoch('subsec') * 1000 AS INTEGER)
        FROM books WHERE book = new.book;
    INSERT INTO cards SELECT new.book, new.resource, new.id, new.version, c.change, c.mark, c.at
        FROM books b JOIN changes c ON c.book = b.book AND c.change = b.changes WHERE b.book = new.book
        ON CONFLICT (book, resource) DO UPDATE SET
            id = excluded.id, version = excluded.version, change = excluded.change, etag = excluded.etag, at = excluded.at;
END;
CREATE TRIGGER contacts_card_insert AFTER INSERT ON contacts BEGIN
    INSERT INTO card_change VALUES (
        new.book, CASE WHEN new.resource = '' THEN new.id || '.vcf' ELSE new.resource END, new.id, new.version);
END;
CREATE TRIGGER contacts_card_delete AFTER DELETE ON contacts BEGIN
    INSERT INTO card_change VALUES (
        old.book, CASE WHEN old.resource = '' THEN old.id || '.vcf' ELSE old.resource END, '', 0);
END;
CREATE TRIGGER contacts_card_update AFTER UPDATE OF book, id, version, name, nickname, name_parts, organization, phones,
    emails, addresses, web_pages, birthday, birthday_text, note, tags, photo_type, photo_url, photo, source, more, resource
    ON contacts BEGIN
    INSERT INTO card_change
        SELECT old.book, CASE WHEN old.resource = '' THEN old.id || '.vcf' ELSE old.resource END, '', 0
        WHERE old.book <> new.book OR old.id <> new.id OR old.resource <> new.resource;
    INSERT INTO card_change VALUES (
        new.book, CASE WHEN new.resource = '' THEN new.id || '.vcf' ELSE new.resource END, new.id, new.version);
END;

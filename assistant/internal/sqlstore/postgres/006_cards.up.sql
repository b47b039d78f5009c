-- The list of an address book's cards, with their names in addresses, and of what has changed in it. mark names the book
-- and is made anew when a book is; changes is the number of the last change.
ALTER TABLE books
    ADD COLUMN mark TEXT NOT NULL DEFAULT gen_random_uuid()::text,
    ADD COLUMN changes BIGINT NOT NULL DEFAULT 0;

-- The name of a card in addresses; '' is id.vcf. label is that of the app password or the import that the change was made with.
ALTER TABLE contacts
    ADD COLUMN resource TEXT COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE contact_versions
    ADD COLUMN resource TEXT COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE notes ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE note_versions ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE removed ADD COLUMN label TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX contacts_by_resource ON contacts (book, (CASE WHEN resource = '' THEN id || '.vcf' ELSE resource END));

-- A card is the last change of a name: id is '' when it is gone. Every change has a random mark.
CREATE TABLE cards (
    book BIGINT NOT NULL,
    resource TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    change BIGINT NOT NULL,
    etag TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (book, resource)
);
CREATE INDEX cards_by_change ON cards (book, change);
CREATE TABLE changes (
    book BIGINT NOT NULL,
    change BIGINT NOT NULL,
    mark TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (book, change)
);
INSERT INTO cards SELECT book, id || '.vcf', id, version, row_number() OVER (PARTITION BY book ORDER BY seq),
    replace(gen_random_uuid()::text, '-', ''), changed FROM contacts;
INSERT INTO changes SELECT book, change, etag, (extract(epoch FROM clock_timestamp()) * 1000)::bigint FROM cards;
UPDATE books b SET changes = (SELECT count(*) FROM cards c WHERE c.book = b.book);

-- Whoever changes a contact, this program or another by SQL, changes its card. The schema is that of the changed table.
CREATE FUNCTION change_card(place TEXT, of BIGINT, name TEXT, contact TEXT, number BIGINT) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    last BIGINT;
    random TEXT := replace(pg_catalog.gen_random_uuid()::text, '-', '');
    now BIGINT := (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000)::bigint;
BEGIN
    EXECUTE format('UPDATE %I.books SET changes = changes + 1 WHERE book = $1 RETURNING changes', place) INTO last USING of;
    IF last IS NULL THEN
        RETURN;
    END IF;
    EXECUTE format('INSERT INTO %I.changes VALUES ($1, $2, $3, $4)', place) USING of, last, random, now;
    EXECUTE format('INSERT INTO %I.cards VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (book, resource) DO UPDATE SET '
        'id = excluded.id, version = excluded.version, change = excluded.change, etag = excluded.etag, at = excluded.at', place)
        USING of, name, contact, number, last, random, now;
END
$$;
CREATE FUNCTION note_card() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_name TEXT;
    new_name TEXT;
    call TEXT := format('SELECT %I.change_card($1, $2, $3, $4, $5)', TG_TABLE_SCHEMA);
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        EXECUTE format('DELETE FROM %I.cards', TG_TABLE_SCHEMA);
        EXECUTE format('DELETE FROM %I.changes', TG_TABLE_SCHEMA);
        EXECUTE format('UPDATE %I.books SET mark = pg_catalog.gen_random_uuid()::text', TG_TABLE_SCHEMA);
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        old_name := CASE WHEN OLD.resource = '' THEN OLD.id || '.vcf' ELSE OLD.resource END;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        new_name := CASE WHEN NEW.resource = '' THEN NEW.id || '.vcf' ELSE NEW.resource END;
    END IF;
    IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND (OLD.book <> NEW.book OR old_name <> new_name) THEN
        EXECUTE call USING TG_TABLE_SCHEMA::text, OLD.book, old_name, '', 0::bigint;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        EXECUTE call USING TG_TABLE_SCHEMA::text, NEW.book, new_name, NEW.id, NEW.version;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER contacts_card_change AFTER INSERT OR DELETE ON contacts FOR EACH ROW EXECUTE FUNCTION note_card();
CREATE TRIGGER contacts_card_update AFTER UPDATE OF book, id, version, name, nickname, name_parts, organization, phones,
    emails, addresses, web_pages, birthday, birthday_text, note, tags, photo_type, photo_url, photo, source, more, resource
    ON contacts FOR EACH ROW EXECUTE FUNCTION note_card();
CREATE TRIGGER contacts_card_truncate AFTER TRUNCATE ON contacts FOR EACH STATEMENT EXECUTE FUNCTION note_card();

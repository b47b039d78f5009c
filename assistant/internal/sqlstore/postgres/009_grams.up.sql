-- The index for words of one and two characters: in which contacts each gram of a document is, by the rank that they have
-- for it. seqs are those of a block, which the program packs; where other programs write, and until it has come to
-- it, contact_unindexed has the documents that are not as the index has them ('' is none).
CREATE TABLE contact_grams (
    book BIGINT NOT NULL,
    gram TEXT COLLATE "C" NOT NULL,
    block BIGINT NOT NULL,
    rank BIGINT NOT NULL,
    seqs BYTEA NOT NULL,
    PRIMARY KEY (book, gram, block, rank)
);
CREATE TABLE contact_unindexed (
    book BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (book, seq)
);
INSERT INTO contact_unindexed SELECT book, seq, '' FROM contact_documents;
-- An update that changes nothing waits for who is about to take the row away, which DO NOTHING would not.
CREATE FUNCTION leave_unindexed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    note TEXT := format('INSERT INTO %I.contact_unindexed VALUES ($1, $2, $3) '
        'ON CONFLICT (book, seq) DO UPDATE SET book = excluded.book', TG_TABLE_SCHEMA);
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        EXECUTE format('DELETE FROM %I.contact_unindexed', TG_TABLE_SCHEMA);
        EXECUTE format('DELETE FROM %I.contact_grams', TG_TABLE_SCHEMA);
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.document = NEW.document AND OLD.book = NEW.book AND OLD.seq = NEW.seq THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        EXECUTE note USING OLD.book, OLD.seq, OLD.document;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        EXECUTE note USING NEW.book, NEW.seq, ''::text;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER contact_documents_unindexed AFTER INSERT OR UPDATE OR DELETE ON contact_documents
    FOR EACH ROW EXECUTE FUNCTION leave_unindexed();
CREATE TRIGGER contact_documents_unindexed_truncate AFTER TRUNCATE ON contact_documents
    FOR EACH STATEMENT EXECUTE FUNCTION leave_unindexed();

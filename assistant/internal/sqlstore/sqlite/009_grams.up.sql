-- The index for words of one and two characters: in which contacts each gram of a document is, by the rank that they have
-- for it. seqs are those of a block, which the program packs; where other programs write, and until it has come to
-- it, contact_unindexed has the documents that are not as the index has them ('' is none).
CREATE TABLE contact_grams (
    book INTEGER NOT NULL,
    gram TEXT NOT NULL,
    block INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    seqs BLOB NOT NULL,
    PRIMARY KEY (book, gram, block, rank)
) WITHOUT ROWID;
CREATE TABLE contact_unindexed (
    book INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (book, seq)
) WITHOUT ROWID;
INSERT INTO contact_unindexed SELECT book, seq, '' FROM contact_documents ORDER BY book, seq;
CREATE TRIGGER contact_unindexed_insert AFTER INSERT ON contact_documents BEGIN
    INSERT INTO contact_unindexed VALUES (new.book, new.seq, '') ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER contact_unindexed_delete AFTER DELETE ON contact_documents BEGIN
    INSERT INTO contact_unindexed VALUES (old.book, old.seq, old.document) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER contact_unindexed_update AFTER UPDATE ON contact_documents
    WHEN old.document <> new.document OR old.book <> new.book OR old.seq <> new.seq BEGIN
    INSERT INTO contact_unindexed VALUES (old.book, old.seq, old.document) ON CONFLICT DO NOTHING;
    INSERT INTO contact_unindexed VALUES (new.book, new.seq, '') ON CONFLICT DO NOTHING;
END;

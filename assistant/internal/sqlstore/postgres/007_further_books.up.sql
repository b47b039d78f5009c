-- An account may have further address books beside the one of its number. owner is the account of such a book, and 0 for
-- that one. A book that was removed is kept for a while: removed says since when.
ALTER TABLE books ADD COLUMN owner BIGINT NOT NULL DEFAULT 0;
ALTER TABLE books ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE books ADD COLUMN name_folded TEXT NOT NULL DEFAULT '';
ALTER TABLE books ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE books ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE books ADD COLUMN removed BIGINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX books_by_name ON books (owner, name_folded) WHERE owner > 0 AND removed = 0;

-- Whom an account lets into a book.
CREATE TABLE shares (
    book BIGINT NOT NULL REFERENCES books (book) ON DELETE CASCADE,
    account BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    read_only BIGINT NOT NULL,
    PRIMARY KEY (book, account)
);
CREATE INDEX shares_by_account ON shares (account);

-- Only the first book of each account stays.
DROP TABLE shares;
DELETE FROM contacts WHERE book IN (SELECT book FROM books WHERE owner > 0);
DELETE FROM notes WHERE book IN (SELECT book FROM books WHERE owner > 0);
DELETE FROM contact_versions WHERE book IN (SELECT book FROM books WHERE owner > 0);
DELETE FROM note_versions WHERE book IN (SELECT book FROM books WHERE owner > 0);
DELETE FROM removed WHERE book IN (SELECT book FROM books WHERE owner > 0);
DELETE FROM merges WHERE book IN (SELECT book FROM books WHERE owner > 0);
DELETE FROM marks WHERE book IN (SELECT book FROM books WHERE owner > 0);
DELETE FROM cards WHERE book IN (SELECT book FROM books WHERE owner > 0);
DELETE FROM changes WHERE book IN (SELECT book FROM books WHERE owner > 0);
DELETE FROM books WHERE owner > 0;
DROP INDEX books_by_name;
ALTER TABLE books DROP COLUMN removed;
ALTER TABLE books DROP COLUMN description;
ALTER TABLE books DROP COLUMN title;
ALTER TABLE books DROP COLUMN name_folded;
ALTER TABLE books DROP COLUMN name;
ALTER TABLE books DROP COLUMN owner;

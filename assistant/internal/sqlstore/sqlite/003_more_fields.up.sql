-- more holds as JSON what is neither sorted nor looked up. Days are yyyymmdd; 9999 and 99999999 come after all others.
ALTER TABLE contacts ADD COLUMN more TEXT NOT NULL DEFAULT '{}';
ALTER TABLE contacts ADD COLUMN anniversary_day INTEGER NOT NULL DEFAULT 9999;
ALTER TABLE contacts ADD COLUMN call_day INTEGER NOT NULL DEFAULT 99999999;
CREATE INDEX contacts_by_anniversary ON contacts (anniversary_day) WHERE anniversary_day < 9999;
CREATE INDEX contacts_by_call ON contacts (call_day) WHERE call_day < 99999999;
ALTER TABLE notes ADD COLUMN due TEXT NOT NULL DEFAULT '';
ALTER TABLE notes ADD COLUMN due_day INTEGER NOT NULL DEFAULT 99999999;
ALTER TABLE notes ADD COLUMN remind INTEGER NOT NULL DEFAULT 0;
ALTER TABLE notes ADD COLUMN done INTEGER NOT NULL DEFAULT 0;
CREATE INDEX notes_by_due ON notes (due_day, unpinned, recency, id);
-- In which form the documents for searching are; a lower one than the program's is made anew.
CREATE TABLE document_form (form INTEGER NOT NULL);
INSERT INTO document_form VALUES (1);
-- What programs remember about the store itself: what was copied from another one as it was then, who was reminded.
CREATE TABLE marks (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (kind, name)
) WITHOUT ROWID;

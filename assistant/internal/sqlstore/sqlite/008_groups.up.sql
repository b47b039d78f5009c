-- A card of a group is no person: kind is 'group' for it, and '' for people. Which of the cards are of groups is found out
-- by the program.
ALTER TABLE contacts ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE contact_versions ADD COLUMN kind TEXT NOT NULL DEFAULT '';
CREATE INDEX contacts_by_kind ON contacts (book, name_key, id) WHERE kind <> '';

-- The groups become people again.
UPDATE document_form SET form = 2 WHERE form = 3;
DROP INDEX contacts_by_kind;
ALTER TABLE contact_versions DROP COLUMN kind;
ALTER TABLE contacts DROP COLUMN kind;

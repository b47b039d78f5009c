DROP TRIGGER note_documents_revision ON note_documents;
DROP TRIGGER note_tags_revision ON note_tags;
DROP TRIGGER notes_revision ON notes;
DROP TRIGGER contact_documents_revision ON contact_documents;
DROP TRIGGER contact_tags_revision ON contact_tags;
DROP TRIGGER contacts_revision ON contacts;
DROP FUNCTION renew_revision();

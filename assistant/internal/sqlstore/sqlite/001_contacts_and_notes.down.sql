DROP TABLE note_trigrams;
DROP TABLE note_documents;
DROP TABLE note_tags;
DROP TABLE notes;
DROP TABLE contact_trigrams;
DROP TABLE contact_documents;
DROP TABLE contact_tags;
DROP TABLE contacts;

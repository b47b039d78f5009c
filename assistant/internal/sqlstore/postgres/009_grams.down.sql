DROP TRIGGER contact_documents_unindexed ON contact_documents;
DROP TRIGGER contact_documents_unindexed_truncate ON contact_documents;
DROP FUNCTION leave_unindexed();
DROP TABLE contact_unindexed;
DROP TABLE contact_grams;

-- Whoever changes these tables, this program or another by SQL, renews the revision: no remembered answer outlives it.
CREATE TRIGGER contacts_revision_insert AFTER INSERT ON contacts BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER contacts_revision_update AFTER UPDATE ON contacts BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER contacts_revision_delete AFTER DELETE ON contacts BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER contact_tags_revision_insert AFTER INSERT ON contact_tags BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER contact_tags_revision_update AFTER UPDATE ON contact_tags BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER contact_tags_revision_delete AFTER DELETE ON contact_tags BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER contact_documents_revision_insert AFTER INSERT ON contact_documents BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER contact_documents_revision_update AFTER UPDATE ON contact_documents BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER contact_documents_revision_delete AFTER DELETE ON contact_documents BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER notes_revision_insert AFTER INSERT ON notes BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER notes_revision_update AFTER UPDATE ON notes BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER notes_revision_delete AFTER DELETE ON notes BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER note_tags_revision_insert AFTER INSERT ON note_tags BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER note_tags_revision_update AFTER UPDATE ON note_tags BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER note_tags_revision_delete AFTER DELETE ON note_tags BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER note_documents_revision_insert AFTER INSERT ON note_documents BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER note_documents_revision_update AFTER UPDATE ON note_documents BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;
CREATE TRIGGER note_documents_revision_delete AFTER DELETE ON note_documents BEGIN
    UPDATE revision SET token = lower(hex(randomblob(16)));
END;

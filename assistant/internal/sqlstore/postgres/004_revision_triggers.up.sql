-- Whoever changes these tables, this program or another by SQL, renews the revision: no remembered answer outlives it.
-- The schema is that of the changed table, whatever search_path the session has and whatever temporary tables there are.
CREATE FUNCTION renew_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('UPDATE %I.revision SET token = pg_catalog.gen_random_uuid()::text', TG_TABLE_SCHEMA);
    RETURN NULL;
END
$$;
CREATE TRIGGER contacts_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON contacts
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER contact_tags_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON contact_tags
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER contact_documents_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON contact_documents
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER notes_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON notes
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER note_tags_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON note_tags
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();
CREATE TRIGGER note_documents_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON note_documents
    FOR EACH STATEMENT EXECUTE FUNCTION renew_revision();

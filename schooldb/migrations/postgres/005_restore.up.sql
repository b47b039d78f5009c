-- The data alone of a dump (pg_dump --data-only) goes into a database whose tables have just been made. The rows that
-- making them has put there are not in its way: which numbers were removed is joined, and a migration that has run in both
-- is noted once.
CREATE FUNCTION ids_restored() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE retired_ids AS t SET greatest = greatest(t.greatest, NEW.greatest), low = greatest(t.low, NEW.low)
    WHERE t.kind = NEW.kind;
    IF FOUND THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER ids_restored BEFORE INSERT ON retired_ids FOR EACH ROW EXECUTE FUNCTION ids_restored();

CREATE FUNCTION migration_restored() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM schooldb_migrations WHERE name = NEW.name AND checksum = NEW.checksum) THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER migration_restored BEFORE INSERT ON schooldb_migrations FOR EACH ROW EXECUTE FUNCTION migration_restored();

-- Names in the functions are those of this schema, temporary tables come last.
DO $$
DECLARE
    home text := (SELECT n.nspname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                  WHERE c.oid = 'grades'::regclass);
BEGIN
    EXECUTE format('ALTER FUNCTION %I.ids_restored() SET search_path = %I, pg_temp', home, home);
    EXECUTE format('ALTER FUNCTION %I.migration_restored() SET search_path = %I, pg_temp', home, home);
END
$$;

DROP TRIGGER migration_restored ON schooldb_migrations;
DROP FUNCTION migration_restored();
DROP TRIGGER ids_restored ON retired_ids;
DROP FUNCTION ids_restored();

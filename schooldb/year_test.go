package schooldb_test

import (
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// A school's year, with the spreadsheet program and the tools for copies that a school has, on both databases.
func TestYear(t *testing.T) {
	consoletest.Need(t, "soffice", "libreoffice-calc-nogui")
	t.Run("SQLite", func(t *testing.T) {
		consoletest.Need(t, "sqlite3", "sqlite3")
		consoletest.Scripts(t, "testdata/year", "SCHOOLDB_DB=year.db", "SECOND=copy.db")
	})
	t.Run("Postgres", func(t *testing.T) {
		consoletest.Need(t, "pg_dump", "postgresql-client")
		server := storagetest.Postgres(t)
		consoletest.Scripts(t, "testdata/year", "SCHOOLDB_DB="+server.Database(t), "SECOND="+server.Database(t))
	})
}

package schooldb_test

import (
	"testing"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/schooldb/internal/command"
)

func TestMain(m *testing.M) {
	consoletest.Main(m, map[string]func(){"schooldb": func() { console.Main(command.New()) }})
}

func TestScripts(t *testing.T) { consoletest.Scripts(t, "testdata/script") }

// Debian's sqlite3 writes the same files.
func TestOtherPrograms(t *testing.T) {
	consoletest.Need(t, "sqlite3", "sqlite3")
	consoletest.Scripts(t, "testdata/sqlite3")
}

func TestReadme(t *testing.T) { consoletest.Session(t, "README.md") }

package storage_test

import (
	"errors"
	"testing"

	"github.com/pythonweb/goweb/storage"
)

// What a person types becomes a DSN; what might be an address becomes no file.
func TestDSN(t *testing.T) {
	for text, want := range map[string]string{
		"a.db":                             "sqlite:a.db",
		"./postgres.db":                    "sqlite:./postgres.db",
		"postgres":                         "sqlite:postgres",
		"/home/me/mysql data/a@b.db":       "sqlite:/home/me/mysql data/a@b.db",
		`C:\data.db`:                       `sqlite:C:\data.db`,
		"year=2026.db":                     "sqlite:year=2026.db",
		"sqlite:a.db":                      "sqlite:a.db",
		"SQLite:/a/b=c@d.db":               "SQLite:/a/b=c@d.db",
		"sqlite:///abs/a.db":               "sqlite:///abs/a.db",
		"sqlite::memory:":                  "sqlite::memory:",
		"postgres://u:p@h/d":               "postgres://u:p@h/d",
		"PostgreSQL://u:p@h/d":             "PostgreSQL://u:p@h/d",
		"  host=h dbname='a b' password=p": "  host=h dbname='a b' password=p",
		"mysql://h/d":                      "",
		"mongodb://h/d":                    "",
		"postgres//h:5432/d":               "",
		`"postgres://u:p@h/d"`:             "",
		"dir/a.db password=p":              "",
		"":                                 "",
	} {
		got, err := storage.DSN(text)
		if got != want || (err != nil) != (want == "") || err != nil && !errors.Is(err, storage.ErrScheme) {
			t.Errorf("%q: %q, %v; want %q", text, got, err, want)
		}
	}
}

func TestRedact(t *testing.T) {
	for dsn, want := range map[string]string{
		"sqlite:a.db":                    "sqlite:a.db",
		"postgres://u:p%40w@h/d":         "postgres://u:xxxxx@h/d",
		"host=h password='p w' dbname=d": "host=h password='xxxxx' dbname=d",
		`host=h password=p\ w dbname=d`:  "host=h password=xxxxx dbname=d",
		"mysql://u:p@h/d":                "an address of an unknown form",
		"postgres://u:p@w@h/d":           "an address that is not valid",
	} {
		if got := storage.Redact(dsn); got != want {
			t.Errorf("%q: %q, want %q", dsn, got, want)
		}
	}
}

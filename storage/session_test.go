package storage_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/storage"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// Whatever a role's defaults are, and however it reaches the server, a session behaves as on a server of our own.
func TestSession(t *testing.T) {
	server := storagetest.Postgres(t)
	database := server.Database(t)
	pooler := storagetest.PgBouncer(t, server)
	for _, setting := range []string{
		"client_encoding = 'WIN1251'", "client_encoding = 'LATIN1'", "standard_conforming_strings = off",
		"DateStyle = 'German, DMY'", "DateStyle = 'SQL, DMY'", "TimeZone = 'Asia/Kathmandu'", "bytea_output = 'escape'",
		"default_transaction_isolation = 'repeatable read'", "default_transaction_isolation = 'serializable'",
		"IntervalStyle = 'sql_standard'", "extra_float_digits = -3", "lc_messages = 'C'",
	} {
		role := server.Role(t, database, "SUPERUSER")
		server.Admin(t, "ALTER ROLE "+userOf(t, role)+" SET "+setting)
		for _, dsn := range []string{role, pooler.Through(t, role)} {
			t.Run(setting, func(t *testing.T) {
				db := open(t, dsn)
				moment := time.Date(2026, 11, 29, 14, 31, 16, 55773000, time.UTC)
				text, bytes := `Ґудзь 'ї' \n 🙂`, []byte{0, 255, '\\', '\''}
				err := db.RunInTx(t.Context(), nil, func(ctx context.Context, tx bun.Tx) error {
					var isolation string
					if err := tx.NewRaw("SHOW transaction_isolation").Scan(ctx, &isolation); err != nil ||
						isolation != "read committed" {
						t.Errorf("isolation %q (%v)", isolation, err)
					}
					var row struct {
						Text   string
						Bytes  []byte
						Moment time.Time
						Local  time.Time
					}
					err := tx.NewRaw("SELECT ?::text AS text, ?::bytea AS bytes, ?::timestamptz AS moment, "+
						"?::timestamptz::timestamp AS local",
						text, bytes, moment, moment).Scan(ctx, &row)
					if row.Text != text || string(row.Bytes) != string(bytes) ||
						!row.Moment.Equal(moment) || !row.Local.Equal(moment) {
						t.Errorf("read back %+v", row)
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// A statement outside a transaction waits for another and then changes the row, instead of failing.
func TestReadCommitted(t *testing.T) {
	server := storagetest.Postgres(t)
	role := server.Role(t, server.Database(t), "SUPERUSER")
	server.Admin(t, "ALTER ROLE "+userOf(t, role)+" SET default_transaction_isolation = 'repeatable read'")
	db := open(t, role)
	execute(t, db, "CREATE TABLE t (x int); INSERT INTO t VALUES (0)")
	failed := make(chan error)
	for range 4 {
		go func() {
			var err error
			for i := 0; i < 50 && err == nil; i++ {
				_, err = db.ExecContext(t.Context(), "UPDATE t SET x = x + 1")
			}
			failed <- err
		}()
	}
	for range 4 {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	var x int
	if err := db.NewRaw("SELECT x FROM t").Scan(t.Context(), &x); err != nil || x != 200 {
		t.Errorf("%d updates (%v), want 200", x, err)
	}
}

// Only UTF-8 holds every text and orders it as SQLite does.
func TestOtherEncodings(t *testing.T) {
	server := storagetest.Postgres(t)
	pooler := storagetest.PgBouncer(t, server)
	for _, encoding := range []string{"WIN1251", "LATIN1", "SQL_ASCII", "EUC_JP"} {
		dsn := server.DatabaseWith(t, "TEMPLATE template0 LOCALE 'C' ENCODING '"+encoding+"'")
		for _, dsn := range []string{
			dsn, pooler.Through(t, dsn), dsn + "&client_encoding=UTF8", dsn + "&client_encoding=" + encoding,
		} {
			_, err := storage.Open(t.Context(), dsn)
			if !errors.Is(err, storage.ErrEncoding) || !strings.Contains(err.Error(), encoding) ||
				!strings.Contains(err.Error(), "UTF-8") ||
				strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: %v", encoding, err)
			}
		}
	}
}

// A schema that is not there is told at once, not by a later statement about some table.
func TestNoSchema(t *testing.T) {
	server := storagetest.Postgres(t)
	_, err := storage.Open(t.Context(), server.Database(t)+"&search_path=nowhere")
	if err == nil || !strings.Contains(err.Error(), "the search_path nowhere has no schema") {
		t.Error(err)
	}
}

// A server that follows another one, and one that is set to read-only, are named as what they are.
func TestReadOnly(t *testing.T) {
	server := storagetest.Postgres(t)
	database := server.Database(t)
	if why := open(t, database).ReadOnly(); why != "" {
		t.Errorf("a server that writes: %s", why)
	}
	role := server.Role(t, database, "")
	server.Admin(t, "ALTER ROLE "+userOf(t, role)+" SET default_transaction_read_only = on")
	if why := open(t, role).ReadOnly(); !strings.Contains(why, "set to read-only") {
		t.Errorf("a role that only reads: %q", why)
	}
	if why := open(t, storagetest.Standby(t, server).Through(t, database)).ReadOnly(); !strings.Contains(why, "standby") {
		t.Errorf("a standby: %q", why)
	}
}

// userOf returns the user of a URL.
func userOf(t *testing.T, dsn string) string {
	t.Helper()
	address, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	return address.User.Username()
}

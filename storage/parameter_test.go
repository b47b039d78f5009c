package storage_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/storage"
	"github.com/pythonweb/goweb/storage/sqldb"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// blobRow is a row of the table blobs.
type blobRow struct {
	bun.BaseModel `bun:"table:blobs"`

	ID   int64      `bun:"id,pk"`
	Data sqldb.Blob `bun:"data"`
}

// Bytes go to every database as they are, also through a pooler, and the text of the statement does not hold them.
func TestBlobsAreParameters(t *testing.T) {
	server := storagetest.Postgres(t)
	dsn := server.Database(t)
	for name, dsn := range map[string]string{
		"SQLite": "sqlite::memory:", "PostgreSQL": dsn, "PgBouncer": storagetest.PgBouncer(t, server).Through(t, dsn),
	} {
		t.Run(name, func(t *testing.T) {
			db, err := storage.Open(t.Context(), dsn)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
			for _, statement := range blobTables(name) {
				if _, err := db.ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			}
			long := bytes.Repeat([]byte("\x00'\\?$1\xff"), 100_000)
			write := func(p *sqldb.Parameters, rows ...*blobRow) error {
				for _, row := range rows {
					row.Data.In = p
				}
				return db.RunInTx(t.Context(), nil, func(ctx context.Context, tx bun.Tx) error {
					return db.ExecWith(ctx, tx, tx.NewInsert().Model(&rows).Returning("NULL"), p)
				})
			}
			var p sqldb.Parameters
			err = write(&p, &blobRow{ID: 1, Data: sqldb.Blob{Data: long}}, &blobRow{ID: 2},
				&blobRow{ID: 3, Data: sqldb.Blob{Data: []byte{}}}, &blobRow{ID: 4, Data: sqldb.Blob{Data: []byte("short")}})
			if err != nil {
				t.Fatal(err)
			}
			if err := write(&p, &blobRow{ID: 5}); !errors.Is(err, sqldb.ErrUsed) {
				t.Errorf("parameters for a second statement: %v", err)
			}
			var rows []blobRow
			if err := db.NewSelect().Model(&rows).Order("id").Scan(t.Context()); err != nil {
				t.Fatal(err)
			}
			want := [][]byte{long, nil, {}, []byte("short")}
			if len(rows) != len(want) {
				t.Fatalf("%d rows, want %d", len(rows), len(want))
			}
			for i, row := range rows {
				if !bytes.Equal(row.Data.Data, want[i]) || row.Data.Data == nil != (want[i] == nil) {
					t.Errorf("row %d: %d bytes, want %d", row.ID, len(row.Data.Data), len(want[i]))
				}
			}
			if name == "SQLite" {
				return
			}
			var length int
			err = db.NewRaw("SELECT max(length) FROM lengths").Scan(t.Context(), &length)
			if err != nil || length == 0 || length > 200 {
				t.Errorf("the statement's text has %d characters (%v), want at most 200", length, err)
			}
		})
	}
}

// blobTables makes the tables; where there is a server, a trigger notes how long the text of a statement is.
func blobTables(name string) []string {
	if name == "SQLite" {
		return []string{"CREATE TABLE blobs (id INTEGER PRIMARY KEY, data BLOB)"}
	}
	return []string{
		"DROP TABLE IF EXISTS blobs, lengths",
		"CREATE TABLE blobs (id BIGINT PRIMARY KEY, data BYTEA)",
		"CREATE TABLE lengths (length INTEGER)",
		"CREATE OR REPLACE FUNCTION note_length() RETURNS trigger LANGUAGE plpgsql AS " +
			"$$BEGIN INSERT INTO lengths VALUES (length(current_query())); RETURN NEW; END$$",
		"CREATE TRIGGER note_length AFTER INSERT ON blobs FOR EACH ROW EXECUTE FUNCTION note_length()",
	}
}

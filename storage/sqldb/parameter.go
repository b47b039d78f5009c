package sqldb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
	"github.com/uptrace/bun/schema"
)

// Parameters are sent to the database unchanged, separately from the text of one statement. Everything else is written
// into the text by bun, where bytes take twice their length and appear in the logs of a server. The zero value is ready
// for one statement; it is not safe for concurrent use.
type Parameters struct{ values []any }

// Blob is the value of a column of bytes. With In set, it is one of those parameters of the statement that writes it,
// which has to be run by [DB.ExecWith]; otherwise it is written into the text.
type Blob struct {
	Data []byte // nil is NULL
	In   *Parameters
}

var _ schema.QueryAppender = Blob{}

// AppendQuery writes b into the text of a statement, or a reference to it.
func (b Blob) AppendQuery(gen schema.QueryGen, text []byte) ([]byte, error) {
	if b.In == nil || b.Data == nil {
		return gen.Dialect().AppendBytes(text, b.Data), nil
	}
	b.In.values = append(b.In.values, b.Data)
	sign := byte('$')
	if gen.Dialect().Name() == dialect.SQLite {
		sign = '?'
	}
	return strconv.AppendInt(append(text, sign), int64(len(b.In.values)), 10), nil
}

// Scan reads b from the database.
func (b *Blob) Scan(value any) error {
	switch value := value.(type) {
	case nil:
		b.Data = nil
	case []byte:
		b.Data = append([]byte{}, value...)
	case string:
		b.Data = []byte(value)
	default:
		return fmt.Errorf("bytes expected, not %T", value)
	}
	return nil
}

// Value returns b for a statement that is not written by bun.
func (b Blob) Value() (driver.Value, error) { return b.Data, nil }

// ErrUsed says that Parameters were used for a second statement.
var ErrUsed = errors.New("the parameters belong to another statement")

// ExecWith runs a statement of bun in a transaction of db. The In of its blobs must be p, which serves this statement
// only.
func (db *DB) ExecWith(ctx context.Context, tx bun.Tx, statement schema.QueryAppender, p *Parameters) error {
	rendered, err := db.Render(statement, p)
	if err != nil {
		return err
	}
	return rendered.Exec(ctx, tx)
}

// Rendered is a statement that is ready to be run: its text, and what goes to the database beside it.
type Rendered struct {
	text      string
	arguments []any
}

// Render is the part of [DB.ExecWith] that needs no connection.
func (db *DB) Render(statement schema.QueryAppender, p *Parameters) (Rendered, error) {
	if len(p.values) > 0 {
		return Rendered{}, ErrUsed
	}
	text, err := statement.AppendQuery(db.QueryGen(), nil)
	if err != nil {
		return Rendered{}, err
	}
	arguments := p.values
	if len(arguments) > 0 && db.mode != nil {
		arguments = append([]any{db.mode}, arguments...)
	}
	return Rendered{string(text), arguments}, nil
}

// Exec runs the statement in a transaction of the DB that rendered it.
func (r Rendered) Exec(ctx context.Context, tx bun.Tx) error {
	_, err := tx.Tx.ExecContext(ctx, r.text, r.arguments...)
	return err
}

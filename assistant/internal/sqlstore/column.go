package sqlstore

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"
)

// document is a value that a column keeps as JSON.
type document[T any] struct{ V T }

// Value implements [driver.Valuer].
func (d document[T]) Value() (driver.Value, error) {
	b, err := json.Marshal(d.V)
	return string(b), err
}

// Scan implements [database/sql.Scanner].
func (d *document[T]) Scan(src any) error {
	switch src := src.(type) {
	case string:
		return json.Unmarshal([]byte(src), &d.V)
	case []byte:
		return json.Unmarshal(src, &d.V)
	}
	return fmt.Errorf("JSON text expected, not %T", src)
}

// moment returns the time that is kept in milliseconds.
func moment(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

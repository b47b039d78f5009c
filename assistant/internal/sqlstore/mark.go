package sqlstore

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/uptrace/bun"
)

// markRow is a row of the table marks.
type markRow struct {
	bun.BaseModel `bun:"table:marks,alias:m"`

	Kind  string `bun:"kind,pk"`
	Name  string `bun:"name,pk"`
	Value string `bun:"value"`
}

// Marks implements [assistant.Store].
func (s *Store) Marks(ctx context.Context, kind string, names ...string) (map[string]string, error) {
	found := make(map[string]string)
	for part := range slices.Chunk(names, perQuery) {
		var rows []markRow
		err := s.db.Reader.NewSelect().Model(&rows).Where("kind = ?", kind).Where("name IN (?)", bun.List(part)).Scan(ctx)
		if err != nil {
			return nil, fmt.Errorf("read marks: %w", err)
		}
		for _, row := range rows {
			found[row.Name] = row.Value
		}
	}
	return found, nil
}

// SetMarks implements [assistant.Store].
func (s *Store) SetMarks(ctx context.Context, kind string, marks map[string]string) error {
	for part := range slices.Chunk(slices.Sorted(maps.Keys(marks)), perQuery) {
		rows := make([]markRow, len(part))
		for i, name := range part {
			rows[i] = markRow{Kind: kind, Name: name, Value: marks[name]}
		}
		_, err := s.db.NewInsert().Model(&rows).On("CONFLICT (kind, name) DO UPDATE").Set("value = excluded.value").Exec(ctx)
		if err != nil {
			return fmt.Errorf("set marks: %w", err)
		}
	}
	return nil
}

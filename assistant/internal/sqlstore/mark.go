package sqlstore

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
)

// markRow is a row of the table marks.
type markRow struct {
	bun.BaseModel `bun:"table:marks,alias:m"`

	Book  int64  `bun:"book,pk"`
	Kind  string `bun:"kind,pk"`
	Name  string `bun:"name,pk"`
	Value string `bun:"value"`
}

// Marks implements [assistant.Store].
func (s *Store) Marks(ctx context.Context, kind string, names ...string) (map[string]string, error) {
	found := make(map[string]string)
	for part := range slices.Chunk(names, perQuery) {
		var rows []markRow
		err := s.db.Reader.NewSelect().Model(&rows).
			Where("book = ?", s.book).Where("kind = ?", kind).Where("name IN (?)", bun.List(part)).
			Scan(ctx)
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
			rows[i] = markRow{Book: s.book, Kind: kind, Name: name, Value: marks[name]}
		}
		if err := putMarks(ctx, s.db, rows); err != nil {
			return fmt.Errorf("set marks: %w", err)
		}
	}
	return nil
}

// putMarks writes marks, replacing those with the same names.
func putMarks(ctx context.Context, db bun.IDB, rows []markRow) error {
	_, err := db.NewInsert().Model(&rows).
		On("CONFLICT (book, kind, name) DO UPDATE").Set("value = excluded.value").
		Exec(ctx)
	return err
}

// TagIntervals implements [assistant.ContactStore].
func (s *Store) TagIntervals(ctx context.Context) (assistant.Intervals, error) {
	var texts []string
	err := s.db.Reader.NewSelect().Model((*markRow)(nil)).Column("value").
		Where("book = ?", s.book).Where("kind = ?", listing.IntervalMark).Scan(ctx, &texts)
	if err != nil {
		return nil, fmt.Errorf("read intervals: %w", err)
	}
	return listing.DecodeIntervals(texts)
}

// SetTagInterval implements [assistant.ContactStore].
func (s *Store) SetTagInterval(ctx context.Context, interval assistant.TagInterval) error {
	name, text, err := listing.EncodeInterval(interval)
	if err != nil {
		return err
	}
	return s.write(ctx, "save an interval", func(ctx context.Context, tx bun.Tx) error {
		if interval.CallEvery == 0 {
			_, err := tx.NewRaw("DELETE FROM marks WHERE book = ? AND kind = ? AND name = ?",
				s.book, listing.IntervalMark, name).Exec(ctx)
			return err
		}
		return putMarks(ctx, tx, []markRow{{Book: s.book, Kind: listing.IntervalMark, Name: name, Value: text}})
	})
}

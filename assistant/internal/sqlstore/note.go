package sqlstore

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
	"github.com/pythonweb/goweb/assistant/search"
)

// SaveNotes implements [assistant.NoteStore]. All notes are written in one transaction.
func (s *Store) SaveNotes(ctx context.Context, list ...*assistant.Note) error {
	err := s.write(ctx, "save notes", func(ctx context.Context, tx bun.Tx) error {
		return notes().save(ctx, tx, list)
	})
	if err == nil {
		for _, n := range list {
			n.Version++
		}
	}
	return err
}

// RestoreNotes implements [assistant.NoteStore].
func (s *Store) RestoreNotes(ctx context.Context, list ...*assistant.Note) error {
	return s.write(ctx, "restore notes", func(ctx context.Context, tx bun.Tx) error {
		return notes().put(ctx, tx, list, 0)
	})
}

// DeleteNote implements [assistant.NoteStore].
func (s *Store) DeleteNote(ctx context.Context, id string, version int64) error {
	return s.write(ctx, "remove note", func(ctx context.Context, tx bun.Tx) error {
		return notes().remove(ctx, tx, id, version)
	})
}

// Notes implements [assistant.NoteStore].
func (s *Store) Notes(ctx context.Context, ids ...string) ([]*assistant.Note, error) {
	list, err := notes().byID(ctx, s.db.Reader, ids)
	if err != nil {
		return nil, fmt.Errorf("read notes: %w", err)
	}
	return list, nil
}

// NotesTitled implements [assistant.NoteStore].
func (s *Store) NotesTitled(ctx context.Context, title string) ([]*assistant.Note, error) {
	folded := search.Fold(title)
	if folded == "" {
		return nil, nil
	}
	list, err := notes().query(ctx, s.db.Reader, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("title_folded = ?", search.LookupKey(title)).Order("heading_key", "id")
	})
	if err != nil {
		return nil, fmt.Errorf("read notes by title: %w", err)
	}
	return slices.DeleteFunc(list, func(n *assistant.Note) bool { return search.Fold(n.Title) != folded }), nil
}

// ListNotes implements [assistant.NoteStore].
func (s *Store) ListNotes(ctx context.Context, q assistant.NoteQuery) (assistant.NotePage, error) {
	order, err := listing.Notes(q.Sort)
	if err != nil {
		return assistant.NotePage{}, err
	}
	list, next, err := notes().list(ctx, s.db.Reader, order, q.Tag, q.After, q.Limit)
	if err != nil {
		return assistant.NotePage{}, fmt.Errorf("list notes: %w", err)
	}
	return assistant.NotePage{Notes: list, Next: next}, nil
}

// NoteTags implements [assistant.NoteStore].
func (s *Store) NoteTags(ctx context.Context) ([]assistant.TagCount, error) {
	counts, err := notes().tagCounts(ctx, s.db.Reader)
	if err != nil {
		return nil, fmt.Errorf("count tags: %w", err)
	}
	return counts, nil
}

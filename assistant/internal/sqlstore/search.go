package sqlstore

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/search"
)

// Search implements [assistant.Store].
func (s *Store) Search(ctx context.Context, q assistant.SearchQuery) (assistant.SearchResult, error) {
	var result assistant.SearchResult
	query := q.Query()
	if query.Empty() {
		return result, nil
	}
	var err error
	result.Contacts, result.TotalContacts, err = contacts().search(ctx, s, query, q.Skip, q.Limit)
	if err == nil {
		result.Notes, result.TotalNotes, err = notes().search(ctx, s, query, q.Skip, q.Limit)
	}
	if err != nil {
		return assistant.SearchResult{}, fmt.Errorf("search: %w", err)
	}
	return result, nil
}

// search asks the database for candidates, verifies and ranks them, and reads those of the page.
func (t table[T, R]) search(ctx context.Context, s *Store, query search.Query, skip, limit int) ([]*T, int, error) {
	q := s.db.Reader.NewSelect().TableExpr("? AS d", bun.Ident(t.documents)).ColumnExpr("d.id, d.document").Where("d.book = ?", s.book)
	rows, err := s.dialect.candidates(q, t.trigrams, query.Words()).Rows(ctx)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	ranking := query.Ranking(skip, limit)
	var id, document string
	for rows.Next() {
		if err := rows.Scan(&id, &document); err != nil {
			return nil, 0, err
		}
		ranking.Add(id, search.Document(document))
	}
	if err := rows.Err(); err != nil {
		return nil, 0, err
	}
	ids, total := ranking.Best()
	found, err := t.byID(ctx, s, ids)
	return found, total, err
}

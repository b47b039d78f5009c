package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/assistant"
)

// cardRow is a row of the table cards.
type cardRow struct {
	bun.BaseModel `bun:"table:cards,alias:c"`

	Book     int64  `bun:"book,pk"`
	Resource string `bun:"resource,pk"`
	ID       string `bun:"id"`
	Version  int64  `bun:"version"`
	Change   int64  `bun:"change"`
	ETag     string `bun:"etag"`
	At       int64  `bun:"at"`
}

func cards(rows []cardRow) []assistant.Card {
	list := make([]assistant.Card, len(rows))
	for i, row := range rows {
		list[i] = assistant.Card{
			Resource: row.Resource, ID: row.ID, Version: row.Version, ETag: row.ETag,
			Changed: moment(row.At), Change: row.Change,
		}
	}
	return list
}

// Cards implements [assistant.CardStore].
func (s *Store) Cards(ctx context.Context, after string, limit int) ([]assistant.Card, error) {
	var rows []cardRow
	err := s.db.Reader.NewSelect().Model(&rows).Where("book = ?", s.book).Where("resource > ?", after).Where("id <> ''").
		Order("resource").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list cards: %w", err)
	}
	return cards(rows), nil
}

// CardsNamed implements [assistant.CardStore].
func (s *Store) CardsNamed(ctx context.Context, resources ...string) ([]assistant.Card, error) {
	var list []assistant.Card
	for part := range slices.Chunk(resources, perQuery) {
		var rows []cardRow
		err := s.db.Reader.NewSelect().Model(&rows).Where("book = ?", s.book).Where("resource IN (?)", bun.List(part)).
			Where("id <> ''").Scan(ctx)
		if err != nil {
			return nil, fmt.Errorf("read cards: %w", err)
		}
		list = append(list, cards(rows)...)
	}
	return list, nil
}

// CardToken implements [assistant.CardStore].
func (s *Store) CardToken(ctx context.Context) (string, error) {
	var row struct {
		Mark    string
		Changes int64
		Last    string
	}
	err := s.db.Reader.NewRaw("SELECT b.mark, b.changes, coalesce(c.mark, '') AS last FROM books b "+
		"LEFT JOIN changes c ON c.book = b.book AND c.change = b.changes WHERE b.book = ?", s.book).Scan(ctx, &row)
	if errors.Is(err, sql.ErrNoRows) {
		return "", s.gone()
	}
	if err != nil {
		return "", fmt.Errorf("read the last change: %w", err)
	}
	return assistant.FormatToken(row.Mark, row.Changes, row.Last), nil
}

// CardChanges implements [assistant.CardStore]. The ETag of a card is the mark of its change.
func (s *Store) CardChanges(ctx context.Context, token string, limit int) (assistant.CardChanges, error) {
	fromStart := token == ""
	if fromStart {
		now, err := s.CardToken(ctx)
		if err != nil {
			return assistant.CardChanges{}, err
		}
		token = now
	}
	book, since, mark, err := assistant.ParseToken(token)
	if err != nil {
		return assistant.CardChanges{}, err
	}
	var known int
	err = s.db.Reader.NewRaw("SELECT count(*) FROM books b LEFT JOIN changes c ON c.book = b.book AND c.change = ? "+
		"WHERE b.book = ? AND b.mark = ? AND coalesce(c.mark, '') = ? AND b.changes >= ?", since, s.book, book, mark, since).
		Scan(ctx, &known)
	if err == nil && known == 0 {
		return assistant.CardChanges{}, assistant.ErrToken
	}
	if fromStart {
		since = 0
	}
	var rows []cardRow
	if err == nil {
		q := s.db.Reader.NewSelect().Model(&rows).
			Where("book = ?", s.book).Where("change > ?", since).Order("change")
		if limit > 0 {
			q = q.Limit(int64(limit) + 1)
		}
		err = q.Scan(ctx)
	}
	if err != nil {
		return assistant.CardChanges{}, fmt.Errorf("read changes: %w", err)
	}
	changes := assistant.CardChanges{Token: token, More: limit > 0 && len(rows) > limit}
	if changes.More {
		rows = rows[:limit]
	}
	changes.Cards = cards(rows)
	if len(rows) > 0 {
		last := rows[len(rows)-1]
		changes.Token = assistant.FormatToken(book, last.Change, last.ETag)
	}
	return changes, nil
}

// forgetChanges deletes what is older than a year: the names of removed cards, and the marks of changes, so that their
// tokens are refused. The last change is kept.
func (s *Store) forgetChanges(ctx context.Context, tx bun.Tx, before int64) error {
	_, err := tx.NewRaw("DELETE FROM cards WHERE book = ? AND id = '' AND at < ?", s.book, before).Exec(ctx)
	if err == nil {
		_, err = tx.NewRaw("DELETE FROM changes WHERE book = ?0 AND at < ?1 AND "+
			"change < (SELECT changes FROM books WHERE book = ?0)", s.book, before).Exec(ctx)
	}
	return err
}

// nameCards refuses a name that another contact's card has. For a contact that was created here it chooses another name
// instead.
func (t table[T, R]) nameCards(ctx context.Context, tx bun.Tx, s *Store, values []*T) error {
	byName := make(map[string][]*T)
	for _, v := range values {
		name := t.card(v)
		if name == nil {
			return nil
		}
		key := *name
		if key == "" {
			key = t.head(v).id + ".vcf"
		}
		byName[key] = append(byName[key], v)
	}
	names := make([]string, 0, len(byName))
	for name := range byName {
		names = append(names, name)
	}
	for part := range slices.Chunk(names, perQuery) {
		var taken []cardRow
		err := tx.NewSelect().Model(&taken).Where("book = ?", s.book).Where("resource IN (?)", bun.List(part)).
			Where("id <> ''").Scan(ctx)
		if err != nil {
			return err
		}
		for _, row := range taken {
			for _, v := range byName[row.Resource] {
				id := t.head(v).id
				if id == row.ID {
					continue
				}
				if *t.card(v) != "" {
					return fmt.Errorf("card %s: %w", row.Resource, assistant.ErrExists)
				}
				*t.card(v) = strings.TrimSuffix(row.Resource, ".vcf") + "-2.vcf"
			}
		}
	}
	return nil
}

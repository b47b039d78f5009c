package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/storage/sqldb"
)

// sessionRow is a row of the table sessions.
type sessionRow struct {
	bun.BaseModel `bun:"table:sessions,alias:s"`

	Token   string `bun:"token,pk"`
	Account int64  `bun:"account"`
	Data    []byte `bun:"data"`
	Expires int64  `bun:"expires"`
}

func (row sessionRow) session() assistant.Session {
	return assistant.Session{Token: row.Token, Account: row.Account, Data: row.Data, Expires: moment(row.Expires)}
}

// SaveSession implements [assistant.AccountStore].
func (s *Store) SaveSession(ctx context.Context, session assistant.Session) error {
	row := &sessionRow{
		Token:   session.Token,
		Account: session.Account,
		Data:    session.Data,
		Expires: session.Expires.UnixMilli(),
	}
	if row.Data == nil {
		row.Data = []byte{}
	}
	_, err := s.db.NewInsert().Model(row).On("CONFLICT (token) DO UPDATE").
		Set("account = excluded.account, data = excluded.data, expires = excluded.expires").Exec(ctx)
	if err != nil {
		return fmt.Errorf("save session: %w", err)
	}
	return nil
}

// Session implements [assistant.AccountStore].
func (s *Store) Session(ctx context.Context, token string) (assistant.Session, error) {
	now := time.Now().UnixMilli()
	sessions := func(m *memory) *map[string]sessionRow { return &m.sessions }
	row, err := recall(ctx, s, sessions, token, func() (row sessionRow, err error) {
		err = s.db.Reader.NewSelect().Model(&row).Where("token = ?", token).Where("expires > ?", now).Scan(ctx)
		return row, err
	})
	if errors.Is(err, sql.ErrNoRows) || err == nil && row.Expires <= now {
		return assistant.Session{}, &assistant.NotFoundError{Kind: assistant.KindSession}
	}
	if err != nil {
		return assistant.Session{}, fmt.Errorf("read session: %w", err)
	}
	row.Data = slices.Clone(row.Data) // the cached one must not be modified
	return row.session(), nil
}

// Sessions implements [assistant.AccountStore].
func (s *Store) Sessions(ctx context.Context, account int64) ([]assistant.Session, error) {
	var rows []sessionRow
	err := s.db.Reader.NewSelect().Model(&rows).Where("account = ?", account).Where("expires > ?", time.Now().UnixMilli()).
		Order("expires DESC", "token").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("read sessions: %w", err)
	}
	list := make([]assistant.Session, len(rows))
	for i, row := range rows {
		list[i] = row.session()
	}
	return list, nil
}

// RemoveSessions implements [assistant.AccountStore].
func (s *Store) RemoveSessions(ctx context.Context, tokens ...string) error {
	q := s.db.NewDelete().Model((*sessionRow)(nil)).Where("expires <= ?", time.Now().UnixMilli())
	if len(tokens) > 0 {
		q = q.WhereOr("token IN (?)", bun.List(tokens))
	}
	if _, err := q.Exec(ctx); err != nil {
		return fmt.Errorf("remove sessions: %w", err)
	}
	return nil
}

// windowStart returns when the current window began, in milliseconds.
func windowStart(window time.Duration) int64 {
	now, length := time.Now().UnixMilli(), max(window.Milliseconds(), 1)
	return now - now%length
}

// CountFailure implements [assistant.AccountStore].
func (s *Store) CountFailure(ctx context.Context, key string, window time.Duration) (int, error) {
	var count int
	err := s.db.NewRaw("INSERT INTO failures AS f (name, since, count) VALUES (?, ?, 1) ON CONFLICT (name) DO UPDATE SET "+
		"count = CASE WHEN f.since = excluded.since THEN f.count + 1 ELSE 1 END, since = excluded.since RETURNING count",
		key, windowStart(window)).Scan(ctx, &count)
	if err != nil {
		return 0, fmt.Errorf("count failure: %w", err)
	}
	return count, nil
}

// Failures implements [assistant.AccountStore].
func (s *Store) Failures(ctx context.Context, key string, window time.Duration) (int, error) {
	var count int
	query := "SELECT count FROM failures WHERE name = ? AND since = ?"
	err := s.db.Reader.NewRaw(query, key, windowStart(window)).Scan(ctx, &count)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("read failures: %w", err)
	}
	return count, nil
}

// ClearFailures implements [assistant.AccountStore]. It also removes those that are a day old or older.
func (s *Store) ClearFailures(ctx context.Context, key string) error {
	dayAgo := time.Now().Add(-24 * time.Hour).UnixMilli()
	_, err := s.db.NewRaw("DELETE FROM failures WHERE name = ? OR since < ?", key, dayAgo).Exec(ctx)
	return err
}

// recordRow is a row of the table records.
type recordRow struct {
	bun.BaseModel `bun:"table:records,alias:r"`

	Account int64  `bun:"account,pk"`
	Kind    string `bun:"kind,pk"`
	Name    string `bun:"name,pk"`
	Value   []byte `bun:"value"`
}

// Records implements [assistant.AccountStore].
func (s *Store) Records(ctx context.Context, account int64, kind string) ([]assistant.Record, error) {
	var rows []recordRow
	q := s.db.Reader.NewSelect().Model(&rows).Where("account = ?", account).Order("kind", "name")
	if kind != "" {
		q = q.Where("kind = ?", kind)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("read records: %w", err)
	}
	list := make([]assistant.Record, len(rows))
	for i, row := range rows {
		list[i] = assistant.Record{Account: account, Kind: row.Kind, Name: row.Name, Value: row.Value}
	}
	return list, nil
}

// SaveRecords implements [assistant.AccountStore].
func (s *Store) SaveRecords(ctx context.Context, records ...assistant.Record) error {
	rows := make([]recordRow, len(records))
	for i, r := range records {
		rows[i] = recordRow{Account: r.Account, Kind: r.Kind, Name: r.Name, Value: append([]byte{}, r.Value...)}
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := s.db.NewInsert().Model(&rows).On("CONFLICT (account, kind, name) DO UPDATE").
		Set("value = excluded.value").Exec(ctx)
	if err != nil {
		return fmt.Errorf("save records: %w", err)
	}
	return nil
}

// RemoveRecord implements [assistant.AccountStore].
func (s *Store) RemoveRecord(ctx context.Context, account int64, kind, name string) error {
	_, err := s.db.NewRaw("DELETE FROM records WHERE account = ? AND kind = ? AND name = ?", account, kind, name).Exec(ctx)
	return err
}

// A memory caches what every request asks for, as long as nothing has been committed to the SQLite file since it was
// read. For PostgreSQL it stays empty.
type memory struct {
	mu        sync.Mutex
	as        sqldb.Generation // of everything in the cache
	sessions  map[string]sessionRow
	revisions map[int64]string
	accounts  map[string]accountRow // by folded name
	programs  map[int64][]appPasswordRow
}

// maxRemembered is how many of each are cached.
const maxRemembered = 1000

// generation asks the file whether something was committed, or returns the earlier answer within the glance of ctx.
func (s *Store) generation(ctx context.Context) sqldb.Generation {
	glance := assistant.GlanceOf(ctx)
	if glance == nil {
		return s.db.Generation(ctx)
	}
	// There is one store for each glance.
	known, _ := glance.Moment(func() any { return s.db.Generation(ctx) }).(sqldb.Generation)
	return known
}

// recall returns what a memory has for a key in one of its maps, or else reads it. What is read is at least as new as
// the generation, which was asked for before.
func recall[K comparable, V any](
	ctx context.Context, s *Store, in func(*memory) *map[K]V, key K, read func() (V, error),
) (V, error) {
	now := s.generation(ctx)
	if !now.Known() {
		return read()
	}
	m := s.memory
	m.mu.Lock()
	if m.as != now {
		m.as, m.sessions, m.revisions = now, map[string]sessionRow{}, map[int64]string{}
		m.accounts, m.programs = map[string]accountRow{}, map[int64][]appPasswordRow{}
	}
	value, ok := (*in(m))[key]
	m.mu.Unlock()
	if ok {
		return value, nil
	}
	value, err := read()
	if err != nil {
		return value, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if kept := *in(m); m.as == now && len(kept) < maxRemembered {
		kept[key] = value
	}
	return value, nil
}

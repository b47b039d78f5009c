package sqlstore

import (
	"context"
	"sync"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/storage/sqldb"
)

// A memory has what every request asks for, as long as nothing was committed to the SQLite file since it was read. In
// front of PostgreSQL it stays empty.
type memory struct {
	mu        sync.Mutex
	as        sqldb.Generation // of all that is remembered
	sessions  map[string]sessionRow
	revisions map[int64]string
}

// maxRemembered is how many sessions, and revisions, are remembered.
const maxRemembered = 1000

// generation asks the file whether something was committed, or what it has said at the glance of ctx.
func (s *Store) generation(ctx context.Context) sqldb.Generation {
	glance := assistant.GlanceOf(ctx)
	if glance == nil {
		return s.db.Generation(ctx)
	}
	// There is one store for each glance.
	known, _ := glance.Moment(func() any { return s.db.Generation(ctx) }).(sqldb.Generation)
	return known
}

// recall returns what a memory has for a key in one of its maps, or reads it. What is read is as new as the generation
// that was asked for before, or newer.
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

package sqlstore

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/storetest"
)

func open(t *testing.T, dsn string) *Store {
	t.Helper()
	s, err := Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSQLite(t *testing.T) {
	storetest.Run(
		t,
		func(t *testing.T) assistant.Store { return open(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db")) },
	)
}

func TestSQLiteInMemory(t *testing.T) {
	storetest.Run(t, func(t *testing.T) assistant.Store { return open(t, "sqlite::memory:") })
}

// TestMemory: what is remembered of a session and a revision ends with any commit, also of another program; at a glance
// it is that of one moment.
func TestMemory(t *testing.T) {
	dsn := "sqlite:" + filepath.Join(t.TempDir(), "book.db")
	s, other := open(t, dsn), open(t, dsn)
	ctx := t.Context()
	session := assistant.Session{Token: "a", Account: 1, Data: []byte("b"), Expires: time.Now().Add(time.Hour)}
	if err := other.SaveSession(ctx, session); err != nil {
		t.Fatal(err)
	}
	revision := func(ctx context.Context) string {
		t.Helper()
		r, err := s.Revision(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for range 2 {
		got, err := s.Session(ctx, "a")
		if err != nil || string(got.Data) != "b" {
			t.Fatalf("%+v, %v", got, err)
		}
		got.Data[0] = 'x' // whoever asks may do so with what is theirs
	}
	glance, first := assistant.WithGlance(ctx), revision(ctx)
	if len(s.memory.sessions) != 1 || revision(glance) != first {
		t.Errorf("%d sessions are remembered, the revision was %s", len(s.memory.sessions), first)
	}
	if err := other.SaveNotes(ctx, &assistant.Note{ID: "n", Text: "чай"}); err != nil {
		t.Fatal(err)
	}
	if revision(glance) != first || revision(ctx) == first {
		t.Error("a glance looks twice, or a change is not seen without one")
	}
	if err := other.RemoveSessions(ctx, "a"); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Session(ctx, "a"); !errors.Is(err, assistant.ErrNotFound) {
		t.Errorf("a session that was removed: %+v, %v", got, err)
	}
	account := assistant.Account{Name: "Олена", Created: time.Now()}
	if err := other.AddAccount(ctx, &account); err != nil {
		t.Fatal(err)
	}
	if err := other.AddAppPassword(ctx, assistant.AppPassword{Account: account.ID, Label: "phone"}); err != nil {
		t.Fatal(err)
	}
	programs := func() int {
		t.Helper()
		known, err := s.AccountNamed(ctx, "олена")
		if err != nil || known.ID != account.ID {
			t.Fatalf("%+v, %v", known, err)
		}
		list, err := s.AppPasswords(ctx, account.ID)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	if n := programs() + programs(); n != 2 || len(s.memory.accounts) != 1 || len(s.memory.programs) != 1 {
		t.Errorf("%d app passwords in two looks, %d accounts are remembered", n, len(s.memory.accounts))
	}
	if err := other.RemoveAppPassword(ctx, account.ID, "phone"); err != nil {
		t.Fatal(err)
	}
	if n := programs(); n != 0 {
		t.Errorf("%d app passwords after the last was revoked elsewhere", n)
	}
	if err := other.SaveSession(ctx, session); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Session(ctx, "a"); err != nil {
		t.Fatal(err)
	}
	row := s.memory.sessions["a"]
	row.Expires = time.Now().UnixMilli() // its hour is over
	s.memory.sessions["a"] = row
	if got, err := s.Session(ctx, "a"); !errors.Is(err, assistant.ErrNotFound) {
		t.Errorf("a session that is remembered, and over: %+v, %v", got, err)
	}
}

package login

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/pythonweb/goweb/assistant"
)

// sessionTime is how long a login lasts.
const sessionTime = 30 * 24 * time.Hour

// accountKey is the key for the account's number in a session.
const accountKey = "account"

// newSessions returns a manager of sessions in the store: all servers of the store share them.
func newSessions(library assistant.Library, base string) *scs.SessionManager {
	// scs.New would start a goroutine that nobody stops, for an in-memory store that nobody uses.
	m := &scs.SessionManager{Store: sessionStore{library}, Codec: lineCodec{}, ErrorFunc: storeFailed}
	m.HashTokenInStore = true // whoever reads the store cannot log in with it
	m.Lifetime = sessionTime
	m.Cookie.Name = "assistant"
	m.Cookie.Path = base + "/"
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Persist = true
	return m
}

// storeFailed answers when a session cannot be read or saved.
func storeFailed(w http.ResponseWriter, _ *http.Request, err error) {
	slog.Error("session", "error", err)
	http.Error(w, "the store does not answer", http.StatusServiceUnavailable)
}

// A sessionStore is the store in the form that scs requires.
type sessionStore struct{ library assistant.Library }

// FindCtx implements scs.CtxStore.
func (s sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	found, err := s.library.Session(ctx, token)
	if errors.Is(err, assistant.ErrNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	line, err := lineOf(found)
	return line, err == nil, err
}

// CommitCtx implements scs.CtxStore.
func (s sessionStore) CommitCtx(ctx context.Context, token string, data []byte, expires time.Time) error {
	_, values, err := lineCodec{}.Decode(data)
	if err != nil {
		return err
	}
	account, _ := values[accountKey].(int64) // 0 before the login
	all, err := kept(data)
	if err != nil {
		return err
	}
	return s.library.SaveSession(ctx, assistant.Session{Token: token, Account: account, Data: all, Expires: expires})
}

// DeleteCtx implements scs.CtxStore.
func (s sessionStore) DeleteCtx(ctx context.Context, token string) error {
	return s.library.RemoveSessions(ctx, token)
}

// Find implements scs.Store.
func (s sessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit implements scs.Store.
func (s sessionStore) Commit(token string, data []byte, expires time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expires)
}

// Delete implements scs.Store.
func (s sessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

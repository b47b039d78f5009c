package login

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/web/problem"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
)

// Programs admits those with an app password. deny answers all others.
func (g *Gate) Programs(next http.Handler, deny func(http.ResponseWriter, *problem.Problem)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isPublic(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		account, label, err := g.program(r)
		if err != nil {
			said := problem.Of(err)
			if said.Status == http.StatusUnauthorized {
				w.Header().Set("WWW-Authenticate", `Basic realm="assistant", charset="UTF-8"`)
			}
			deny(w, said)
			return
		}
		v := *visit.From(r.Context())
		v.Account, v.AccountID, v.Book = account.Name, account.ID, g.book(account)
		ctx := assistant.WithLabel(visit.With(r.Context(), &v), label)
		next.ServeHTTP(w, r.WithContext(assistant.WithVia(ctx, assistant.ViaAPI)))
	})
}

// isPublic reports whether a path of the API needs no password: its description, not its data.
func isPublic(path string) bool {
	name, ok := strings.CutPrefix(path, "/api/v1/")
	return ok && (name == "docs" || name == "openapi.json" || name == "openapi.yaml" ||
		name == "openapi-3.0.json" || name == "openapi-3.0.yaml")
}

// program returns the account of an app password, and the label of the password.
func (g *Gate) program(r *http.Request) (assistant.Account, string, error) {
	ctx := assistant.WithGlance(r.Context())
	unknown := problem.New(
		problem.Unauthorized,
		"an app password is needed",
		"make one in the settings, or with assistant user app-password",
	)
	name, password, ok := r.BasicAuth()
	if !ok || !problem.IsText(name) {
		return assistant.Account{}, "", unknown
	}
	account, err := g.Library.AccountNamed(ctx, name)
	if err != nil && !errors.Is(err, assistant.ErrNotFound) {
		return account, "", err
	}
	key := sha256.Sum256([]byte(name + "\x00" + password))
	list, listErr := []assistant.AppPassword(nil), error(nil)
	if err == nil {
		list, listErr = g.Library.AppPasswords(ctx, account.ID)
	}
	if listErr != nil {
		return account, "", listErr
	}
	if at := slices.IndexFunc(list, func(p assistant.AppPassword) bool { return p.Hash == g.remembered(key) }); at >= 0 {
		return account, list[at].Label, g.used(ctx, list[at])
	}
	hashes := []string{nobody()} // a name without app passwords takes as long as one that has one
	if len(list) > 0 {
		hashes = hashes[:0]
	}
	for _, p := range list {
		hashes = append(hashes, p.Hash)
	}
	matched, err := g.try(r, name, password, hashes...)
	at := slices.IndexFunc(list, func(p assistant.AppPassword) bool { return p.Hash == matched })
	if err != nil || at < 0 {
		return account, "", cmp.Or(err, error(unknown))
	}
	g.remember(key, matched)
	return account, list[at].Label, g.used(ctx, list[at])
}

// used records that an app password was used, at most once an hour.
func (g *Gate) used(ctx context.Context, p assistant.AppPassword) error {
	if now := time.Now(); now.Sub(p.Used) > time.Hour {
		return g.Library.UseAppPassword(ctx, p.Account, p.Label, now)
	}
	return nil
}

// remembered returns the hash that a password has recently matched.
func (g *Gate) remembered(key [32]byte) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if v := g.verified[key]; time.Now().Before(v.until) {
		return v.hash
	}
	return "none"
}

func (g *Gate) remember(key [32]byte, hash string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.verified) >= maxVerified {
		clear(g.verified)
	}
	g.verified[key] = verified{hash, time.Now().Add(verifiedTime)}
}

package login

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/passkey"
	"github.com/pythonweb/goweb/assistant/internal/web/problem"
)

// passkeyRecord is the kind of the records that hold passkeys, named by their ids in base64url.
const passkeyRecord = "passkey"

// maxPasskeys is how many passkeys an account may have.
const maxPasskeys = 20

// A challenge is kept in the session, so that any server of the store can check the answer: for a person who is not
// logged in yet, no longer than challengeTime.
const (
	challengeKey  = "challenge"
	challengeTime = 5 * time.Minute
)

// party returns the site, as the browser knows it.
func (g *Gate) party(r *http.Request) passkey.Party {
	origin := g.Origin
	if origin == "" {
		origin = "http://" + r.Host
		if g.Secure {
			origin = "https://" + r.Host
		}
	}
	p := passkey.Party{Origin: origin, Verified: true}
	if parsed, err := url.Parse(origin); err == nil {
		p.ID = parsed.Hostname()
	}
	return p
}

// Challenge creates a challenge for the browser that asks, and returns it with the host for which the passkey is valid.
func (g *Gate) Challenge(r *http.Request) (challenge, host string) {
	ctx := r.Context()
	challenge = passkey.NewChallenge()
	g.sessions.Put(ctx, challengeKey, challenge)
	if g.sessions.Get(ctx, accountKey) == nil {
		g.sessions.SetDeadline(ctx, time.Now().Add(challengeTime))
	}
	return challenge, g.party(r).ID
}

// Passkeys returns the passkeys of an account.
func (g *Gate) Passkeys(ctx context.Context, account int64) ([]passkey.Credential, error) {
	records, err := g.Library.Records(ctx, account, passkeyRecord)
	if err != nil {
		return nil, err
	}
	list := make([]passkey.Credential, len(records))
	for i, r := range records {
		if err := json.Unmarshal(r.Value, &list[i]); err != nil {
			return nil, fmt.Errorf("read a passkey: %w", err)
		}
	}
	return list, nil
}

func (g *Gate) savePasskey(ctx context.Context, account int64, c *passkey.Credential) error {
	value, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return g.Library.SaveRecords(ctx, assistant.Record{
		Account: account, Kind: passkeyRecord, Name: base64.RawURLEncoding.EncodeToString(c.ID), Value: value,
	})
}

// AddPasskey saves the credential that a browser has created in answer to the last challenge. Errors:
// [assistant.FieldError], [problem.Problem].
func (g *Gate) AddPasskey(r *http.Request, account int64, name string, n passkey.New) error {
	ctx := r.Context()
	challenge := g.sessions.PopString(ctx, challengeKey)
	name = strings.TrimSpace(name)
	if err := assistant.CheckLabel(name); err != nil {
		return err
	}
	c, err := g.party(r).Register(challenge, n)
	if err != nil {
		return refused()
	}
	switch _, _, err := g.passkeyWithID(ctx, c.ID); {
	case err == nil: // level 3, section 7.1: ids are unique, or one passkey would prevent the login with the other
		return refused()
	case !errors.Is(err, passkey.ErrWrong):
		return err
	}
	have, err := g.Passkeys(ctx, account)
	if err != nil {
		return err
	}
	if len(have) >= maxPasskeys {
		return problem.New(problem.Invalid, "there are already twenty passkeys", "remove one first")
	}
	c.Name, c.Created = name, time.Now().UTC().Truncate(time.Millisecond)
	return g.savePasskey(ctx, account, c)
}

// RemovePasskey removes a passkey: nobody can log in with it any more. That it does not exist is not an error.
func (g *Gate) RemovePasskey(ctx context.Context, account int64, id string) error {
	return g.Library.RemoveRecord(ctx, account, passkeyRecord, id)
}

// LoginByPasskey begins a session for whoever has answered the last challenge with a passkey. Error: [problem.Problem].
func (g *Gate) LoginByPasskey(r *http.Request, id []byte, l passkey.Login) error {
	ctx := r.Context()
	challenge := g.sessions.PopString(ctx, challengeKey)
	if err := g.guessedFrom(r); err != nil {
		return err
	}
	account, c, err := g.passkeyWithID(ctx, id)
	if err == nil {
		c.Count, err = g.party(r).Verify(c, challenge, l)
	}
	if errors.Is(err, passkey.ErrWrong) {
		if _, err := g.Library.CountFailure(ctx, "addr:"+g.client(r), window); err != nil {
			return err
		}
		return refused()
	}
	if err != nil {
		return err
	}
	c.Used = time.Now().UTC().Truncate(time.Millisecond)
	if err := g.savePasskey(ctx, account.ID, c); err != nil {
		return err
	}
	return g.begin(ctx, account)
}

// passkeyWithID finds a passkey among those of all accounts: the browser does not say whose it is. Error:
// [passkey.ErrWrong].
func (g *Gate) passkeyWithID(ctx context.Context, id []byte) (assistant.Account, *passkey.Credential, error) {
	accounts, err := g.Library.Accounts(ctx)
	if err != nil {
		return assistant.Account{}, nil, err
	}
	for _, account := range accounts {
		list, err := g.Passkeys(ctx, account.ID)
		if err != nil {
			return assistant.Account{}, nil, err
		}
		for _, c := range list {
			if len(id) > 0 && string(c.ID) == string(id) {
				return account, &c, nil
			}
		}
	}
	return assistant.Account{}, nil, fmt.Errorf("%w: there is none of this id", passkey.ErrWrong)
}

// refused returns the error shown for a passkey that proves nothing.
func refused() error {
	return problem.New(problem.Unauthorized, "the passkey was not accepted", "try again, or log in with the password")
}

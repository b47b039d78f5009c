package page

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/passkey"
	"github.com/pythonweb/goweb/assistant/internal/secret"
	"github.com/pythonweb/goweb/assistant/internal/web/problem"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
	"github.com/pythonweb/goweb/assistant/internal/webhook"
)

// A loginForm is what was typed, and what is wrong with it.
type loginForm struct {
	Action, Name, Next, Token, Wrong, Hint string
}

func (p *pages) loginForm(w http.ResponseWriter, r *http.Request) error {
	return p.show(w, r, frame{Title: "Log in"}, own("login", loginForm{Action: "/login", Next: r.URL.Query().Get("next")}))
}

func (p *pages) login(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	form := loginForm{Action: "/login", Name: r.PostForm.Get("name"), Next: r.PostForm.Get("next")}
	return p.loggedIn(w, r, form, p.Gate.Login(r, form.Name, r.PostForm.Get("password")))
}

// loggedIn redirects whoever has logged in, and shows the form again to everybody else.
func (p *pages) loggedIn(w http.ResponseWriter, r *http.Request, form loginForm, err error) error {
	if err == nil {
		return p.back(w, r, form.Next)
	}
	said := problem.Of(err)
	if said.Status >= http.StatusInternalServerError {
		return err
	}
	form.Wrong, form.Hint = said.Detail, said.Hint
	return p.show(w, r, frame{Title: "Log in", Status: said.Status}, own("login", form))
}

// back redirects to a page of the program, never to another site.
func (p *pages) back(w http.ResponseWriter, r *http.Request, next string) error {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n") {
		next = "/"
	}
	return p.to(w, r, strings.TrimPrefix(next, p.Base))
}

func (p *pages) logout(w http.ResponseWriter, r *http.Request) error {
	if err := p.Gate.Logout(r.Context()); err != nil {
		return err
	}
	http.Redirect(w, r, p.Base+"/login", http.StatusSeeOther)
	return nil
}

func (p *pages) setUpForm(w http.ResponseWriter, r *http.Request) error {
	token := r.URL.Query().Get("token")
	if !p.Gate.CanSetUp(token) {
		return problem.New(problem.Forbidden, "This link has been used, or is not valid.", "")
	}
	return p.show(w, r, frame{Title: "Set the owner's password"}, own("login", loginForm{Action: "/setup", Token: token}))
}

func (p *pages) setUp(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	form := loginForm{Action: "/setup", Name: strings.TrimSpace(r.PostForm.Get("name")), Token: r.PostForm.Get("token")}
	err := p.Gate.SetUp(r.Context(), form.Token, form.Name, r.PostForm.Get("password"))
	var wrong *assistant.FieldError
	if errors.As(err, &wrong) {
		form.Wrong, form.Hint = wrong.Problem, wrong.Hint
		return p.show(
			w,
			r,
			frame{Title: "Set the owner's password", Status: http.StatusUnprocessableEntity},
			own("login", form),
		)
	}
	if err != nil {
		return err
	}
	return p.to(w, r, "/")
}

// access is what the page about access to one's account shows.
type access struct {
	Passwords []assistant.AppPassword
	Sessions  []assistant.Session
	Passkeys  []passkey.Credential
	New       string // a new app password, shown only once
	Wrong     string
}

func (p *pages) access(w http.ResponseWriter, r *http.Request, a access, status int) error {
	id := visit.From(r.Context()).AccountID
	var err error
	if a.Passwords, err = p.Gate.Library.AppPasswords(r.Context(), id); err != nil {
		return err
	}
	if a.Sessions, err = p.Gate.Library.Sessions(r.Context(), id); err != nil {
		return err
	}
	if a.Passkeys, err = p.Gate.Passkeys(r.Context(), id); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.show(w, r, frame{Title: "Passwords and passkeys", Status: status}, own("access", a))
}

func (p *pages) showAccess(w http.ResponseWriter, r *http.Request) error {
	return p.access(w, r, access{}, 0)
}

func (p *pages) addAppPassword(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	label, password := strings.TrimSpace(r.PostForm.Get("name")), secret.NewAppPassword()
	err := assistant.CheckLabel(label)
	if err == nil {
		err = p.Gate.Library.AddAppPassword(r.Context(), assistant.AppPassword{
			Account: visit.From(r.Context()).AccountID, Label: label, Hash: secret.Hash(password), Created: time.Now().UTC(),
		})
	}
	var wrong *assistant.FieldError
	switch {
	case errors.As(err, &wrong):
		return p.access(w, r, access{Wrong: wrong.Problem}, http.StatusUnprocessableEntity)
	case errors.Is(err, assistant.ErrExists):
		return p.access(w, r, access{Wrong: "the label is taken already"}, http.StatusConflict)
	case err != nil:
		return err
	}
	return p.access(w, r, access{New: password}, 0)
}

func (p *pages) revokeAppPassword(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	account := visit.From(r.Context()).AccountID
	if err := p.Gate.Library.RemoveAppPassword(r.Context(), account, r.PostForm.Get("name")); err != nil {
		return err
	}
	return p.to(w, r, "/access")
}

// endSessions ends the session of the account that the form names, or all of them, including this one.
func (p *pages) endSessions(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	one := r.PostForm.Get("session")
	list, err := p.Gate.Library.Sessions(r.Context(), visit.From(r.Context()).AccountID)
	if err != nil {
		return err
	}
	var tokens []string
	for _, s := range list {
		if one == "" || s.Token == one {
			tokens = append(tokens, s.Token)
		}
	}
	if err := p.Gate.Library.RemoveSessions(r.Context(), tokens...); err != nil {
		return err
	}
	if one != "" {
		return p.to(w, r, "/access")
	}
	return p.logout(w, r)
}

// hooksPage shows what is notified of changes, and whether that works.
type hooksPage struct {
	Hooks  []webhook.Hook
	States map[string]webhook.State
	New    *webhook.Hook // the one whose secret is shown now, only once
	URL    string        // as it was typed
	Wrong  *assistant.FieldError
}

func (p *pages) showHooks(w http.ResponseWriter, r *http.Request) error {
	return p.hooks(w, r, hooksPage{}, 0)
}

func (p *pages) hooks(w http.ResponseWriter, r *http.Request, page hooksPage, status int) error {
	ctx, account := r.Context(), visit.From(r.Context()).AccountID
	var err error
	if page.Hooks, err = webhook.Hooks(ctx, p.Gate.Library, account); err != nil {
		return err
	}
	if page.States, err = webhook.States(ctx, p.Gate.Library, account); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.show(w, r, frame{Title: "Webhooks", Status: status}, own("webhooks", page))
}

func (p *pages) addHook(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	page := hooksPage{URL: r.PostForm.Get("url")}
	var err error
	page.New, err = webhook.Add(r.Context(), p.Gate.Library, visit.From(r.Context()).AccountID, page.URL, time.Now())
	if errors.As(err, &page.Wrong) {
		return p.hooks(w, r, page, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	page.URL = ""
	return p.hooks(w, r, page, 0)
}

func (p *pages) removeHook(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	if err := webhook.Remove(
		r.Context(), p.Gate.Library, visit.From(r.Context()).AccountID, r.PostForm.Get("id"),
	); err != nil {
		return err
	}
	return p.to(w, r, "/webhooks")
}

// A challenge is what a browser needs to create or use a passkey.
type challenge struct {
	Challenge  string   `json:"challenge"`
	Host       string   `json:"host"`
	User       string   `json:"user,omitempty"`
	UserID     string   `json:"user_id,omitempty"`
	Algorithms []int    `json:"algorithms,omitempty"`
	Known      []string `json:"known,omitempty"` // the ids of existing passkeys: an authenticator has one per site
}

// challenge answers with a challenge, for somebody who is logged in or wants to be.
func (p *pages) challenge(w http.ResponseWriter, r *http.Request) error {
	v := visit.From(r.Context())
	var c challenge
	c.Challenge, c.Host = p.Gate.Challenge(r)
	if v.Book != nil {
		id := sha256.Sum256([]byte("account " + strconv.FormatInt(v.AccountID, 10)))
		c.User, c.UserID = v.Account, base64.RawURLEncoding.EncodeToString(id[:])
		c.Algorithms = []int{passkey.ES256, passkey.RS256}
		have, err := p.Gate.Passkeys(r.Context(), v.AccountID)
		if err != nil {
			return err
		}
		for _, each := range have {
			c.Known = append(c.Known, base64.RawURLEncoding.EncodeToString(each.ID))
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(c) // fails only if the client has gone
	return nil
}

// formBytes returns the bytes of a field in base64url, or nil if it is not valid, which proves nothing.
func formBytes(r *http.Request, name string) []byte {
	b, err := base64.RawURLEncoding.DecodeString(r.PostForm.Get(name))
	if err != nil {
		return nil
	}
	return b
}

func (p *pages) loginByPasskey(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	form := loginForm{Action: "/login", Next: r.PostForm.Get("next")}
	return p.loggedIn(w, r, form, p.Gate.LoginByPasskey(r, formBytes(r, "id"), passkey.Login{
		ClientData: formBytes(r, "client_data"), AuthenticatorData: formBytes(r, "authenticator_data"),
		Signature: formBytes(r, "signature"),
	}))
}

func (p *pages) addPasskey(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	err := p.Gate.AddPasskey(r, visit.From(r.Context()).AccountID, r.PostForm.Get("name"), passkey.New{
		ClientData: formBytes(r, "client_data"), AuthenticatorData: formBytes(r, "authenticator_data"),
		Key: formBytes(r, "key"),
	})
	var wrong *assistant.FieldError
	var said *problem.Problem
	switch {
	case errors.As(err, &wrong):
		return p.access(w, r, access{Wrong: wrong.Problem}, http.StatusUnprocessableEntity)
	case errors.As(err, &said):
		return p.access(w, r, access{Wrong: said.Detail}, http.StatusUnprocessableEntity)
	case err != nil:
		return err
	}
	return p.to(w, r, "/access")
}

func (p *pages) removePasskey(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	err := p.Gate.RemovePasskey(r.Context(), visit.From(r.Context()).AccountID, r.PostForm.Get("id"))
	if err != nil {
		return err
	}
	return p.to(w, r, "/access")
}

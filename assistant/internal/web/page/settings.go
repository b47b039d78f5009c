package page

import (
	"net/http"
	"slices"

	"github.com/pythonweb/goweb/assistant/internal/catalog"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
)

// The cookies of the switches; they hold no secret.
const (
	langCookie  = "lang"
	themeCookie = "theme"
)

// theme is the one that the person has chosen, "" for that of the system.
func theme(r *http.Request) string {
	if cookie, err := r.Cookie(themeCookie); err == nil && slices.Contains([]string{"light", "dark"}, cookie.Value) {
		return cookie.Value
	}
	return ""
}

// Language is the one that the person has chosen, or else the one that the browser asks for.
func Language(r *http.Request) catalog.Language {
	if cookie, err := r.Cookie(langCookie); err == nil && slices.Contains(catalog.Names(), cookie.Value) {
		return catalog.New(cookie.Value)
	}
	return catalog.Accepted(r.Header.Get("Accept-Language"))
}

func (p *pages) settings(w http.ResponseWriter, r *http.Request) error {
	return p.show(w, r, frame{Title: "Settings"}, own("settings", map[string]string{
		"Lang": visit.From(r.Context()).Lang.Name(), "Theme": theme(r), "Account": visit.From(r.Context()).Account,
	}))
}

// saveSettings changes the switches that the form names, and leads back.
func (p *pages) saveSettings(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	for name, values := range map[string][]string{langCookie: catalog.Names(), themeCookie: {"light", "dark", ""}} {
		if !r.PostForm.Has(name) || !slices.Contains(values, r.PostForm.Get(name)) {
			continue
		}
		cookie := &http.Cookie{
			Name: name, Value: r.PostForm.Get(name), Path: p.Base + "/", MaxAge: 365 * 24 * 3600, HttpOnly: true,
			SameSite: http.SameSiteLaxMode, Secure: visit.From(r.Context()).Secure,
		}
		if cookie.Value == "" {
			cookie.MaxAge = -1
		}
		http.SetCookie(w, cookie)
	}
	next := r.PostForm.Get("next")
	if next == "" {
		next = p.Base + "/settings"
	}
	return p.back(w, r, next)
}

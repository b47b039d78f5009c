// Package page is the assistant for people in a browser. Every function works without JavaScript, by a link or a form.
// What is shown is what package view shows in a terminal, inside a frame.
package page

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/view"
	"github.com/pythonweb/goweb/assistant/internal/web/login"
	"github.com/pythonweb/goweb/assistant/internal/web/markdown"
	"github.com/pythonweb/goweb/assistant/internal/web/problem"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
	"github.com/pythonweb/goweb/console"
)

//go:embed html/*.html
var files embed.FS

// templates are parsed when the first page is shown.
var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").ParseFS(files, "html/*.html"))
})

// Options say what the pages know about the program.
type Options struct {
	Base     string          // the path under which the program is served
	Commands []console.Entry // of the console, for the page that lists commands
	Gate     *login.Gate     // lets people in
	Books    assistant.BookStore
}

// pages is what all handlers share.
type pages struct {
	Options
	markdown *markdown.Renderer
	build    string // identifies the program that makes the pages
	links    *links
}

// shown is the data of a template.
type shown struct {
	view.HTML
	Data any
}

// Of returns the data for showing one of several things.
func (s shown) Of(data any) shown { return shown{s.HTML, data} }

// Base64 returns the id of a passkey in the form used in forms.
func (s shown) Base64(id []byte) string { return base64.RawURLEncoding.EncodeToString(id) }

// A field is one line of a form.
type field struct {
	Name, Label, Value, Type, List string
	Required                       bool
	Wrong                          *assistant.FieldError
}

// Field returns the data for one line of a form, with what is wrong with it, or nil if nothing is.
func (s shown) Field(name, label, value string, wrong *assistant.FieldError) shown {
	return s.Of(field{Name: name, Label: label, Value: value, Wrong: wrong, Required: name == "name"})
}

// part is a part of a page.
type part func(view.HTML) error

// own returns a part that a template of this package shows.
func own(name string, data any) part {
	return func(v view.HTML) error { return templates().ExecuteTemplate(v.Out, name, shown{v, data}) }
}

// frame is what surrounds the parts of a page.
type frame struct {
	Title   string // in English, or a name that a user chose
	Status  int    // 0 means 200
	Search  string // what is in the search field
	Account string
	Book    string // the address book; "" for the first one
	Theme   string // "", "light" or "dark"
	Here    string // the address of the page, for the switches of language and theme
	Version string
	Body    template.HTML
}

// view returns the view of a request.
func (p *pages) view(r *http.Request) view.HTML {
	v := visit.From(r.Context())
	base := p.Base + v.Shelf
	shown := view.HTML{Base: base, Lang: v.Lang, ReadOnly: v.ReadOnly}
	shown.Markdown = func(text string) template.HTML { return p.markdown.HTML(base, text) }
	if v.Book != nil {
		shown.Location = v.Book.Location
	}
	return shown
}

// show answers with a page. The page is complete before the first byte is sent.
func (p *pages) show(w http.ResponseWriter, r *http.Request, f frame, parts ...part) error {
	var body, whole bytes.Buffer
	v := p.view(r)
	v.Out = &body
	for _, each := range parts {
		if err := each(v); err != nil {
			return err
		}
	}
	f.Body = template.HTML(body.String())
	f.Account, f.Book = visit.From(r.Context()).Account, visit.From(r.Context()).BookName
	f.Theme, f.Version = theme(r), console.Version()
	if f.Here = r.URL.RequestURI(); r.Method != http.MethodGet {
		f.Here = "/"
	}
	v.Out = &whole
	if err := templates().ExecuteTemplate(&whole, "frame", shown{v, f}); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if f.Status != 0 {
		w.WriteHeader(f.Status)
	}
	_, _ = w.Write(whole.Bytes()) // fails only if the client has gone
	return nil
}

// handler answers a request, or returns an error.
type handler func(w http.ResponseWriter, r *http.Request) error

func (p *pages) handle(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if p.unchanged(w, r) {
			return
		}
		if err := h(w, r); err != nil {
			p.respondError(w, r, err)
		}
	})
}

// maxBody is the maximum size of a form, including a file.
const maxBody = 32 << 20

// respondError answers with what [problem.Of] makes of an error.
func (p *pages) respondError(w http.ResponseWriter, r *http.Request, err error) {
	said := problem.Of(err)
	if said.Status >= http.StatusInternalServerError {
		slog.Error("page", "error", err)
	}
	w.Header().Del("ETag")
	v := visit.From(r.Context())
	f := frame{Title: http.StatusText(said.Status), Status: said.Status}
	detail := v.Lang.Text(said.Detail)
	if len(said.Fields) == 1 {
		detail = v.Lang.Text(said.Fields[0].Field) + ": " + view.Wrong(v.Lang, said.Fields[0])
	}
	parts := []part{own("problem", struct{ Detail, Hint string }{detail, v.Lang.Text(said.Hint)})}
	if missing := (*assistant.NotFoundError)(nil); errors.As(err, &missing) {
		if back := inTrash(r, missing); back != nil {
			f.Title, parts = "In the trash", []part{back}
		}
	}
	if shownErr := p.show(w, r, f, parts...); shownErr != nil {
		slog.Error("page", "error", shownErr)
		http.Error(w, said.Detail, said.Status)
	}
}

// to redirects to another page of the program, in the same address book.
func (p *pages) to(w http.ResponseWriter, r *http.Request, path string) error {
	http.Redirect(w, r, p.Base+visit.From(r.Context()).Shelf+path, http.StatusSeeOther)
	return nil
}

// contact returns the contact whose id is in the path.
func contact(r *http.Request) (*assistant.Contact, error) {
	return visit.From(r.Context()).Book.ContactWithID(r.Context(), r.PathValue("id"))
}

// note returns the note whose id is in the path.
func note(r *http.Request) (*assistant.Note, error) {
	return visit.From(r.Context()).Book.NoteWithID(r.Context(), r.PathValue("id"))
}

// all iterates over a list that has been read.
func all[T any](list []*T) func(func(*T, error) bool) {
	return func(yield func(*T, error) bool) {
		for _, each := range list {
			if !yield(each, nil) {
				return
			}
		}
	}
}

// build identifies the program: by its version, or if it has none, by this run.
func build() string {
	if version := console.Version(); version != "devel" {
		return version
	}
	return rand.Text()
}

// unchanged answers 304 to a browser that has the page exactly as it would be now. What a page depends on is the
// revision of the address book, the account, the day, the language and the theme; pages about passwords and sessions
// depend on more.
func (p *pages) unchanged(w http.ResponseWriter, r *http.Request) bool {
	v := visit.From(r.Context())
	path := r.URL.Path
	if r.Method != http.MethodGet || v.Book == nil || path == "/access" || path == "/webhooks" || path == "/books" ||
		path == "/login" || path == "/setup" {
		return false
	}
	revision, err := v.Book.Store.Revision(r.Context())
	if err != nil || revision == "" {
		return false // the page itself shows the error
	}
	// None of these except the last, the address, contains a zero byte.
	depends := append(make([]byte, 0, 256), revision...)
	depends = append(strconv.AppendInt(append(depends, 0), v.AccountID, 10), 0)
	for _, each := range []string{
		v.Shelf, strconv.FormatBool(v.ReadOnly), v.Book.Today().String(), v.Lang.Name(), theme(r), p.build,
	} {
		depends = append(append(depends, each...), 0)
	}
	sum := sha256.Sum256(append(depends, r.URL.RequestURI()...))
	tag := `W/"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
	w.Header().Set("ETag", tag)
	w.Header().Add("Vary", "Accept-Language, Cookie")
	for each := range strings.SplitSeq(r.Header.Get("If-None-Match"), ",") {
		if strings.TrimSpace(each) == tag {
			w.WriteHeader(http.StatusNotModified)
			return true
		}
	}
	return false
}

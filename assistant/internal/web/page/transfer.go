package page

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/exchange"
	"github.com/pythonweb/goweb/assistant/internal/web/problem"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
)

func (p *pages) importForm(w http.ResponseWriter, r *http.Request) error {
	return p.show(w, r, frame{Title: "Import"}, own("import-form", nil))
}

// An importPage shows what an import did, or would do.
type importPage struct {
	assistant.ImportSummary
	Told  []string
	Cards string // in base64, for the button that imports them; "" when they have been imported
}

// maxTold is how many cards are listed.
const maxTold = 100

// importCards first shows what an import would do, with a button that does it.
func (p *pages) importCards(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	book := *visit.From(r.Context()).Book
	page, title := importPage{}, "Imported"
	cards, err := base64.StdEncoding.DecodeString(r.PostForm.Get("cards"))
	if err != nil {
		return problem.New(problem.BadRequest, "the form cannot be read", "")
	}
	if len(cards) == 0 {
		if cards, err = upload(r, "file"); err != nil {
			return err
		}
		if len(cards) == 0 {
			return p.show(
				w,
				r,
				frame{Title: "Import", Status: http.StatusUnprocessableEntity},
				own("import-form", "choose a file first"),
			)
		}
		book.Store = preview{book.Store}
		page.Cards, title = base64.StdEncoding.EncodeToString(cards), "What would be imported"
	}
	ctx := assistant.WithLabel(r.Context(), assistant.NewImportLabel("web"))
	page.ImportSummary, err = book.ImportVCards(ctx, bytes.NewReader(cards), "file", func(told error) {
		if len(page.Told) < maxTold {
			page.Told = append(page.Told, told.Error())
		}
	})
	if err != nil {
		return err
	}
	return p.show(w, r, frame{Title: title}, own("imported", page))
}

// A preview is a store in which nothing is saved.
type preview struct{ assistant.Store }

// SaveContacts does nothing.
func (preview) SaveContacts(_ context.Context, contacts ...*assistant.Contact) error {
	for _, c := range contacts {
		c.Version++
	}
	return nil
}

// SetMarks does nothing.
func (preview) SetMarks(context.Context, string, map[string]string) error { return nil }

func (p *pages) exportPage(w http.ResponseWriter, r *http.Request) error {
	return p.show(w, r, frame{Title: "Export"}, own("export", nil))
}

func (p *pages) exportCards(w http.ResponseWriter, r *http.Request) error {
	return download(w, "contacts.vcf", "text/vcard; charset=utf-8", func(w io.Writer) error {
		_, err := visit.From(r.Context()).Book.ExportVCards(r.Context(), w)
		return err
	})
}

// exportTable writes the contacts as CSV. No cell can act as a formula.
func (p *pages) exportTable(w http.ResponseWriter, r *http.Request) error {
	return download(w, "contacts.csv", "text/csv; charset=utf-8", func(w io.Writer) error {
		_, err := exchange.WriteCSV(w, visit.From(r.Context()).Book.AllContacts(r.Context(), assistant.ContactQuery{}))
		return err
	})
}

// exportJSON writes all contacts and notes, as lists of the objects that --json prints.
func (p *pages) exportJSON(w http.ResponseWriter, r *http.Request) error {
	book := visit.From(r.Context()).Book
	return download(w, "assistant.json", "application/json", func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		between := `{"contacts":[`
		for c, err := range book.AllContacts(r.Context(), assistant.ContactQuery{}) {
			if err != nil {
				return err
			}
			if _, err := io.WriteString(w, between); err != nil {
				return err
			}
			if err := encoder.Encode(c); err != nil {
				return err
			}
			between = ","
		}
		between = strings.TrimPrefix(between, ",") + `],"notes":[`
		for n, err := range book.AllNotes(r.Context(), assistant.NoteQuery{}) {
			if err != nil {
				return err
			}
			if _, err := io.WriteString(w, between); err != nil {
				return err
			}
			if err := encoder.Encode(n); err != nil {
				return err
			}
			between = ","
		}
		_, err := io.WriteString(w, strings.TrimPrefix(between, ",")+"]}\n")
		return err
	})
}

// download sends a file. An error before the first byte is returned; after it the connection is cut, so that the
// browser does not take half a file for a complete one.
func download(w http.ResponseWriter, name, kind string, write func(io.Writer) error) error {
	out := &begun{w: w}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	err := write(out)
	if err != nil && out.n > 0 {
		panic(http.ErrAbortHandler)
	}
	if err != nil {
		w.Header().Del("Content-Disposition")
	}
	return err
}

// begun records whether anything has been written.
type begun struct {
	w io.Writer
	n int
}

func (b *begun) Write(p []byte) (int, error) {
	n, err := b.w.Write(p)
	b.n += n
	return n, err
}

// selection applies an action to the selected contacts.
func (p *pages) selection(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	book, ctx := visit.From(r.Context()).Book, r.Context()
	ids := r.PostForm["id"]
	if len(ids) == 0 || len(ids) > 500 {
		return problem.New(problem.Invalid, "no contact was selected", "select some contacts first")
	}
	contacts, err := book.Store.Contacts(ctx, ids...)
	if err != nil {
		return err
	}
	tag := strings.TrimSpace(r.PostForm.Get("tag"))
	switch r.PostForm.Get("action") {
	case "export":
		return download(w, "contacts.vcf", "text/vcard; charset=utf-8", func(w io.Writer) error {
			for _, c := range contacts {
				if _, err := w.Write(c.VCard()); err != nil {
					return err
				}
			}
			return nil
		})
	case "merge":
		return p.to(w, r, "/merge?"+url.Values{"id": ids}.Encode())
	case "delete":
		if r.PostForm.Get("sure") == "" {
			return p.show(w, r, frame{Title: "Delete the contacts"}, own("ask-delete-many", contacts))
		}
		for _, c := range contacts {
			if err := book.RemoveContact(ctx, c); err != nil {
				return err
			}
		}
	case "tag", "untag":
		if tag == "" {
			return problem.New(problem.Invalid, "a tag is needed", "write it beside the button")
		}
		change := assistant.ListInput{Add: []string{tag}}
		if r.PostForm.Get("action") == "untag" {
			change = assistant.ListInput{Remove: []string{tag}}
		}
		for _, c := range contacts {
			if _, _, err := book.EditContact(ctx, c.ID, 0, assistant.ContactInput{Tags: change}); err != nil {
				return err
			}
		}
	default:
		return problem.New(problem.BadRequest, "the form cannot be read", "")
	}
	return p.to(w, r, "/contacts")
}

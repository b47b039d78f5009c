package page

import (
	"net/http"
	"slices"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/view"
	"github.com/pythonweb/goweb/assistant/internal/web/problem"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
)

// maxDuplicates is how many groups are on the page: when they are merged, it shows the next ones.
const maxDuplicates = 100

func (p *pages) duplicates(w http.ResponseWriter, r *http.Request) error {
	list, err := visit.From(r.Context()).Book.Duplicates(r.Context())
	if err != nil {
		return err
	}
	n := len(list)
	list = list[:min(n, maxDuplicates)]
	return p.show(w, r, frame{Title: "Duplicates"},
		own("duplicates-head", n), func(v view.HTML) error { return v.Duplicates(list) })
}

// maxMerged is how many contacts are shown side by side.
const maxMerged = 8

// A mergePage shows contacts side by side: a row for each field that at least one of them has.
type mergePage struct {
	Contacts []*assistant.Contact
	Rows     []mergeRow
}

type mergeRow struct {
	Field  string
	Values []string
}

// mergeForm shows contacts side by side, and asks which of them to keep.
func (p *pages) mergeForm(w http.ResponseWriter, r *http.Request) error {
	contacts, err := several(r, r.URL.Query()["id"])
	if err != nil {
		return err
	}
	page := mergePage{Contacts: contacts}
	for _, f := range comparedFields() {
		row, filled := mergeRow{Field: f.name}, false
		for _, c := range contacts {
			value := f.of(c)
			row.Values, filled = append(row.Values, value), filled || value != ""
		}
		if filled {
			page.Rows = append(page.Rows, row)
		}
	}
	return p.show(w, r, frame{Title: "Merge the contacts"}, own("merge", page))
}

// several returns the contacts with the ids, which must be at least two.
func several(r *http.Request, ids []string) ([]*assistant.Contact, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if len(ids) < 2 || len(ids) > maxMerged {
		return nil, problem.New(problem.Invalid, "two to eight contacts can be merged", "select that many")
	}
	contacts, err := visit.From(r.Context()).Book.Store.Contacts(r.Context(), ids...)
	if err == nil && len(contacts) < len(ids) {
		err = &assistant.NotFoundError{Kind: assistant.KindContact}
	}
	slices.SortFunc(contacts, func(a, b *assistant.Contact) int { return a.Created.Compare(b.Created) })
	return contacts, err
}

// merge merges several contacts into the one that the form names. Each merge is a separate change, which can be undone.
func (p *pages) merge(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	contacts, err := several(r, r.PostForm["id"])
	if err != nil {
		return err
	}
	into := r.PostForm.Get("into")
	if !slices.ContainsFunc(contacts, func(c *assistant.Contact) bool { return c.ID == into }) {
		return problem.New(problem.Invalid, "one of the contacts stays", "choose which")
	}
	for _, c := range contacts {
		if c.ID == into {
			continue
		}
		if _, err := visit.From(r.Context()).Book.MergeContacts(r.Context(), into, c.ID); err != nil {
			return err
		}
	}
	return p.to(w, r, "/contacts/"+into)
}

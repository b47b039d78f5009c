package assistant

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"
)

// An Import is what one import has done.
type Import struct {
	ID      string    `json:"id"`
	File    string    `json:"file"`
	At      time.Time `json:"at"`
	Added   int       `json:"added"`
	Updated int       `json:"updated"`
}

// NewImportLabel returns a label for the changes of an import of a file, for [WithLabel].
func NewImportLabel(file string) string { return strings.ToLower(rand.Text()[:8]) + " " + file }

// Imports returns the imports of which something is kept, the latest first. A contact is counted once, and groups are
// not counted.
func (b *Book) Imports(ctx context.Context) ([]Import, error) {
	found := make(map[string]*Import)
	added := make(map[string]map[string]bool) // by import: whether it added the contacts that it changed
	groups, err := b.Store.Groups(ctx)
	if err != nil {
		return nil, err
	}
	isGroup := byID(groups)
	for after := ""; ; {
		page, err := b.Store.Past(ctx, after)
		if err != nil {
			return nil, err
		}
		for _, p := range page.Past {
			id, file, labelled := strings.Cut(p.Label, " ")
			if p.Via != ViaImport || !labelled || p.Removed {
				continue
			}
			one := found[id]
			if one == nil {
				one = &Import{ID: id, File: file, At: p.At}
				found[id], added[id] = one, make(map[string]bool)
			}
			if p.At.Before(one.At) {
				one.At = p.At
			}
			if isGroup[p.ID] == nil {
				added[id][p.ID] = added[id][p.ID] || p.Version == 1
			}
		}
		if after = page.Next; after == "" {
			break
		}
	}
	list := make([]Import, 0, len(found))
	for _, one := range found {
		for _, isNew := range added[one.ID] {
			if isNew {
				one.Added++
			} else {
				one.Updated++
			}
		}
		list = append(list, *one)
	}
	slices.SortFunc(list, func(a, b Import) int { return b.At.Compare(a.At) })
	return list, nil
}

// UndoImport undoes an import: what it added goes to the trash, what it changed is as it was before, and what was
// changed since stays. Error: [NotFoundError].
func (b *Book) UndoImport(ctx context.Context, id string) ([]Undone, error) {
	u := undoing{Book: b, is: func(c Change) bool {
		return c.Via == ViaImport && id != "" &&
			strings.HasPrefix(c.Label, id+" ")
	}}
	list, err := u.all(ctx)
	if err == nil && list == nil {
		err = &NotFoundError{Kind: KindImport, Ref: id}
	}
	return list, err
}

package page

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/web/markdown"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
	"github.com/pythonweb/goweb/assistant/search"
)

// A linkingNote is a note that links to something.
type linkingNote struct{ ID, Heading string }

// links caches which notes of a book link to which names, until the book changes: the page of a contact is requested
// more often than a book is changed.
type links struct {
	mu    sync.Mutex
	books map[string]bookLinks // by account and the path of the book
}

// bookLinks are the links of a book at one revision, by folded name.
type bookLinks struct {
	revision string
	to       map[string][]linkingNote
}

// maxBooks is for how many books the links are cached.
const maxBooks = 64

// backlinks returns the notes that link to a name.
func (l *links) backlinks(ctx context.Context, name string) ([]linkingNote, error) {
	v := visit.From(ctx)
	if name = search.Fold(strings.TrimSpace(name)); name == "" {
		return nil, nil
	}
	revision, err := v.Book.Store.Revision(ctx)
	if err != nil {
		return nil, err
	}
	book := v.Account + v.Shelf
	l.mu.Lock()
	known := l.books[book]
	l.mu.Unlock()
	if known.revision == revision && revision != "" {
		return known.to[name], nil
	}
	// What is read now is of this revision or of a later one, which then has a different token.
	found := bookLinks{revision, make(map[string][]linkingNote)}
	for n, err := range v.Book.AllNotes(ctx, assistant.NoteQuery{}) {
		if err != nil {
			return nil, err
		}
		if !strings.Contains(n.Text, "[[") {
			continue
		}
		from := linkingNote{n.ID, n.Heading()}
		for _, link := range markdown.Links(n.Text) {
			if to := search.Fold(link); !slices.Contains(found.to[to], from) {
				found.to[to] = append(found.to[to], from)
			}
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.books) >= maxBooks {
		clear(l.books)
	}
	l.books[book] = found
	return found.to[name], nil
}

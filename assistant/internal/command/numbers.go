package command

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/atomicfile"
)

// An item is a contact or a note in a list.
type item struct {
	Kind assistant.Kind `json:"kind"`
	ID   string         `json:"id"`
}

// shown remembers the last list, whose items have numbers that later commands can use. It stays as it was shown, even
// if items are removed. The commands of an interactive session share one; those run from a terminal find it in a file.
type shown struct {
	items []item
	fresh bool   // they are from this command, not from an earlier one
	file  string // "" for none
}

// begin begins a new list, which may stay empty.
func (s *shown) begin() { s.items, s.fresh = nil, true }

// lastList returns the file in which commands run from a terminal find the last list of a store, or "" if there is no
// place for it.
func lastList(dsn string) string {
	dir, err := console.StateDir("assistant")
	if err != nil {
		return ""
	}
	sum := sha256.Sum256([]byte(dsn))
	return filepath.Join(dir, "list-"+hex.EncodeToString(sum[:8])+".json")
}

// load reads the last list from its file. A list that cannot be read counts as none.
func (s *shown) load() {
	text, err := os.ReadFile(s.file)
	if err == nil {
		_ = json.Unmarshal(text, &s.items)
	}
}

// save saves the list for the next command run from a terminal. It is a convenience: a command does not fail because of
// it.
func (s *shown) save() {
	if s.file == "" || !s.fresh {
		return
	}
	text, err := json.Marshal(s.items)
	if err == nil && atomicfile.MkdirAll(filepath.Dir(s.file), 0o700) == nil {
		_ = atomicfile.Write(s.file, 0o600, func(w io.Writer) error {
			_, err := w.Write(text)
			return err
		})
	}
}

// numbered begins a new list: the items that pass through are numbered from one.
func numbered[T any](
	s *session,
	kind assistant.Kind,
	id func(*T) string,
	list iter.Seq2[*T, error],
) iter.Seq2[*T, error] {
	if s.shown == nil || s.terminal.JSON() {
		return list
	}
	s.shown.begin()
	return func(yield func(*T, error) bool) {
		for v, err := range list {
			if err == nil {
				s.shown.items = append(s.shown.items, item{kind, id(v)})
			}
			if !yield(v, err) {
				return
			}
		}
	}
}

func contactID(c *assistant.Contact) string { return c.ID }

func noteID(n *assistant.Note) string { return n.ID }

// numberedHits makes the last list from the hits of a search: contacts first, then notes.
func (s *session) numberedHits(result assistant.SearchResult) {
	if s.shown == nil || s.terminal.JSON() {
		return
	}
	s.shown.begin()
	for _, c := range result.Contacts {
		s.shown.items = append(s.shown.items, item{assistant.KindContact, c.ID})
	}
	for _, n := range result.Notes {
		s.shown.items = append(s.shown.items, item{assistant.KindNote, n.ID})
	}
}

// ref returns the id that a number of the last list stands for: 2 within a session, %2 everywhere. Anything else is
// returned unchanged. Errors: [assistant.NotFoundError] for a number beyond the end of the list or of the other kind.
func (s *session) ref(kind assistant.Kind, words string) (string, error) {
	number, explicit := strings.CutPrefix(words, "%")
	n, err := strconv.Atoi(number)
	if err != nil || s.shown == nil || !explicit && !s.within || n < 1 {
		return words, nil
	}
	if n > len(s.shown.items) {
		if !explicit {
			return words, nil
		}
		return "", &assistant.NotFoundError{Kind: kind, Ref: words}
	}
	if it := s.shown.items[n-1]; it.Kind == kind {
		return it.ID, nil
	}
	return "", &assistant.NotFoundError{Kind: kind, Ref: words}
}

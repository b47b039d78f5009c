package listing

import (
	"encoding/base64"
	"encoding/json"

	"github.com/pythonweb/goweb/assistant"
)

// A PastPlace is where a page of [assistant.HistoryStore.Past] begins: after a key in one of the stages that a store
// goes through.
type PastPlace struct {
	Stage   int
	Kind    assistant.Kind
	ID      string
	Version int64
	Changed int64
}

// PastStages is how many stages there are: former versions of contacts, of notes, the changes of stored contacts, of
// stored notes, removals.
const PastStages = 5

// ParsePastPlace reads a place; "" is the beginning.
func ParsePastPlace(cursor string) (PastPlace, error) {
	var p PastPlace
	if cursor == "" {
		return p, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	if err != nil || p.Stage < 0 || p.Stage >= PastStages {
		return PastPlace{}, &assistant.FieldError{Field: "page", Value: cursor, Problem: "not a position in this list"}
	}
	return p, nil
}

// Next returns the place after a page; "" if it was the last one.
func (p PastPlace) Next(past []assistant.Past) string {
	next := PastPlace{Stage: p.Stage + 1}
	if len(past) > 0 {
		last := past[len(past)-1]
		next = PastPlace{p.Stage, last.Kind, last.ID, last.Version, last.At.UnixMilli()}
	}
	if next.Stage == PastStages {
		return ""
	}
	text, err := json.Marshal(next)
	if err != nil {
		panic(err) // there are only texts and numbers
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

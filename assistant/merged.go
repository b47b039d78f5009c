package assistant

import (
	"context"
	"encoding/json"
	"time"
)

// A Merge is what is kept about two contacts that became one, for as long as the merge may be undone.
type Merge struct {
	At     time.Time
	Other  *Contact // the contact that went, as it was
	Before *Contact // the contact that stayed, as it was
	After  *Contact // and as the merge left it
}

// An Unmerge undoes a [Merge].
type Unmerge struct {
	Merge Merge
	Into  *Contact // the contact that stayed, without what came from the other; nil when it is gone
	Other *Contact // the contact that comes back, with version 0
}

// MergeStore is the part of a [Store] that makes two contacts one and undoes that, each in one change.
type MergeStore interface {
	// MergeContacts saves After, removes Other, and keeps the merge. Errors: [ConflictError] if either is no longer at its
	// version; then nothing is changed.
	MergeContacts(ctx context.Context, m Merge) error

	// UnmergeContacts saves both contacts and forgets the merge. Errors: those of [ContactStore.SaveContacts].
	UnmergeContacts(ctx context.Context, u Unmerge) error

	// Merges returns the merges in which a contact went or stayed, the latest first; for "", all merges of the book.
	Merges(ctx context.Context, id string) ([]Merge, error)

	// RestoreMerges keeps merges that another store had.
	RestoreMerges(ctx context.Context, merges ...Merge) error
}

// wholeMerge is a [Merge] as JSON: contacts with the cards that their own JSON form leaves out.
type wholeMerge struct {
	At     time.Time    `json:"at"`
	Other  wholeContact `json:"other"`
	Before wholeContact `json:"before"`
	After  wholeContact `json:"after"`
}

type wholeContact struct {
	*Contact
	Card []byte `json:"source,omitempty"`
	Name string `json:"resource,omitempty"`
}

func whole(c *Contact) wholeContact { return wholeContact{c, c.Source, c.Resource} }

// contact returns what was read; never nil.
func (w wholeContact) contact() *Contact {
	if w.Contact == nil {
		return &Contact{}
	}
	w.Contact.Source, w.Contact.Resource = w.Card, w.Name
	return w.Contact
}

// MarshalJSON implements [json.Marshaler].
func (m Merge) MarshalJSON() ([]byte, error) {
	return json.Marshal(wholeMerge{m.At, whole(m.Other), whole(m.Before), whole(m.After)})
}

// UnmarshalJSON implements [json.Unmarshaler].
func (m *Merge) UnmarshalJSON(text []byte) error {
	var w wholeMerge
	if err := json.Unmarshal(text, &w); err != nil {
		return err
	}
	*m = Merge{w.At, w.Other.contact(), w.Before.contact(), w.After.contact()}
	return nil
}

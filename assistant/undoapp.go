package assistant

import (
	"context"
	"reflect"
	"time"
)

// An Undone is what became of a contact or note when the changes of an app password were undone.
type Undone struct {
	Kind   Kind   `json:"kind"`
	ID     string `json:"id"`
	Name   string `json:"name"`
	Action string `json:"action"` // "changed", "restored", "removed", or "kept": someone else has changed it since

	Book string `json:"book,omitempty"` // the address book; "" for the first one of the account
}

// An AppUndo says which changes of an app password are to be undone.
type AppUndo struct {
	Account string // the name of the account whose app password it is
	Label   string
	Since   time.Time
	Dry     bool // change nothing
}

// UndoApp undoes all that was done with an app password since a time: changes, removals and additions. What others have
// changed since stays, and so does what was added with the password and changed by others. An app password of another
// account that the book is shared with counts as someone else, whatever its label. Errors: [NotFoundError] for a label
// with which nothing was done.
func (b *Book) UndoApp(ctx context.Context, what AppUndo) ([]Undone, error) {
	u := undoing{Book: b, since: what.Since, dry: what.Dry, is: func(c Change) bool {
		return c.Label == what.Label && c.By == what.Account && c.Via != ViaImport
	}}
	list, err := u.all(ctx)
	if err == nil && list == nil {
		err = &NotFoundError{Kind: KindAppPassword, Ref: what.Label}
	}
	return list, err
}

// all undoes what there is to undo; the list is nil if nothing was ever done.
func (u undoing) all(ctx context.Context) ([]Undone, error) {
	ctx, u.began = WithLabel(ctx, undoLabel), time.Now().UTC().Truncate(time.Millisecond)
	type key struct {
		kind Kind
		id   string
	}
	var ids []key
	known, seen := make(map[key]bool), false
	for after := ""; ; {
		page, err := u.Store.Past(ctx, after)
		if err != nil {
			return nil, err
		}
		for _, p := range page.Past {
			k := key{p.Kind, p.ID}
			seen = seen || u.is(p.Change)
			if u.counts(p.Change) && !known[k] {
				known[k] = true
				ids = append(ids, k)
			}
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if !seen {
		return nil, nil
	}
	list := []Undone{}
	for _, k := range ids {
		undo := u.contact
		if k.kind == KindNote {
			undo = u.note
		}
		done, err := undo(ctx, k.id)
		if err != nil {
			return list, err
		}
		if done.Action != "" {
			done.Kind, done.ID = k.kind, k.id
			list = append(list, done)
		}
	}
	return list, nil
}

// An undoing undoes some changes since a time.
type undoing struct {
	*Book
	is    func(Change) bool
	since time.Time
	dry   bool
	began time.Time
}

// undoLabel is the label of the changes that undo others.
const undoLabel = "undo"

// own reports whether a change was made by this undoing: undoing a change of a group changes its members, too, and the
// other way round.
func (u undoing) own(c Change) bool { return c.Label == undoLabel && !c.At.Before(u.began) }

func (u undoing) counts(c Change) bool { return u.is(c) && !c.At.Before(u.since) }

// removal returns the removal of something that one of the changes removed; nil when none did.
func (u undoing) removal(ctx context.Context, kind Kind, id string) (*Trashed, error) {
	list, err := u.trash(ctx, kind)
	for i := range list {
		if list[i].ID == id && u.counts(list[i].Change) {
			return &list[i], err
		}
	}
	return nil, err
}

// contact undoes what was done to a contact, change by change, the latest first.
func (u undoing) contact(ctx context.Context, id string) (Undone, error) {
	found, err := u.Store.Contacts(ctx, id)
	if err != nil {
		return Undone{}, err
	}
	var now *Contact
	action := "changed"
	if len(found) > 0 {
		now = found[0]
	} else {
		gone, err := u.removal(ctx, KindContact, id)
		if err != nil || gone == nil {
			return Undone{}, err
		}
		if now, err = u.Store.ContactVersion(ctx, id, gone.Version); err != nil {
			return Undone{}, err
		}
		now.Version, action = 0, "restored"
	}
	history, err := u.Store.History(ctx, KindContact, id)
	if err != nil {
		return Undone{}, err
	}
	was, others, kept, own := *now, false, false, false
	for i, change := range history {
		switch {
		case u.own(change):
			own = true
			continue
		case !u.counts(change):
			others = true
			continue
		case i == len(history)-1 && action == "restored" && !others:
			return Undone{}, nil // it was added and removed by the changes
		case i == len(history)-1:
			added, err := u.Store.ContactVersion(ctx, id, change.Version)
			if err != nil {
				return Undone{}, err
			}
			if kept = others && (action == "restored" || !sameContent(added, now)); kept {
				continue
			}
			return Undone{Name: was.Name, Action: "removed"}, u.unless(func() error {
				return u.Store.DeleteContact(ctx, id, was.Version)
			})
		}
		if now, err = u.without(ctx, now, change.Version, history[i+1].Version); err != nil {
			return Undone{}, err
		}
	}
	switch {
	case action == "changed" && reflect.DeepEqual(&was, now) && kept:
		return Undone{Name: now.Name, Action: "kept"}, nil
	case action == "changed" && reflect.DeepEqual(&was, now) && own:
		return Undone{Name: now.Name, Action: action}, nil
	case action == "changed" && reflect.DeepEqual(&was, now):
		return Undone{}, nil
	}
	now.Updated = u.now()
	return Undone{Name: now.Name, Action: action}, u.unless(func() error { return u.saveBack(ctx, now) })
}

// without returns a contact without what a version of it has changed.
func (u undoing) without(ctx context.Context, now *Contact, version, before int64) (*Contact, error) {
	after, err := u.Store.ContactVersion(ctx, now.ID, version)
	if err != nil {
		return nil, err
	}
	former, err := u.Store.ContactVersion(ctx, now.ID, before)
	if err != nil {
		return nil, err
	}
	back := former
	if !sameContent(after, now) {
		back = Merged(after, former, now)
	}
	back.Version, back.Created, back.Updated, back.Resource = now.Version, now.Created, now.Updated, now.Resource
	return back, nil
}

// sameContent reports whether two versions of a contact say the same.
func sameContent(a, b *Contact) bool {
	same := *a
	same.Version, same.Updated, same.Resource = b.Version, b.Updated, b.Resource
	return reflect.DeepEqual(&same, b)
}

// note restores a note to what it was, unless someone else has changed it since.
func (u undoing) note(ctx context.Context, id string) (Undone, error) {
	found, err := u.Store.Notes(ctx, id)
	if err != nil {
		return Undone{}, err
	}
	version, action := int64(0), "restored"
	if len(found) > 0 {
		version, action = found[0].Version, "changed"
	} else if gone, err := u.removal(ctx, KindNote, id); err != nil || gone == nil {
		return Undone{}, err
	}
	history, err := u.Store.History(ctx, KindNote, id)
	if err != nil {
		return Undone{}, err
	}
	i := 0
	for i < len(history) && u.counts(history[i]) {
		i++
	}
	switch {
	case i == len(history) && action == "restored":
		return Undone{}, nil
	case i == len(history):
		return Undone{
			Name:   found[0].Heading(),
			Action: "removed",
		}, u.unless(func() error { return u.Store.DeleteNote(ctx, id, version) })
	case i == 0 && action == "changed":
		return Undone{Name: found[0].Heading(), Action: "kept"}, nil
	}
	n, err := u.Store.NoteVersion(ctx, id, history[i].Version)
	if err != nil {
		return Undone{}, err
	}
	n.Version, n.Updated = version, u.now()
	return Undone{Name: n.Heading(), Action: action}, u.unless(func() error { return u.Store.SaveNotes(ctx, n) })
}

// unless calls do, unless this is a dry run.
func (u undoing) unless(do func() error) error {
	if u.dry {
		return nil
	}
	return do()
}

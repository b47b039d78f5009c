package assistant

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"
)

// Via is the way in which a change was made.
type Via string

// The ways in which changes are made.
const (
	ViaConsole Via = "console"
	ViaWeb     Via = "web"
	ViaAPI     Via = "api"
	ViaCardDAV Via = "carddav"
	ViaImport  Via = "import"
)

type (
	viaKey   struct{}
	labelKey struct{}
)

// WithVia returns a context whose changes are recorded as made via the given way; without it, they are made via the
// console.
func WithVia(ctx context.Context, via Via) context.Context {
	return context.WithValue(ctx, viaKey{}, via)
}

// ViaOf returns the way in which the changes of a context are made.
func ViaOf(ctx context.Context) Via {
	if via, ok := ctx.Value(viaKey{}).(Via); ok {
		return via
	}
	return ViaConsole
}

// WithLabel returns a context whose changes are recorded as made with the app password, or by the import, that has the
// label.
func WithLabel(ctx context.Context, label string) context.Context {
	return context.WithValue(ctx, labelKey{}, label)
}

// LabelOf returns the label of the app password or the import by which the changes of a context are made; "" for none.
func LabelOf(ctx context.Context) string {
	label, _ := ctx.Value(labelKey{}).(string)
	return label
}

// A Change says when, by whom and in which way a version came about.
type Change struct {
	Version int64     `json:"version"`
	At      time.Time `json:"at"` // UTC, whole milliseconds
	By      string    `json:"by"` // the name of the account; "" in a store without accounts
	Via     Via       `json:"via"`
	Label   string    `json:"label,omitempty"` // of the app password or the import that it was made with
}

// A Trashed is a contact or note in the trash. Its Change is the removal, with the number of the last version.
type Trashed struct {
	Kind Kind   `json:"-"`
	ID   string `json:"id"`
	Name string `json:"name"` // a note's heading
	Change
}

// TrashDays is for how many days what was removed can be restored.
const TrashDays = 30

// HistoryStore is the part of a [Store] that keeps the past. Every change keeps the version before it, confirmed
// together with the change, and so does every removal. Version numbers continue: a contact that is saved with the id of
// a removed one gets the next version, not the first.
type HistoryStore interface {
	// History returns the changes of a contact or note, the latest first: of the stored version and of those that are kept
	// from before. For one that was removed, these are the ones that are kept. Error: [NotFoundError].
	History(ctx context.Context, kind Kind, id string) ([]Change, error)

	// ContactVersion returns a contact as it is or was in a version. If a former version that was copied from another
	// store has the same number as another one, the one with the latest change is returned. Error: [NotFoundError].
	ContactVersion(ctx context.Context, id string, version int64) (*Contact, error)

	// NoteVersion is [HistoryStore.ContactVersion] for notes.
	NoteVersion(ctx context.Context, id string, version int64) (*Note, error)

	// Trash returns what was removed and has not come back, the latest first.
	Trash(ctx context.Context, kind Kind) ([]Trashed, error)

	// EmptyTrash forgets what was removed before a time, with its history.
	EmptyTrash(ctx context.Context, before time.Time) error

	// Past returns a page of all that is kept besides contacts and notes, starting at a place: "" or [PastPage.Next]. It
	// is for copying one store into another.
	Past(ctx context.Context, after string) (PastPage, error)

	// RestorePast keeps what [HistoryStore.Past] returned. What is there already stays.
	RestorePast(ctx context.Context, past ...Past) error
}

// A Past is one thing that is kept about a contact or note besides itself: a former version, its removal, or only the
// change that made the stored version.
type Past struct {
	Kind Kind   `json:"kind"`
	ID   string `json:"id"`
	Change

	Contact *Contact `json:"contact,omitempty"` // the former version
	Note    *Note    `json:"note,omitempty"`    // the former version

	Removed bool   `json:"removed,omitempty"` // the change is the removal
	Name    string `json:"name,omitempty"`    // of what was removed
}

// SetValue sets Contact or Note to v, a *[Contact] or a *[Note].
func (p *Past) SetValue(v any) {
	switch v := v.(type) {
	case *Contact:
		p.Contact = v
	case *Note:
		p.Note = v
	}
}

// A PastPage is a part of the past.
type PastPage struct {
	Past []Past
	Next string // the place of the next page, which may be short; "" on the last one
}

// ETag distinguishes the contents of contacts: it is the version and a digest, so that even a version which a copy or
// an import has written over another one with the same number has a different one.
func (c *Contact) ETag() string { return etag(c.Version, c, c.Source) }

// ETag distinguishes the contents of notes, see [Contact.ETag].
func (n *Note) ETag() string { return etag(n.Version, n, nil) }

func etag(version int64, v any, source []byte) string {
	sum := sha256.New()
	_ = json.NewEncoder(sum).Encode(v) // neither can fail: a hash accepts everything, and the values are plain
	sum.Write(source)
	return fmt.Sprintf(`"%d-%s"`, version, base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:9]))
}

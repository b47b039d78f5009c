package assistant

import (
	"context"

	"github.com/pythonweb/goweb/assistant/search"
)

// A Store keeps contacts and notes. Package storetest holds the tests that every store passes.
//
// All methods are safe for concurrent use, by goroutines and by processes. What a method has confirmed survives the end
// of the process; what it has not confirmed is there wholly or not at all. Slices passed in and returned belong to the
// caller afterwards. Contacts and notes come back exactly as they were saved, times to the millisecond.
//
// Order is the same on every store. Names and titles are in the order of [search.OrderKey], equal ones in that of their
// ids.
type Store interface {
	ContactStore
	NoteStore
	HistoryStore
	MergeStore
	CardStore

	// Search returns the contacts and notes that contain every word of the query; see package search for what that means
	// and for their order. A query without words finds nothing.
	Search(ctx context.Context, q SearchQuery) (SearchResult, error)

	// Revision returns a token that differs after every confirmed change, whichever process made it. Two equal
	// tokens mean that no answer has changed in between; "" means that the store cannot tell now.
	Revision(ctx context.Context) (string, error)

	// Marks returns those of the named marks of a kind that are set, by name. A mark is a short text that a program
	// remembers about the store itself; it changes no answer and no revision.
	Marks(ctx context.Context, kind string, names ...string) (map[string]string, error)

	// SetMarks sets marks of a kind, replacing former ones with their names.
	SetMarks(ctx context.Context, kind string, marks map[string]string) error

	// Close releases the store's connections. No method may be called after it.
	Close() error
}

// ContactStore is the part of a [Store] that keeps contacts.
type ContactStore interface {
	// SaveContacts writes the contacts: those with Version 0 as new ones, the others in place of the stored
	// contact, which must still have that version. On success every Version is one more than it was, or than the last one
	// under an id that was in use before.
	//
	// The error is [ErrExists] (wrapped) for a new contact whose id is taken, or for one whose Resource is; and a
	// [ConflictError] for another version. A store with transactions then writes none of the contacts; any other store
	// stops at the first error, with those before it written and their Version raised.
	//
	// Groups and tags are kept in step, see [Membership]: whoever gets the name of a group as a tag is its member
	// afterwards, and the other way round. To that end a contact or group that is saved may get a tag or members here.
	SaveContacts(ctx context.Context, contacts ...*Contact) error

	// RestoreContacts writes the contacts as they are, Version included, in place of what is stored under their
	// ids. It is for copying one store into another.
	RestoreContacts(ctx context.Context, contacts ...*Contact) error

	// DeleteContact removes the contact if it still has that version; version 0 means any version. The members of a group
	// lose its tag. Errors: [NotFoundError], [ConflictError].
	DeleteContact(ctx context.Context, id string, version int64) error

	// Contacts returns those of the contacts and groups that exist, in the order of the ids. All other methods of this
	// interface that return contacts leave groups out.
	Contacts(ctx context.Context, ids ...string) ([]*Contact, error)

	// ContactsNamed returns, ordered by name, the contacts whose name or nickname is one of the given ones, compared
	// folded.
	ContactsNamed(ctx context.Context, names ...string) ([]*Contact, error)

	// Groups returns the groups, ordered by name.
	Groups(ctx context.Context) ([]*Contact, error)

	// ListContacts returns a page of contacts.
	ListContacts(ctx context.Context, q ContactQuery) (ContactPage, error)

	// ContactTags returns the tags of all contacts with the number of contacts that have each, in the tags' order.
	ContactTags(ctx context.Context) ([]TagCount, error)

	// BirthdayContacts returns, in no particular order, the contacts whose [Date.MonthDay] is in the range, both
	// ends included; from > to is a range across the year's end.
	BirthdayContacts(ctx context.Context, from, to int) ([]*Contact, error)

	// AnniversaryContacts is [ContactStore.BirthdayContacts] for anniversaries.
	AnniversaryContacts(ctx context.Context, from, to int) ([]*Contact, error)

	// CallContacts returns, in no particular order, the contacts whose [Intervals.CallDue] is on the day or before it.
	CallContacts(ctx context.Context, day Date, tags Intervals) ([]*Contact, error)

	// TagIntervals returns the intervals of tags, in the order of [Intervals.Sort].
	TagIntervals(ctx context.Context) (Intervals, error)

	// SetTagInterval saves an interval, replacing the former one of the tag, compared folded; one of 0 days removes it.
	SetTagInterval(ctx context.Context, interval TagInterval) error

	// ContactsFrom and NotesFrom return at most limit contacts or notes whose ids begin with a prefix, ordered by id.
	ContactsFrom(ctx context.Context, prefix string, limit int) ([]*Contact, error)
}

// NoteStore is the part of a [Store] that keeps notes. Its methods are those of [ContactStore], for notes.
type NoteStore interface {
	SaveNotes(ctx context.Context, notes ...*Note) error
	RestoreNotes(ctx context.Context, notes ...*Note) error
	DeleteNote(ctx context.Context, id string, version int64) error
	Notes(ctx context.Context, ids ...string) ([]*Note, error)

	// NotesTitled returns, ordered by title, the notes whose title is the given one, compared folded.
	NotesTitled(ctx context.Context, title string) ([]*Note, error)

	// ListNotes returns a page of notes, pinned ones first.
	ListNotes(ctx context.Context, q NoteQuery) (NotePage, error)

	// NoteTags returns the tags of all notes with the number of notes that have each, in the tags' order.
	NoteTags(ctx context.Context) ([]TagCount, error)

	// DueNotes returns, in no particular order, the notes that are not done and whose day is on the given one or before
	// it.
	DueNotes(ctx context.Context, day Date) ([]*Note, error)

	NotesFrom(ctx context.Context, prefix string, limit int) ([]*Note, error)
}

// A Sort is an order of contacts or notes.
type Sort string

// The orders of contacts are by name, birthday and update, those of notes by tag, date and title.
const (
	SortName     Sort = "name"
	SortBirthday Sort = "birthday" // January to December, those without one last; then by name
	SortUpdated  Sort = "updated"  // the latest first

	SortDate  Sort = "date"  // pinned first, then the latest change first
	SortTag   Sort = "tag"   // pinned first, then by the first tag, those without a tag last; then by date
	SortDue   Sort = "due"   // the earliest day first, those without one last; then by date
	SortTitle Sort = "title" // pinned first, then by heading (see [Note.Heading])
)

// A Filter chooses contacts or notes by their tags, compared folded. The zero Filter lets all through.
type Filter struct {
	Tags    []string // all of these
	NotTags []string // none of these
}

// Doneness chooses notes by whether they are done.
type Doneness string

// The choices of notes, by whether they are done.
const (
	DoneOrNot Doneness = ""     // all
	NotDone   Doneness = "open" // those that are not done
	OnlyDone  Doneness = "done" // those that are
)

// A ContactQuery asks for a page of contacts.
type ContactQuery struct {
	Filter Filter
	Sort   Sort   // "" is [SortName]
	After  string // [ContactPage.Next] of the page before; "" for the first page
	Limit  int    // contacts on a page; 0 means no limit
	Groups bool   // groups, too: for copying one store into another
	Bytes  int    // of photos, sources and notes on a page, which has one contact at least; 0 means no limit

	// Brief leaves out Note, Source and the data of Photo, which take most of the time and of the memory. Such contacts
	// are only for display: saving one would remove these from the store, too.
	Brief bool

	// Row leaves out, beyond that, whatever a row of a table does not show: what is left is what sorting needs, and ID,
	// Version, Name, Phones, Emails, Birthday, BirthdayText and Tags.
	Row bool
}

// A ContactPage is a part of a list of contacts. A list that is read page by page shows every contact that is not
// changed meanwhile exactly once.
type ContactPage struct {
	Contacts []*Contact
	Next     string // for [ContactQuery.After]; "" on the last page
}

// A NoteQuery asks for a page of notes.
type NoteQuery struct {
	Filter Filter
	Done   Doneness
	Sort   Sort   // "" is [SortDate]
	After  string // [NotePage.Next] of the page before; "" for the first page
	Limit  int    // notes on a page; 0 means no limit
	Bytes  int    // of texts on a page, which has one note at least; 0 means no limit
}

// A NotePage is a part of a list of notes.
type NotePage struct {
	Notes []*Note
	Next  string // for [NoteQuery.After]; "" on the last page
}

// A TagCount is a tag and how many contacts or notes have it.
type TagCount struct {
	Tag   string `json:"tag"`
	Count int    `json:"count"`
}

// A SearchQuery asks for contacts and notes by words.
type SearchQuery struct {
	Words   string // any text, as [search.Parse] reads it
	Similar bool   // near matches, too, see [search.Query.Similar]
	Skip    int    // hits of each kind to leave out
	Limit   int    // hits of each kind to return; 0 means no limit
}

// Query returns the query that the words stand for.
func (q SearchQuery) Query() search.Query {
	if query := search.Parse(q.Words); !q.Similar {
		return query
	}
	return search.Parse(q.Words).Similar()
}

// A SearchResult holds hits, best first, and how many there are in all.
type SearchResult struct {
	Contacts      []*Contact `json:"contacts"`
	Notes         []*Note    `json:"notes"`
	TotalContacts int        `json:"total_contacts"`
	TotalNotes    int        `json:"total_notes"`
	Similar       bool       `json:"similar,omitempty"` // nothing matched exactly: these are near matches
}
